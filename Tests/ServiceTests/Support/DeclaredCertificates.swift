import Model
import TLS

/// Certificates the tests declare, made once for the process.
///
/// Valid around the time at which ``TestClock`` stands.
struct DeclaredCertificates: Sendable {
    let bundle: FileContents
    let otherBundle: FileContents
    /// Valid until the day before.
    let expiredBundle: FileContents
    let server: DesiredCertificate
    let otherServer: DesiredCertificate
    /// For no name at all.
    let nameless: DesiredCertificate
    private let root: CertificateAuthority

    static let shared: Result<DeclaredCertificates, any Error> = Result { try DeclaredCertificates() }

    private static let now = TestClock().now.seconds
    private static let day: Int64 = 86_400
    private static let yesterday = Timestamp(seconds: now - day)
    private static let tomorrow = Timestamp(seconds: now + day)

    private init() throws {
        let root = try CertificateAuthority(
            commonName: "Root CA",
            notBefore: Self.yesterday,
            notAfter: Self.tomorrow
        )
        let other = try CertificateAuthority(
            commonName: "Other CA",
            notBefore: Self.yesterday,
            notAfter: Self.tomorrow
        )
        let expired = try CertificateAuthority(
            commonName: "Expired CA",
            notBefore: Timestamp(seconds: Self.now - 2 * Self.day),
            notAfter: Self.yesterday
        )
        self.bundle = FileContents(path: "rootCA_cert.pem", text: root.certificatePEM)
        self.otherBundle = FileContents(path: "otherCA_cert.pem", text: other.certificatePEM)
        self.expiredBundle = FileContents(path: "expiredCA_cert.pem", text: expired.certificatePEM)
        self.server = try Self.issue("server", by: root)
        self.otherServer = try Self.issue("other", by: root)
        self.nameless = try Self.issue("nameless", by: root, names: [])
        self.root = root
    }

    /// One more for localhost, different from all others.
    func anotherServer() throws -> DesiredCertificate {
        try Self.issue("another", by: self.root)
    }

    private static func issue(
        _ name: String,
        by root: CertificateAuthority,
        names: [String] = ["localhost"]
    ) throws -> DesiredCertificate {
        var request = CertificateRequest(commonName: name, notBefore: self.yesterday, notAfter: self.tomorrow)
        request.extendedKeyUsage = [.serverAuth]
        request.dnsNames = names
        let issued = try root.issue(request)
        return DesiredCertificate(
            certificate: FileContents(path: "\(name).pem", text: issued.chainPEM),
            privateKey: SecretFileContents(path: "\(name).key", text: issued.privateKey)
        )
    }
}
