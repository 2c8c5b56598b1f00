import Glibc
import Model

/// The two clocks of the data plane.
enum Clock {
    /// Milliseconds of the monotonic clock; deadlines are in these.
    static func monotonicMilliseconds() -> Int64 {
        self.monotonicMicroseconds() / 1_000
    }

    static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Now, for people.
    static func wall() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

extension Duration {
    /// Whole milliseconds; the limits of the engine are all exact in them.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
