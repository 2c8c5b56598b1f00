/// A moment in UTC, counted in microseconds since 1970-01-01T00:00:00Z.
///
/// Years 0001 to 9999 can be written; others are clamped to those when printed.
public struct Timestamp: Hashable, Sendable, Comparable, Codable {
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public init(seconds: Int64) {
        self.microseconds = seconds &* 1_000_000
    }

    public var seconds: Int64 {
        self.microseconds / 1_000_000 - (self.microseconds % 1_000_000 < 0 ? 1 : 0)
    }

    public init(from decoder: any Decoder) throws {
        self.microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.microseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp {
    /// Calendar fields in UTC, proleptic Gregorian.
    public struct Fields: Hashable, Sendable {
        public let year: Int
        public let month: Int
        public let day: Int
        public let hour: Int
        public let minute: Int
        public let second: Int
        public let microsecond: Int
    }

    public var fields: Fields {
        let bounded = min(max(self.seconds, -62_135_596_800), 253_402_300_799)
        let days = bounded >= 0 ? bounded / 86_400 : (bounded - 86_399) / 86_400
        let rest = Int(bounded - days * 86_400)
        // Days to civil date, counting years from 1 March so that the leap day comes last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        let month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        return Fields(
            year: Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0),
            month: month,
            day: day,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
            second: rest % 60,
            microsecond: Int((self.microseconds % 1_000_000 + 1_000_000) % 1_000_000)
        )
    }

    /// The moment that UTC calendar fields name; the fields are trusted to be a date that exists.
    public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era * 146_097 + dayOfEra - 719_468)
        self.init(seconds: days * 86_400 + Int64(hour * 3_600 + minute * 60 + second))
    }

    /// Reads what ``iso8601`` and ``iso8601Microseconds`` write; nil for anything else.
    public init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(32))
        let separators: [(Int, UInt8)] = [(4, 0x2D), (7, 0x2D), (10, 0x54), (13, 0x3A), (16, 0x3A)]
        guard bytes.count == 20 || (22...27).contains(bytes.count), bytes.last == 0x5A,
            separators.allSatisfy({ bytes[$0.0] == $0.1 }), bytes.count == 20 || bytes[19] == 0x2E
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year > 0, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let whole = Timestamp(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second
        )
        // 31 April is no day.
        guard whole.fields.day == day else { return nil }
        var fraction = 0
        if bytes.count > 20 {
            guard let digits = number(20..<(bytes.count - 1)) else { return nil }
            fraction = (bytes.count..<27).reduce(digits) { value, _ in value * 10 }
        }
        self.init(microseconds: whole.microseconds + Int64(fraction))
    }

    /// `2026-01-05T09:37:12Z`.
    public var iso8601: String {
        let f = self.fields
        return "\(Self.date(f))T\(Self.two(f.hour)):\(Self.two(f.minute)):\(Self.two(f.second))Z"
    }

    /// `2026-01-05T09:37:12.048213Z`.
    public var iso8601Microseconds: String {
        let f = self.fields
        let fraction = String(f.microsecond + 1_000_000).dropFirst()
        return "\(Self.date(f))T\(Self.two(f.hour)):\(Self.two(f.minute)):\(Self.two(f.second)).\(fraction)Z"
    }

    /// `09:37:12.048`.
    public var clockMilliseconds: String {
        let f = self.fields
        let fraction = String(f.microsecond / 1_000 + 1_000).dropFirst()
        return "\(Self.two(f.hour)):\(Self.two(f.minute)):\(Self.two(f.second)).\(fraction)"
    }

    private static func date(_ f: Fields) -> String {
        let year = String(f.year)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + "-\(two(f.month))-\(two(f.day))"
    }

    private static func two(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}
