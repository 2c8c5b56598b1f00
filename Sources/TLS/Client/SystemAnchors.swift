import COpenSSL
import Glibc
public import Model

/// The CAs that the machine trusts, read once and shared by contexts.
public final class SystemAnchors: Sendable {
    let store: AnchorStore

    /// Where distributions keep them, in one file; OpenSSL's own place comes first.
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// Reads the file that `SSL_CERT_FILE` names, or else the first there is.
    ///
    /// Certificates that cannot be read are left out: the file is not ours, and one of them is no reason to
    /// trust none.
    ///
    /// - Throws: ``OperatorError`` where no file has a certificate: then nobody could be verified.
    public convenience init() throws(OperatorError) {
        let named = getenv(X509_get_default_cert_file_env()).map { [String(cString: $0)] }
        let standard = X509_get_default_cert_file().map { [String(cString: $0)] } ?? []
        try self.init(places: named ?? standard + Self.places)
    }

    init(places: [String]) throws(OperatorError) {
        for place in places {
            guard let text = Self.text(of: place),
                let blocks = try? PEM.blocks(in: text, between: .anyText)
            else { continue }
            let certificates = blocks.compactMap { Certificate(der: $0.der) }
            guard !certificates.isEmpty else { continue }
            do {
                self.store = try AnchorStore(certificates)
            } catch {
                throw error.whileDoing("reading the CA certificates of this machine")
            }
            return
        }
        throw OperatorError(
            .invalidConfigurationRequest,
            subject: "targetVerification",
            message:
                "This machine has no CA certificates to verify by: none in \(places.joined(separator: ", ")).",
            hint: "Install ca-certificates, or name a caCertificatesBundle in targetVerification."
        )
    }

    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += chunk[..<count]
            guard bytes.count <= EngineLimits.systemAnchorBytes else { return nil }
        }
    }
}
