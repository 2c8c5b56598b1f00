/// How a client's certificates were judged: what was presented, what each step found, and what mends it.
///
/// Made of every refusal, and of an acceptance when somebody asks. For operators only: a client is told no
/// more than a TLS alert. What certificates say in it comes from strangers; names are 7-bit
/// (``CertificateFacts``) and everything is bounded.
public struct VerificationTrace: Hashable, Sendable, Codable {
    /// Certificates of a message that are told about one by one.
    public static let presentedLimit = 8

    /// CAs that are told about because they resemble the one that is missing.
    public static let candidateLimit = 8

    /// The moment at which certificates had to be valid.
    public let time: Timestamp

    /// Name and revision of the trust store that was asked.
    public let trustStore: String
    public let trustStoreRevision: Int

    /// nil if the certificates are accepted.
    public let refusal: RefusalReason?

    /// What the client sent, leaf first; at most ``presentedLimit``.
    public let presented: [PresentedCertificate]

    /// How many certificates the client sent; 0 where its message could not be read.
    public let presentedCount: Int

    /// In their order, each once.
    public let steps: [VerificationStep]

    /// The subjects of the path that was built, leaf first; empty where it did not come to that.
    public let path: [String]

    /// CAs that the end of the path could have been issued by, and why it was not.
    public let candidates: [CandidateAuthority]

    /// Trust stores of the gate, other than the one that was asked, in which the missing issuer stands.
    public let otherTrustStores: [String]

    /// What happened, in one sentence, as precisely as it is known.
    public let sentence: String

    /// What mends it; nil where nothing is broken.
    public let remedy: String?

    public init(
        time: Timestamp,
        trustStore: String,
        trustStoreRevision: Int,
        refusal: RefusalReason?,
        presented: [PresentedCertificate],
        presentedCount: Int,
        steps: [VerificationStep],
        path: [String],
        candidates: [CandidateAuthority],
        otherTrustStores: [String],
        sentence: String,
        remedy: String?
    ) {
        self.time = time
        self.trustStore = trustStore
        self.trustStoreRevision = trustStoreRevision
        self.refusal = refusal
        self.presented = presented
        self.presentedCount = presentedCount
        self.steps = steps
        self.path = path
        self.candidates = candidates
        self.otherTrustStores = otherTrustStores
        self.sentence = sentence
        self.remedy = remedy
    }

    public var isAccepted: Bool { self.refusal == nil }
}

/// A certificate as a client sent it.
public struct PresentedCertificate: Hashable, Sendable, Codable {
    /// Alternative names that are listed.
    public static let alternativeNameLimit = 16

    /// Bytes of DER.
    public let byteCount: Int

    /// nil if it cannot be read; then nothing below says anything.
    public let facts: CertificateFacts?

    /// 1 to 3; 0 if it cannot be read.
    public let version: Int

    public let isCertificateAuthority: Bool

    /// OpenSSL's name: `ecdsa-with-SHA256`.
    public let signatureAlgorithm: String

    /// Upper-case hexadecimal; nil without the extension.
    public let subjectKeyIdentifier: String?
    public let authorityKeyIdentifier: String?

    /// `DNS:a.test`, `URI:spiffe://a/b`, `IP:192.0.2.1`: printable ASCII, other bytes as `\00`; the first
    /// ``alternativeNameLimit``.
    public let alternativeNames: [String]

    /// `digitalSignature`, `keyCertSign`; empty without the extension.
    public let keyUsage: [String]

    /// `clientAuth`, `serverAuth`, `anyExtendedKeyUsage`, `other`; empty without the extension.
    public let extendedKeyUsage: [String]

    public init(
        byteCount: Int,
        facts: CertificateFacts?,
        version: Int = 0,
        isCertificateAuthority: Bool = false,
        signatureAlgorithm: String = "",
        subjectKeyIdentifier: String? = nil,
        authorityKeyIdentifier: String? = nil,
        alternativeNames: [String] = [],
        keyUsage: [String] = [],
        extendedKeyUsage: [String] = []
    ) {
        self.byteCount = byteCount
        self.facts = facts
        self.version = version
        self.isCertificateAuthority = isCertificateAuthority
        self.signatureAlgorithm = signatureAlgorithm
        self.subjectKeyIdentifier = subjectKeyIdentifier
        self.authorityKeyIdentifier = authorityKeyIdentifier
        self.alternativeNames = alternativeNames
        self.keyUsage = keyUsage
        self.extendedKeyUsage = extendedKeyUsage
    }
}

/// A CA that a certificate could have been issued by.
public struct CandidateAuthority: Hashable, Sendable, Codable {
    public enum Place: String, Hashable, Sendable, Codable {
        case trustStore = "trust store"
        case presented
    }

    public let subject: String
    /// SHA-256 of the DER, lower-case hexadecimal.
    public let fingerprint: String
    public let place: Place
    /// It has the name that the certificate gives its issuer.
    public let hasIssuerName: Bool
    /// It has the key that the certificate names; nil where one of the two names none.
    public let hasIssuerKeyIdentifier: Bool?
    /// Why it is not the issuer, or does not count as one: part of a sentence.
    public let mismatch: String

    public init(
        subject: String,
        fingerprint: String,
        place: Place,
        hasIssuerName: Bool,
        hasIssuerKeyIdentifier: Bool?,
        mismatch: String
    ) {
        self.subject = subject
        self.fingerprint = fingerprint
        self.place = place
        self.hasIssuerName = hasIssuerName
        self.hasIssuerKeyIdentifier = hasIssuerKeyIdentifier
        self.mismatch = mismatch
    }
}
