import Model

/// Numbers, times and ages as the pages write them.
enum Figures {
    /// Up to 9999 in full, above that three digits: `18.2k`, `1.13M`.
    static func count(_ value: some BinaryInteger) -> String {
        let value = Int(clamping: value)
        guard value >= 10_000 else { return String(value) }
        let (scaled, unit) =
            value >= 1_000_000 ? (Double(value) / 1e6, "M") : (Double(value) / 1e3, "k")
        let decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0
        return self.decimal(scaled, decimals) + unit
    }

    /// In full with its thousands set apart, for those who hear it: `18,204`; one decimal below 100.
    static func whole(_ value: Double) -> String {
        let text = self.decimal(value, 1)
        guard value >= 100 || text.hasSuffix(".0") else { return text }
        return self.grouped(self.decimal(value, 0))
    }

    private static func grouped(_ text: String) -> String {
        text.enumerated().reduce(into: "") { result, digit in
            if digit.offset > 0, (text.count - digit.offset) % 3 == 0 { result += "," }
            result.append(digit.element)
        }
    }

    /// Per second: one decimal below 100.
    static func rate(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "0" }
        return value < 100 ? self.decimal(value, 1) : self.count(Int(min(value, 1e15).rounded()))
    }

    /// Failures of all handshakes, in percent.
    static func share(_ failures: Double, of all: Double) -> String {
        guard all > 0 else { return "0.0%" }
        return self.decimal(failures / all * 100, 1) + "%"
    }

    /// `3.9 ms`.
    static func milliseconds(_ microseconds: Int64) -> String {
        self.decimal(Double(microseconds) / 1_000, 1)
    }

    /// In milliseconds, with a decimal below ten: `3.1`, `18`.
    static func latency(_ microseconds: Int64) -> String {
        self.decimal(Double(microseconds) / 1_000, microseconds < 10_000 ? 1 : 0)
    }

    /// `14:05Z`, `23:05+09:00`.
    static func clock(_ time: Timestamp, in zone: ClockZone) -> String {
        String(zone.shown(time).iso8601.dropFirst(11).prefix(5)) + zone.name(at: time)
    }

    /// `2031-04-02`.
    static func date(_ time: Timestamp) -> String { String(time.iso8601.prefix(10)) }

    /// `14:01:12`, or `11-21 14:01` for what was not today.
    static func moment(_ time: Timestamp, now: Timestamp?, in zone: ClockZone) -> String {
        let (time, now) = (zone.shown(time), now.map(zone.shown))
        let text = time.iso8601
        let isToday = now.map { $0.seconds / 86_400 == time.seconds / 86_400 } ?? false
        return isToday
            ? String(text.dropFirst(11).prefix(8))
            : "\(text.dropFirst(5).prefix(5)) \(text.dropFirst(11).prefix(5))"
    }

    /// `812 B`, `1.9 KiB`, `4.0 MiB`.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1_024: "\(count) B"
        case ..<1_048_576: "\(self.decimal(Double(count) / 1_024, 1)) KiB"
        default: "\(self.decimal(Double(count) / 1_048_576, 1)) MiB"
        }
    }

    /// `412 MiB`.
    static func memory(bytes: Int) -> String { "\(self.count(bytes / 1_048_576)) MiB" }

    /// `09:41`.
    static func countdown(milliseconds: Int64) -> String {
        let seconds = max(0, (milliseconds + 999) / 1_000)
        return
            "\(seconds / 60 < 10 ? "0" : "")\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    /// A number with a fixed count of decimals, without the C library's locale.
    static func decimal(_ value: Double, _ decimals: Int) -> String {
        let factor = [1.0, 10.0, 100.0][min(decimals, 2)]
        let scaled = Int64((min(max(value, 0), 1e15) * factor).rounded())
        guard decimals > 0 else { return String(scaled) }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
