/// One thing that must be so of a request for a rule to hold: any one of the values is enough.
///
/// In patterns `*` stands for any number of characters, none included, and `?` for exactly one; a pattern is
/// compared with the whole of what it is about. A regular expression may match anywhere in it, unless `^` and
/// `$` say otherwise.
public enum RuleCondition: Hashable, Sendable, Codable {
    /// The host that the request names, without port and trailing dot, in any letter case.
    case hostHeader(values: [String], regexValues: [String] = [])
    /// The path in its normal form (`RequestPath` in the HTTP module), without the query.
    case pathPattern(values: [String], regexValues: [String] = [])
    /// The value of any header with this name, in any letter case.
    case httpHeader(name: String, values: [String], regexValues: [String] = [])
    /// The method, exactly.
    case httpRequestMethod(values: [String])
    /// Any parameter of the query, in any letter case, with percent escapes decoded.
    case queryString(values: [QueryPattern])
    /// The address of whoever opened the connection; what `X-Forwarded-For` says does not count.
    case sourceIP(values: [AddressRange])
    /// Who the client is, as verified by the handshake; ours.
    case clientCertificate(ClientCertificateCondition)

    /// ELBv2's names of the fields.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case hostHeader = "host-header"
        case pathPattern = "path-pattern"
        case httpHeader = "http-header"
        case httpRequestMethod = "http-request-method"
        case queryString = "query-string"
        case sourceIP = "source-ip"
        case clientCertificate = "client-certificate"
    }

    public var field: Field {
        switch self {
        case .hostHeader: .hostHeader
        case .pathPattern: .pathPattern
        case .httpHeader: .httpHeader
        case .httpRequestMethod: .httpRequestMethod
        case .queryString: .queryString
        case .sourceIP: .sourceIP
        case .clientCertificate: .clientCertificate
        }
    }
}

/// What may be asked of a client's certificate; of one that is not verified, nothing is so.
public enum ClientCertificateCondition: Hashable, Sendable, Codable {
    /// Whether there is a verified certificate.
    case present(Bool)
    /// One of its names; see ``IdentityFilter``.
    case name(IdentityFilter)
    /// SHA-256 of its DER, 64 lower-case hexadecimal digits.
    case fingerprint(values: [String])
}

/// A parameter of a query: `key=value`, or any parameter with the value.
///
/// `\*` and `\?` stand for the characters themselves.
public struct QueryPattern: Hashable, Sendable, Codable {
    /// nil for any.
    public let key: String?
    public let value: String

    public init(key: String?, value: String) {
        self.key = key
        self.value = value
    }
}
