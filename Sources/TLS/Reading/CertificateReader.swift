import COpenSSL
public import Model

/// Reads the certificate files that operators hand in, and says exactly what is wrong with them.
public enum CertificateReader {
    /// Certificates a server may show, leaf included; a browser follows no longer chain.
    static let serverChainCount = 10

    /// The certificates of a CA bundle, without exact duplicates (`alb-mtls` 1.7).
    ///
    /// One certificate that is not acceptable refuses the whole bundle.
    ///
    /// - Throws: ``OperatorError`` whose subject is the file's path, and whose message names the line, the
    ///   certificate and the rule.
    public static func trustBundle(_ file: FileContents) throws(OperatorError) -> [CACertificate] {
        try TrustBundleReader(path: file.path).read(file.text)
    }

    /// Checks that a chain and a key can serve, and tells what the leaf says.
    ///
    /// An expired certificate is accepted: its clients will complain, and its dates are on the screen.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the file that is wrong; no part of the key is
    ///   ever in it.
    public static func serverCertificate(
        chain: FileContents,
        key: SecretFileContents
    ) throws(OperatorError) -> CertificateFacts {
        let identity = try ServerIdentity(chain: chain, key: key)
        guard let facts = FactsReader.facts(of: identity.leaf, der: identity.leaf.der) else {
            throw OperatorError(
                .invalidCertificate,
                subject: chain.path,
                message: "The first certificate of \(chain.path) has dates that cannot be read.",
                hint: "Issue the certificate again."
            )
        }
        return facts
    }

    /// The server names that a chain's first certificate is for, wildcards included; empty if it has none.
    public static func serverNames(_ chain: FileContents) -> [String] {
        guard let blocks = try? PEM.blocks(in: chain.text, between: .anyText),
            let leaf = blocks.first(where: { $0.label == PEM.certificateLabel }),
            let certificate = Certificate(der: leaf.der)
        else { return [] }
        return ServerNames.of(certificate)
    }

    /// SHA-256 as 64 lower-case hexadecimal digits.
    public static func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        let digest = [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, written in
            SHA256(bytes, bytes.count, buffer.baseAddress)
            written = buffer.count
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
