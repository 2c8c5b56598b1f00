import Model

/// A moment as IMF-fixdate (RFC 9110 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Making one costs an allocation; the caller keeps it for the second it is true.
public struct HTTPDate: Sendable {
    /// 29 bytes of ASCII.
    public let bytes: [UInt8]

    /// Creates the date of a moment in seconds since 1970, in the years 1970 to 9999.
    public init(seconds: Int64) {
        let bounded = min(max(seconds, 0), 253_402_300_799)
        let fields = Timestamp(seconds: bounded).fields
        // 1970-01-01 was a Thursday.
        let weekday = Int((bounded / 86_400 + 4) % 7)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes += "SunMonTueWedThuFriSat".utf8.dropFirst(weekday * 3).prefix(3)
        bytes += ", ".utf8
        Self.append(fields.day, width: 2, to: &bytes)
        bytes += " ".utf8
        bytes += "JanFebMarAprMayJunJulAugSepOctNovDec".utf8.dropFirst((fields.month - 1) * 3).prefix(3)
        bytes += " ".utf8
        Self.append(fields.year, width: 4, to: &bytes)
        bytes += " ".utf8
        Self.append(fields.hour, width: 2, to: &bytes)
        bytes += ":".utf8
        Self.append(fields.minute, width: 2, to: &bytes)
        bytes += ":".utf8
        Self.append(fields.second, width: 2, to: &bytes)
        bytes += " GMT".utf8
        self.bytes = bytes
    }

    private static func append(_ number: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = width == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(ASCII.zero + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
