/// What a listener in `verify` asks of clients beyond what ALB can be told.
public struct ClientRequirements: Hashable, Sendable, Codable {
    /// What becomes of clients that do not pass.
    public enum Enforcement: String, Hashable, Sendable, Codable, CaseIterable {
        /// They are refused, and so are those without a certificate.
        case required
        /// They are refused; those without a certificate get through, and are nobody.
        case optional
        /// They get through and are nobody; the log and the verdict header tell what was wrong.
        case observed
    }

    public var clientCertificate: Enforcement

    /// Only clients that one of them matches; all where there is none.
    public var identityFilters: [IdentityFilter]

    /// Only these leaves: SHA-256 of the DER, 64 lower-case hexadecimal digits; all where there is none.
    public var pinnedCertificates: [String]

    public init(
        clientCertificate: Enforcement = .required,
        identityFilters: [IdentityFilter] = [],
        pinnedCertificates: [String] = []
    ) {
        self.clientCertificate = clientCertificate
        self.identityFilters = identityFilters
        self.pinnedCertificates = pinnedCertificates
    }

    public static let standard = ClientRequirements()

    /// A fingerprint in the form of ``pinnedCertificates``; nil for what is none.
    ///
    /// Upper-case digits and colons between pairs, as `openssl x509 -fingerprint` writes, are taken.
    public static func fingerprint(_ text: String) -> String? {
        let digits = text.replacing(":", with: "").lowercased()
        let isHexadecimal = digits.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        return digits.utf8.count == 64 && isHexadecimal ? digits : nil
    }

    /// Says what is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the field: `identityFilters[0].values[1]`.
    public func check() throws(OperatorError) {
        guard self.identityFilters.count <= Quotas.identityFiltersPerPolicy else {
            throw .outOfRange(
                "identityFilters",
                got: "\(self.identityFilters.count) long",
                allowed: "0–\(Quotas.identityFiltersPerPolicy) filters"
            )
        }
        for (index, filter) in self.identityFilters.enumerated() {
            do throws(OperatorError) {
                try filter.check()
            } catch {
                throw error.about("identityFilters[\(index)].\(error.subject)")
            }
        }
        guard self.pinnedCertificates.count <= Quotas.pinnedCertificatesPerPolicy else {
            throw .outOfRange(
                "pinnedCertificates",
                got: "\(self.pinnedCertificates.count) long",
                allowed: "0–\(Quotas.pinnedCertificatesPerPolicy) fingerprints"
            )
        }
        for (index, pin) in self.pinnedCertificates.enumerated() where Self.fingerprint(pin) != pin {
            throw OperatorError(
                .validationError,
                subject: "pinnedCertificates[\(index)]",
                message: "\"\(pin)\" is no SHA-256 fingerprint.",
                hint: "Write what `openssl x509 -noout -fingerprint -sha256 -in FILE` prints behind the =."
            )
        }
    }

    /// `subject-cn press-*, san-dns a.test or b.test`.
    public var filterWords: String {
        self.identityFilters.map { "\($0.field.rawValue) \($0.values.joined(separator: " or "))" }
            .joined(separator: ", ")
    }

    /// What is set, in words: `client certificate optional, 2 identity filters`; nil for nothing.
    public var words: String? {
        var words: [String] = []
        if self.clientCertificate != .required {
            words.append("client certificate \(self.clientCertificate.rawValue)")
        }
        if !self.identityFilters.isEmpty { words.append(self.filterWords) }
        if !self.pinnedCertificates.isEmpty {
            words.append("\(self.pinnedCertificates.count) pinned certificates")
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}

/// Filters and pins, ready for clients.
public struct IdentityRules: Sendable {
    private let matchers: [IdentityMatcher]
    private let pins: Set<[UInt8]>

    /// nil where every client that the trust store vouches for is welcome.
    public init?(_ requirements: ClientRequirements) {
        guard !requirements.identityFilters.isEmpty || !requirements.pinnedCertificates.isEmpty else {
            return nil
        }
        self.matchers = requirements.identityFilters.map { IdentityMatcher($0) }
        self.pins = Set(requirements.pinnedCertificates.map { Array($0.utf8) })
    }

    public func accepts(_ identity: ClientIdentity) -> Bool {
        guard self.pins.isEmpty || self.pins.contains(identity.fingerprint) else { return false }
        return self.matchers.isEmpty || self.matchers.contains { $0.matches(identity) }
    }
}
