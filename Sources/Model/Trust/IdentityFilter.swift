/// Which clients that the trust store vouches for are let in: NLB's client certificate identity filters.
///
/// One value that matches is enough. A value is compared with the whole of one name of its own kind, byte by
/// byte; `*` stands for any number of characters, and nothing else is special.
public struct IdentityFilter: Hashable, Sendable, Codable {
    /// NLB's names; the last is ours.
    public enum Field: String, Hashable, Sendable, Codable, CaseIterable {
        case subjectCN = "subject-cn"
        case subjectOU = "subject-ou"
        case dnsName = "san-dns"
        case uri = "san-uri"
        case spiffeID = "spiffe-id"
    }

    public let field: Field
    public let values: [String]

    public init(field: Field, values: [String]) {
        self.field = field
        self.values = values
    }

    /// Bytes of one value.
    public static let valueBytes = 1...256

    /// Says what is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the field: `values[1]`.
    public func check() throws(OperatorError) {
        guard (1...Quotas.valuesPerIdentityFilter).contains(self.values.count) else {
            throw .outOfRange(
                "values",
                got: "\(self.values.count) values long",
                allowed: "1–\(Quotas.valuesPerIdentityFilter) values"
            )
        }
        for (index, value) in self.values.enumerated() {
            guard Self.valueBytes.contains(value.utf8.count),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else {
                throw OperatorError(
                    .validationError,
                    subject: "values[\(index)]",
                    message:
                        "\(self.field.rawValue) is no name of 1–\(Self.valueBytes.upperBound) bytes without "
                        + "control characters.",
                    hint: "Write the name as it stands in the certificate, with * for what may vary."
                )
            }
            guard self.field != .spiffeID || value.hasPrefix("spiffe://") else {
                throw OperatorError(
                    .validationError,
                    subject: "values[\(index)]",
                    message: "\"\(value)\" does not begin with spiffe://, so no SPIFFE id would match it.",
                    hint: "Write it whole, such as spiffe://plant.example/press/*."
                )
            }
        }
    }
}

/// An ``IdentityFilter``, ready for clients.
public struct IdentityMatcher: Sendable {
    private let field: IdentityFilter.Field
    private let patterns: [WildcardPattern]

    public init(_ filter: IdentityFilter) {
        self.field = filter.field
        // Here only `*` is special: what else the patterns of rules know is taken literally.
        self.patterns = filter.values.map { value in
            var escaped = ""
            for character in value.unicodeScalars {
                if character == "\\" || character == "?" { escaped += "\\" }
                escaped.unicodeScalars.append(character)
            }
            return WildcardPattern(escaped, ignoresCase: false, allowsEscapes: true)
        }
    }

    public func matches(_ identity: ClientIdentity) -> Bool {
        switch self.field {
        case .subjectCN: self.matches(identity.commonNames)
        case .subjectOU: self.matches(identity.organizationalUnits)
        case .dnsName: self.matches(identity.dnsNames)
        case .uri: self.matches(identity.uris)
        case .spiffeID: identity.spiffeID.map { self.matches([$0]) } ?? false
        }
    }

    private func matches(_ names: [[UInt8]]) -> Bool {
        for name in names {
            for pattern in self.patterns where name.withUnsafeBytes({ pattern.matches($0) }) { return true }
        }
        return false
    }
}
