import COpenSSL
import Model

/// A server's chain and its private key, checked against each other.
final class ServerIdentity: Sendable {
    let leaf: Certificate
    /// Above the leaf, each issuing the one before.
    let intermediates: [Certificate]
    let key: PrivateKey

    init(chain: FileContents, key: SecretFileContents) throws(OperatorError) {
        let certificates = try Self.certificates(chain)
        guard let leaf = certificates.first else {
            throw Self.refuse(
                chain.path,
                "\(chain.path) holds no certificate.",
                "Name a PEM file whose first certificate is the server's own."
            )
        }
        guard KeyRules.isAccepted(leaf.publicKey) else {
            let description = KeyRules.description(of: leaf.publicKey)
            throw Self.refuse(
                chain.path,
                "The certificate of \(chain.path) has a key that is not accepted: \(description).",
                "Use a certificate whose key is \(KeyRules.sentence)."
            )
        }
        for (index, issuer) in certificates.enumerated().dropFirst()
        where !certificates[index - 1].isIssued(by: issuer) {
            throw Self.refuse(
                chain.path,
                "Certificate \(index + 1) of \(chain.path) (\(FactsReader.subject(of: issuer))) did not "
                    + "issue the one before it.",
                "Order the file leaf first, each followed by its issuer."
            )
        }
        self.leaf = leaf
        self.intermediates = Array(certificates.dropFirst())
        self.key = try Self.privateKey(key)
        guard self.key.matches(leaf) else {
            throw OperatorError(
                .certificateKeyMismatch,
                subject: key.path,
                message:
                    "The private key of \(key.path) does not belong to the certificate of \(chain.path).",
                hint: "Name the key the certificate was requested with."
            )
        }
    }

    private static func certificates(_ chain: FileContents) throws(OperatorError) -> [Certificate] {
        let blocks: [PEM.Block]
        do {
            blocks = try PEM.blocks(in: chain.text, between: .anyText)
        } catch {
            throw self.refuse(chain.path, "\(chain.path) line \(error.line) \(error.problem)", error.hint)
        }
        guard !blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw self.refuse(
                chain.path,
                "\(chain.path) holds a private key beside the certificate.",
                "Keep certificate and key in two files; the certificate's is shown, the key's never is."
            )
        }
        var certificates: [Certificate] = []
        for block in blocks where block.label == PEM.certificateLabel {
            guard let certificate = Certificate(der: block.der) else {
                throw self.refuse(
                    chain.path,
                    "\(chain.path) line \(block.line): certificate \(certificates.count + 1) cannot be read "
                        + "as X.509.",
                    "Export the certificate again as PEM."
                )
            }
            certificates.append(certificate)
        }
        guard certificates.count <= CertificateReader.serverChainCount else {
            throw self.refuse(
                chain.path,
                "\(chain.path) holds \(certificates.count) certificates, more than the "
                    + "\(CertificateReader.serverChainCount) a server may show.",
                "Keep the server's certificate and its intermediates."
            )
        }
        return certificates
    }

    private static func privateKey(_ file: SecretFileContents) throws(OperatorError) -> PrivateKey {
        let text = file.text.revealed
        func refuse(_ message: String, _ hint: String) -> OperatorError {
            OperatorError(.invalidPrivateKey, subject: file.path, message: message, hint: hint)
        }
        guard text.contains("PRIVATE KEY-----") else {
            throw refuse(
                "\(file.path) holds no private key in PEM.",
                "Name the file that begins with -----BEGIN PRIVATE KEY-----."
            )
        }
        guard !text.contains("ENCRYPTED") else {
            throw refuse(
                "The private key of \(file.path) is encrypted.",
                "Decrypt it (openssl pkey -in KEY -out PLAIN) and protect the file by its permissions."
            )
        }
        guard let key = PrivateKey(pem: file.text) else {
            throw refuse(
                "The private key of \(file.path) cannot be read.",
                "Export the key again as PEM (PKCS #8)."
            )
        }
        return key
    }

    private static func refuse(_ path: String, _ message: String, _ hint: String) -> OperatorError {
        OperatorError(.invalidCertificate, subject: path, message: message, hint: hint)
    }
}
