/// How an HTTPS listener tells its targets who the client is.
public struct IdentityHeaderSettings: Hashable, Sendable, Codable {
    /// In what headers; several may be sent side by side.
    public enum Form: String, Hashable, Sendable, Codable, CaseIterable {
        /// ALB's, in the mode's own headers (`alb-mtls` 1.2).
        case alb
        /// `Client-Cert` and `Client-Cert-Chain` (RFC 9440).
        case rfc9440
        /// `X-Forwarded-Client-Cert`, as Envoy writes it.
        case xfcc
    }

    public var forms: [Form]

    /// Whether ``verdictHeader`` is sent: `SUCCESS`, `NONE` or `FAILED:<reason>`.
    public var sendsVerdict: Bool

    /// Names in place of the standard ones (`elbv2-api` 4.7).
    public var names: [NamedHeader: String]

    public init(forms: [Form] = [.alb], sendsVerdict: Bool = false, names: [NamedHeader: String] = [:]) {
        self.forms = forms
        self.sendsVerdict = sendsVerdict
        self.names = names
    }

    public static let standard = IdentityHeaderSettings()

    public static let verdictHeader = "X-Sekisho-Client-Verdict"

    public func name(of header: NamedHeader) -> String { self.names[header] ?? header.standardName }

    /// What is set, in words; nil for nothing.
    public var words: String? {
        guard self != .standard else { return nil }
        let names = NamedHeader.allCases.compactMap { header in
            self.names[header].map { "\(header.standardName) as \($0)" }
        }
        let forms = self.forms.isEmpty ? "none" : self.forms.map(\.rawValue).joined(separator: " ")
        return ([forms] + (self.sendsVerdict ? ["verdict"] : []) + names).joined(separator: ", ")
    }
}

/// A header that ELBv2 lets operators rename, by the listener attribute that does it.
public enum NamedHeader: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case serialNumber = "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name"
    case issuer = "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name"
    case subject = "routing.http.request.x_amzn_mtls_clientcert_subject.header_name"
    case validity = "routing.http.request.x_amzn_mtls_clientcert_validity.header_name"
    case leaf = "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name"
    case chain = "routing.http.request.x_amzn_mtls_clientcert.header_name"
    case tlsVersion = "routing.http.request.x_amzn_tls_version.header_name"
    case tlsCipherSuite = "routing.http.request.x_amzn_tls_cipher_suite.header_name"

    public var standardName: String {
        switch self {
        case .serialNumber: "X-Amzn-Mtls-Clientcert-Serial-Number"
        case .issuer: "X-Amzn-Mtls-Clientcert-Issuer"
        case .subject: "X-Amzn-Mtls-Clientcert-Subject"
        case .validity: "X-Amzn-Mtls-Clientcert-Validity"
        case .leaf: "X-Amzn-Mtls-Clientcert-Leaf"
        case .chain: "X-Amzn-Mtls-Clientcert"
        case .tlsVersion: "X-Amzn-Tls-Version"
        case .tlsCipherSuite: "X-Amzn-Tls-Cipher-Suite"
        }
    }
}

extension IdentityHeaderSettings {
    /// Characters of a name.
    public static let nameLengths = 1...40

    /// Names that mean something to the gate, to HTTP, or to targets whoever sends them.
    private static let reserved: Set<String> = [
        "accept", "accept-encoding", "authorization", "client-cert", "client-cert-chain", "connection",
        "content-encoding", "content-length", "content-type", "cookie", "date", "expect", "forwarded", "host",
        "http2-settings", "keep-alive", "origin", "proxy-authorization", "proxy-connection", "range", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "via", "x-amzn-trace-id",
        "x-forwarded-client-cert", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port",
        "x-forwarded-proto", "x-real-ip",
    ]

    /// Says what is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is the attribute's key, or `forms`.
    public func check() throws(OperatorError) {
        guard Set(self.forms).count == self.forms.count else {
            throw Self.refuse(
                "forms",
                "A form of identity headers is listed twice.",
                "Remove one of the two."
            )
        }
        var taken: [String: NamedHeader] = [:]
        for header in NamedHeader.allCases {
            let name = self.name(of: header)
            try Self.check(name, of: header)
            if let other = taken.updateValue(header, forKey: Self.normal(name)) {
                let renamed = self.names[header] == nil ? other : header
                throw Self.refuse(
                    renamed.rawValue,
                    "The header name \(name) is that of \(other.standardName) and of \(header.standardName).",
                    "Give each a name of its own; letter case, _ and - do not tell names apart."
                )
            }
        }
    }

    private static func check(_ name: String, of header: NamedHeader) throws(OperatorError) {
        let isToken = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        guard self.nameLengths.contains(name.utf8.count), isToken else {
            throw self.refuse(
                header.rawValue,
                "\"\(name)\" is no header name of 1–\(self.nameLengths.upperBound) characters (RFC 9110 5.1).",
                "Write letters, digits and -, such as X-Client-Serial."
            )
        }
        let normal = self.normal(name)
        guard !self.reserved.contains(normal), !normal.hasPrefix("x-sekisho-") else {
            throw self.refuse(
                header.rawValue,
                "\(name) is a header with a meaning of its own.",
                "Choose a name that nothing else uses."
            )
        }
    }

    /// As a target behind CGI would read it: one case, all punctuation alike.
    private static func normal(_ name: String) -> String {
        String(
            decoding: name.utf8.map { byte -> UInt8 in
                switch byte {
                case 0x41...0x5A: byte | 0x20
                case 0x30...0x39, 0x61...0x7A: byte
                default: 0x2D
                }
            },
            as: UTF8.self
        )
    }

    private static func refuse(_ subject: String, _ message: String, _ hint: String) -> OperatorError {
        OperatorError(.invalidConfigurationRequest, subject: subject, message: message, hint: hint)
    }
}
