/// The question whether a certificate is revoked, and by what.
public struct RevocationQuery: Hashable, Sendable, Codable {
    /// In hexadecimal; colons, blanks and a `0x` in front mean nothing.
    public var serialNumber: String
    /// Only lists of this CA (RFC 2253); nil for all.
    public var issuer: String?
    /// Only lists of this trust store, by name or id; nil for all.
    public var trustStore: String?

    public init(serialNumber: String, issuer: String? = nil, trustStore: String? = nil) {
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.trustStore = trustStore
    }

    /// The number's bytes, zeros in front left out; nil for what is no number of at most
    /// ``RevokedSerials/serialBytes``.
    public var serialBytes: [UInt8]? {
        var digits = self.serialNumber.lowercased().filter { $0 != ":" && !$0.isWhitespace }
        if digits.hasPrefix("0x") { digits.removeFirst(2) }
        let values = digits.compactMap(\.hexDigitValue)
        guard !values.isEmpty, values.count == digits.count else { return nil }
        let even = values.count % 2 == 0 ? values : [0] + values
        let bytes = stride(from: 0, to: even.count, by: 2).map { UInt8(even[$0] << 4 | even[$0 + 1]) }
        let number = bytes.dropFirst(bytes.dropLast().prefix { $0 == 0 }.count)
        return number.count <= RevokedSerials.serialBytes ? Array(number) : nil
    }
}

/// Whether a certificate is revoked.
public struct RevocationAnswer: Hashable, Sendable, Codable {
    /// A list that names the number.
    public struct Finding: Hashable, Sendable, Codable {
        public let trustStore: String
        public let list: RevocationList
        public let revokedAt: Timestamp
        /// As RFC 5280 5.3.1 names it; nil where the list gives none.
        public let reason: String?

        public init(trustStore: String, list: RevocationList, revokedAt: Timestamp, reason: String?) {
            self.trustStore = trustStore
            self.list = list
            self.revokedAt = revokedAt
            self.reason = reason
        }
    }

    public let findings: [Finding]
    /// Lists that were looked into, and certificates that they name.
    public let lists: Int
    public let entries: Int

    public init(findings: [Finding], lists: Int, entries: Int) {
        self.findings = findings
        self.lists = lists
        self.entries = entries
    }
}
