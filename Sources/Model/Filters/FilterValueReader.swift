/// Makes a condition of what stands after a field.
struct FilterValueReader {
    let field: FilterField
    let sign: String
    /// Where the value begins.
    let column: Int
    let environment: FilterEnvironment

    func condition(_ values: [String]) throws(FilterMistake) -> Filter.Condition {
        switch self.field.kind {
        case .text: return try self.text(values)
        case .address:
            let networks = values.compactMap(Self.network)
            return networks.count == values.count && !self.isExpression
                ? try self.equal(.networks(networks)) : try self.text(values)
        case .number, .milliseconds, .time, .since, .age, .remaining:
            var ranges: [ClosedRange<Double>] = []
            for value in values { ranges.append(try self.range(value)) }
            return .ranges(ranges)
        }
    }

    private var isExpression: Bool { self.sign.hasSuffix("~") }

    /// A condition for signs that ask whether things are the same.
    private func equal(_ condition: Filter.Condition) throws(FilterMistake) -> Filter.Condition {
        guard [":", "=", "!="].contains(self.sign) else { throw self.noComparison }
        return condition
    }

    private var noComparison: FilterMistake {
        FilterMistake(
            column: max(0, self.column - self.sign.count),
            .noComparison(field: self.field.name, sign: self.sign)
        )
    }

    // MARK: Text

    private func text(_ values: [String]) throws(FilterMistake) -> Filter.Condition {
        guard self.isExpression else {
            let patterns = values.map {
                WildcardPattern($0.lowercased(), ignoresCase: false, allowsEscapes: true)
            }
            return try self.equal(.patterns(patterns))
        }
        guard values.count == 1 else { throw self.noComparison }
        do throws(OperatorError) {
            return .expression(try RegularExpression(values[0], ignoresCase: true))
        } catch {
            throw FilterMistake(column: self.column, .noExpression(reason: error.message))
        }
    }

    private static func network(_ text: String) -> AddressRange? {
        if let address = IPAddress(text) { return AddressRange("\(address)/\(address.isIPv6 ? 128 : 32)") }
        return AddressRange(text)
    }

    // MARK: Numbers

    private func range(_ text: String) throws(FilterMistake) -> ClosedRange<Double> {
        guard !self.isExpression else { throw self.noComparison }
        if let dots = text.firstRange(of: "..") {
            let low = try self.number(String(text[..<dots.lowerBound]))
            let high = try self.number(String(text[dots.upperBound...]))
            _ = try self.equal(.ranges([]))
            let ends = [low.lowerBound, low.upperBound, high.lowerBound, high.upperBound]
            // The earlier moment is the longer ago, so that `15m..5m` is as good as `5m..15m`.
            return (ends.min() ?? 0)...(ends.max() ?? 0)
        }
        let value = try self.number(text)
        var sign = self.sign
        switch self.field.kind {
        case .since where [":", "="].contains(sign): return value.lowerBound...Double.infinity
        case .since: throw self.noComparison
        // A span alone is meant as "within".
        case .age: sign = Self.flipped[sign] ?? ">="
        case .remaining where [":", "="].contains(sign): sign = "<="
        default: break
        }
        switch sign {
        case "<": return -Double.infinity...value.lowerBound.nextDown
        case "<=": return -Double.infinity...value.upperBound
        case ">": return value.upperBound.nextUp...Double.infinity
        case ">=": return value.lowerBound...Double.infinity
        default: return value
        }
    }

    /// What is younger happened later.
    private static let flipped = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]

    /// A value as rows have it; a moment written to the minute is the whole minute.
    private func number(_ text: String) throws(FilterMistake) -> ClosedRange<Double> {
        let now = Double(self.environment.now.microseconds)
        switch self.field.kind {
        case .number:
            guard let value = Self.decimal(text) else {
                throw FilterMistake(column: self.column, .noNumber(field: self.field.name, text: text))
            }
            return value...value
        case .milliseconds:
            if let value = Self.decimal(text) { return value...value }
            let value = try self.span(text) / 1_000
            return value...value
        case .age:
            let value = try now - self.span(text)
            return value...value
        case .remaining:
            let value = try now + self.span(text)
            return value...value
        case .time, .since: return try self.moment(text)
        case .text, .address: throw self.noComparison
        }
    }

    private func span(_ text: String) throws(FilterMistake) -> Double {
        guard let span = Self.span(text) else {
            throw FilterMistake(column: self.column, .noDuration(field: self.field.name, text: text))
        }
        return span
    }

    private func moment(_ text: String) throws(FilterMistake) -> ClosedRange<Double> {
        if text.hasPrefix("#"), let number = Int64(text.dropFirst()) {
            guard let time = self.environment.changes[number] else {
                throw FilterMistake(column: self.column, .noChange(number: number))
            }
            return Double(time.microseconds)...Double(time.microseconds)
        }
        if let span = Self.span(text.hasPrefix("-") ? String(text.dropFirst()) : text) {
            let value = Double(self.environment.now.microseconds) - span
            return value...value
        }
        guard
            let moment = FilterMoment(
                text,
                now: self.environment.now,
                secondsEast: self.environment.secondsEast
            )
        else {
            throw FilterMistake(column: self.column, .noTime(field: self.field.name, text: text))
        }
        let start = Double(moment.start.microseconds)
        return start...(start + moment.length - 1)
    }

    /// Microseconds of `50ms`, `1.5s`, `15m`, `2h`, `30d`, `1w`; nil for anything else.
    static func span(_ text: String) -> Double? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let units: [Substring: Double] = [
            "us": 1, "ms": 1e3, "s": 1e6, "m": 60e6, "min": 60e6, "h": 3_600e6, "d": 86_400e6,
            "w": 604_800e6,
        ]
        guard let value = Self.decimal(String(number)), let unit = units[text[number.endIndex...]] else {
            return nil
        }
        return value * unit
    }

    /// Digits with a point at most; `Double` would also read `nan` and `0x10`.
    private static func decimal(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.count <= 18,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E })
        else { return nil }
        return Double(text)
    }
}

/// A moment as people write it: `13:40`, `13:40:05`, `2026-11-23`, `2026-11-23T13:40Z`; UTC with `Z`, else
/// in the zone that is given.
struct FilterMoment {
    let start: Timestamp
    /// Microseconds that are meant: to the minute written, the whole minute.
    let length: Double

    init?(_ text: String, now: Timestamp, secondsEast: Int64 = 0) {
        let east = text.hasSuffix("Z") ? 0 : secondsEast
        let now = Timestamp(microseconds: now.microseconds + east * 1_000_000)
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == "_" })
        var clock = parts.last.map(String.init) ?? ""
        if clock.hasSuffix("Z") { clock.removeLast() }
        var date = now.fields
        let hasDate = text.contains("-")
        if hasDate {
            let numbers = parts[0].split(separator: "-").compactMap { Int($0) }
            guard numbers.count == 3, (1...9_999).contains(numbers[0]), (1...12).contains(numbers[1]),
                (1...31).contains(numbers[2])
            else { return nil }
            date =
                Timestamp(
                    year: numbers[0],
                    month: numbers[1],
                    day: numbers[2],
                    hour: 0,
                    minute: 0,
                    second: 0
                ).fields
            guard date.day == numbers[2] else { return nil }
        }
        var time: [Int] = []
        if !hasDate || parts.count == 2 {
            let digits = clock.split(separator: ":", omittingEmptySubsequences: false)
            time = digits.compactMap { $0.count <= 2 && !$0.hasPrefix("+") ? Int($0) : nil }
            guard (2...3).contains(time.count), time.count == digits.count, (0...23).contains(time[0]),
                time[1...].allSatisfy({ (0...59).contains($0) })
            else { return nil }
        }
        guard parts.count <= (hasDate ? 2 : 1) else { return nil }
        var start = Timestamp(
            year: date.year,
            month: date.month,
            day: date.day,
            hour: time.first ?? 0,
            minute: time.count > 1 ? time[1] : 0,
            second: time.count > 2 ? time[2] : 0
        )
        // A time of day that has not been yet was yesterday's.
        if !hasDate, start > now { start = Timestamp(seconds: start.seconds - 86_400) }
        self.start = Timestamp(microseconds: start.microseconds - east * 1_000_000)
        self.length = time.isEmpty ? 86_400e6 : time.count == 2 ? 60e6 : 1e6
    }
}

extension FilterEnvironment {
    /// The beginning of the moment that a text names as a filter would: `15m`, `13:40`, `#17`.
    public func moment(_ text: String) -> Timestamp? {
        let field = FilterField(id: 0, name: "since", kind: .since)
        let reader = FilterValueReader(field: field, sign: ":", column: 0, environment: self)
        guard case .ranges(let ranges)? = try? reader.condition([text]), let start = ranges.first?.lowerBound
        else { return nil }
        return Timestamp(microseconds: Int64(start))
    }
}
