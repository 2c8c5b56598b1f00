import Model

extension DERReader.Element {
    private static let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// The content as Time (RFC 5280 4.1.2.5): whole seconds, in UTC, and nothing left out.
    func time() throws(DERReader.Malformed) -> Timestamp {
        var digits = self.content[...]
        func take(_ count: Int) throws(DERReader.Malformed) -> Int {
            guard digits.count >= count else { throw DERReader.Malformed() }
            var value = 0
            for digit in digits.prefix(count) {
                guard (0x30...0x39).contains(digit) else { throw DERReader.Malformed() }
                value = value * 10 + Int(digit - 0x30)
            }
            digits = digits.dropFirst(count)
            return value
        }
        let year: Int
        switch self.tag {
        case DERReader.Tag.utcTime:
            let short = try take(2)
            year = short < 50 ? 2000 + short : 1900 + short
        case DERReader.Tag.generalizedTime:
            year = try take(4)
        default:
            throw DERReader.Malformed()
        }
        let (month, day) = (try take(2), try take(2))
        let (hour, minute, second) = (try take(2), try take(2), try take(2))
        guard digits.count == 1, digits.first == UInt8(ascii: "Z"), year > 0, (1...12).contains(month),
            day > 0, hour < 24, minute < 60, second < 60
        else { throw DERReader.Malformed() }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        guard day <= (month == 2 && !isLeap ? 28 : Self.days[month - 1]) else { throw DERReader.Malformed() }
        return Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }
}
