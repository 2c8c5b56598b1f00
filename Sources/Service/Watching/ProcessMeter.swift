import Foundation
import Glibc
import Model

/// Reads what this process uses (getrusage(2), proc(5)).
struct ProcessMeter {
    /// Descriptors are counted one by one where the kernel does not tell how many there are.
    private static let countingMicroseconds: Int64 = 10_000_000

    private var counted: (descriptors: Int, at: Timestamp)?

    /// nil where the kernel does not say.
    mutating func read(at now: Timestamp) -> ProcessCounters? {
        var usage = rusage()
        var limit = rlimit()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0,
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            let pages = Self.residentPages, let descriptors = self.descriptors(at: now)
        else { return nil }
        func microseconds(_ time: timeval) -> Int64 { Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec) }
        return ProcessCounters(
            cpuMicroseconds: microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
            residentBytes: pages * Int(sysconf(Int32(_SC_PAGESIZE))),
            openDescriptors: descriptors,
            descriptorLimit: Int(clamping: limit.rlim_cur)
        )
    }

    /// The second number of statm.
    private static var residentPages: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let numbers = text.split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]) : nil
    }

    private mutating func descriptors(at now: Timestamp) -> Int? {
        var status = stat()
        // The size is their number from Linux 6.2 on, and 0 before.
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int(status.st_size) }
        if let counted, abs(now.microseconds - counted.at.microseconds) < Self.countingMicroseconds {
            return counted.descriptors
        }
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        // Not counted are `.`, `..` and the one that is looked with.
        var count = -3
        while readdir(directory) != nil { count += 1 }
        self.counted = (count, now)
        return count
    }
}
