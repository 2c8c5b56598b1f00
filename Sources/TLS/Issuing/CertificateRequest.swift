public import Model

/// What kind of key to make.
public enum KeyKind: Hashable, Sendable {
    case p256
    case p384
    case p521
    case secp256k1
    case rsa(bits: Int)
    case ed25519
}

/// What an issuer hashes with when it signs; Ed25519 issuers have their own and ignore it.
public enum SignatureDigest: Hashable, Sendable {
    case sha1
    case sha256
    case sha384
    case sha512
}

/// One attribute of a distinguished name.
public struct NameAttribute: Hashable, Sendable {
    /// OpenSSL's short name or a dotted OID: `CN`, `OU`, `O`, `C`.
    public let type: String
    /// Any text, stored whole.
    public let value: String

    public init(_ type: String, _ value: String) {
        self.type = type
        self.value = value
    }
}

/// What is to be in a certificate.
///
/// The defaults make a TLS client's that is accepted everywhere.
public struct CertificateRequest: Hashable, Sendable {
    public enum ExtendedKeyUsage: String, Hashable, Sendable {
        case clientAuth
        case serverAuth
        case any = "anyExtendedKeyUsage"
    }

    /// OpenSSL's names.
    public enum KeyUsage: String, Hashable, Sendable {
        case digitalSignature
        case keyEncipherment
        case keyAgreement
        case keyCertSign
        case cRLSign
    }

    public struct Extension: Hashable, Sendable {
        /// Dotted OID.
        public let identifier: String
        public let isCritical: Bool
        public let der: [UInt8]

        public init(identifier: String, isCritical: Bool, der: [UInt8]) {
            self.identifier = identifier
            self.isCritical = isCritical
            self.der = der
        }
    }

    /// In the order of the encoding, most general first; printed the other way round.
    public var subject: [NameAttribute]
    public var dnsNames: [String] = []
    public var ipAddresses: [IPAddress] = []
    /// Empty leaves the extension out.
    public var extendedKeyUsage: [ExtendedKeyUsage] = [.clientAuth]
    /// Empty leaves the extension out.
    public var keyUsage: [KeyUsage] = [.digitalSignature]
    public var isCertificateAuthority = false
    /// For CAs: intermediates allowed below; nil for no bound.
    public var pathLength: Int?
    public var notBefore: Timestamp
    public var notAfter: Timestamp
    /// Content of the DER INTEGER, two's complement, big-endian; random and positive if nil.
    public var serialNumber: [UInt8]?
    public var keyKind = KeyKind.p256
    public var signatureDigest = SignatureDigest.sha256
    /// 3, or 1 for a certificate without extensions.
    public var version = 3
    public var extraExtensions: [Extension] = []

    public init(subject: [NameAttribute], notBefore: Timestamp, notAfter: Timestamp) {
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    public init(commonName: String, notBefore: Timestamp, notAfter: Timestamp) {
        self.init(subject: [NameAttribute("CN", commonName)], notBefore: notBefore, notAfter: notAfter)
    }
}

/// A certificate with its key, as files.
public struct IssuedCertificate: Hashable, Sendable {
    public let certificatePEM: String
    /// Leaf first, intermediates after it, without the root.
    public let chainPEM: String
    /// PKCS #8.
    public let privateKey: SecretText
}
