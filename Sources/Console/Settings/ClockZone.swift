import Glibc
import Model

/// In which zone times of day are written and read: `14:05Z`, `23:05+09:00`.
public enum ClockZone: Hashable, Sendable {
    case utc
    /// This machine's, with its summer time; `TZ` chooses another one.
    case local
    /// So many seconds east of Greenwich, less than a day.
    case fixed(seconds: Int64)

    /// `utc`, `local`, or `+09:00`.
    public init?(_ text: String) {
        switch text {
        case "utc": self = .utc
        case "local": self = .local
        default:
            let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.count == 2 && !$0.hasPrefix("-") ? Int64($0) : nil }
            guard text.hasPrefix("+") || text.hasPrefix("-"), numbers.count == 2, parts.count == 2,
                (0...14).contains(numbers[0]), (0...59).contains(numbers[1])
            else { return nil }
            let seconds = numbers[0] * 3_600 + numbers[1] * 60
            self = .fixed(seconds: text.hasPrefix("-") ? -seconds : seconds)
        }
    }

    /// Seconds east of Greenwich at a moment.
    func offset(at time: Timestamp) -> Int64 {
        switch self {
        case .utc: return 0
        case .fixed(let seconds): return seconds
        case .local:
            var (seconds, fields) = (time_t(time.seconds), tm())
            return localtime_r(&seconds, &fields) == nil ? 0 : Int64(fields.tm_gmtoff)
        }
    }

    /// The moment whose fields in UTC are those of this one here.
    func shown(_ time: Timestamp) -> Timestamp {
        Timestamp(microseconds: time.microseconds + self.offset(at: time) * 1_000_000)
    }

    /// `Z` or `+09:00`.
    func name(at time: Timestamp) -> String {
        if self == .utc { return "Z" }
        let minutes = self.offset(at: time) / 60
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(minutes < 0 ? "-" : "+")\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
    }
}
