import COpenSSL
public import Model

/// A revocation list that was read, and what is kept of it.
public struct ReadRevocationList: Sendable {
    public let facts: RevocationList.Facts
    public let content: RevocationContent
    /// The list itself.
    public let der: [UInt8]
}

/// What a list says of one certificate.
public struct RevokedEntry: Hashable, Sendable {
    public let revokedAt: Timestamp
    /// As RFC 5280 5.3.1 names it; nil where the list gives none.
    public let reason: String?
}

/// Reads revocation lists by ALB's rules (`alb-mtls` 1.8), without handing them to OpenSSL.
///
/// What is accepted is a complete list in strict DER (RFC 5280 section 5), for all certificates of the CA
/// that signed it. Delta, indirect and partitioned lists say something else, and an unknown critical
/// extension may: they are refused. The walk over the entries copies nothing but serial numbers.
public enum RevocationListReader {
    /// Reads a file; its memory is reused.
    ///
    /// - Throws: ``OperatorError`` with `InvalidRevocationContent`, about the path.
    public static func read(
        _ file: consuming [UInt8],
        path: String
    ) throws(OperatorError) -> ReadRevocationList {
        guard file.count <= Quotas.revocationFileBytes else {
            throw self.refuse(
                path,
                "\(path) is larger than 50 MB.",
                "Have the CA divide its certificates between several CAs, each with a list of its own."
            )
        }
        guard file.first != DERReader.Tag.sequence else {
            throw self.refuse(
                path,
                "\(path) is DER, not PEM.",
                "Convert it: openssl crl -inform DER -in FILE -out FILE.pem"
            )
        }
        var der = file
        do throws(PEM.Failure) {
            try PEMDecoder.decode(&der, label: PEM.revocationListLabel)
        } catch {
            throw self.refuse(path, "\(path) line \(error.line) \(error.problem)", error.hint)
        }
        return try self.decode(der, path: path)
    }

    /// Reads the list itself, as it is stored.
    public static func decode(_ der: [UInt8], path: String) throws(OperatorError) -> ReadRevocationList {
        do throws(DERReader.Malformed) {
            let fingerprint = CertificateReader.sha256Hex(der)
            let list = try der.withUnsafeBytes { bytes in
                Result { () throws(DERReader.Malformed) in
                    try RevocationListWalker(bytes).list(fingerprint: fingerprint)
                }
            }.get()
            return ReadRevocationList(facts: list.facts, content: list.content, der: der)
        } catch {
            throw self.refuse(
                path,
                "\(path) \(error.reason ?? "cannot be read as a revocation list").",
                error.reason == nil
                    ? "Have the CA make the list again; it is damaged, or not in DER."
                    : "Have the CA make a complete list of its own certificates (openssl ca -gencrl does)."
            )
        }
    }

    /// The CAs of a bundle whose key signed a list, by fingerprint; none if the list's CA is not among them.
    ///
    /// - Throws: ``OperatorError`` with `InvalidRevocationContent` if a CA is there that should have signed
    ///   the list and did not, or that may not sign any.
    public static func checkedSigners(
        of list: ReadRevocationList,
        in bundle: [CACertificate],
        path: String
    ) throws(OperatorError) -> [String] {
        var signers: [String] = []
        var suspect: String?
        for authority in bundle {
            guard let certificate = Certificate(pem: authority.pem) else { continue }
            switch RevocationSigner.relation(of: certificate, to: list.content) {
            case .none: break
            case .signer: signers.append(authority.facts.fingerprint)
            case .forbidden:
                throw self.refuse(
                    path,
                    "\(path) is signed by \(authority.facts.subject), which may not sign revocation lists: "
                        + "its keyUsage lacks cRLSign.",
                    "Have the CA certificate issued again with cRLSign, and replace the bundle first."
                )
            case .other: suspect = authority.facts.subject
            }
        }
        if let suspect, signers.isEmpty {
            throw self.refuse(
                path,
                "\(path) names the CA \(suspect) and is not signed by its key.",
                "Fetch the list again from the CA: this one is damaged or forged."
            )
        }
        return signers
    }

    /// The same for a list that was accepted beside an earlier bundle.
    public static func signers(of list: RevocationContent, in bundle: [CACertificate]) -> [String] {
        bundle.filter { authority in
            guard let certificate = Certificate(pem: authority.pem) else { return false }
            let relation = RevocationSigner.relation(of: certificate, to: list)
            return relation == .signer || relation == .forbidden
        }.map(\.facts.fingerprint)
    }

    /// When and why a list that was accepted revokes a number; nil if it does not name it.
    public static func entry(of serial: [UInt8], in der: [UInt8]) -> RevokedEntry? {
        der.withUnsafeBytes { try? RevocationListWalker($0).entry(of: serial) }
    }

    private static func refuse(_ path: String, _ message: String, _ hint: String) -> OperatorError {
        OperatorError(.invalidRevocationContent, subject: path, message: message, hint: hint)
    }
}
