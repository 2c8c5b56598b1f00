import COpenSSL
import Model

/// Reads what a trace tells about a certificate, also about one that was refused.
enum PresentedReader {
    /// Bytes of one alternative name or key identifier that are told.
    private static let textBytes = 256

    static func read(_ der: ArraySlice<UInt8>) -> PresentedCertificate {
        defer { ERR_clear_error() }
        guard let certificate = Certificate(der: der),
            let facts = FactsReader.facts(of: certificate, der: der)
        else { return PresentedCertificate(byteCount: der.count, facts: nil) }
        let handle = certificate.handle
        return PresentedCertificate(
            byteCount: der.count,
            facts: facts,
            version: certificate.version,
            isCertificateAuthority: certificate.isCertificateAuthority,
            signatureAlgorithm: self.signatureAlgorithm(of: handle),
            subjectKeyIdentifier: self.hex(X509_get0_subject_key_id(handle)),
            authorityKeyIdentifier: self.hex(X509_get0_authority_key_id(handle)),
            alternativeNames: self.alternativeNames(of: handle),
            keyUsage: self.keyUsage(of: handle),
            extendedKeyUsage: self.extendedKeyUsage(of: handle)
        )
    }

    static func signatureAlgorithm(of certificate: OpaquePointer) -> String {
        OBJ_nid2ln(X509_get_signature_nid(certificate)).map { String(cString: $0) } ?? "unknown"
    }

    static func keyUsage(of certificate: OpaquePointer) -> [String] {
        let usage = X509_get_key_usage(certificate)
        // What the library says where there is no extension.
        guard usage != UInt32.max else { return [] }
        let names: [(Int32, String)] = [
            (KU_DIGITAL_SIGNATURE, "digitalSignature"), (KU_NON_REPUDIATION, "nonRepudiation"),
            (KU_KEY_ENCIPHERMENT, "keyEncipherment"), (KU_DATA_ENCIPHERMENT, "dataEncipherment"),
            (KU_KEY_AGREEMENT, "keyAgreement"), (KU_KEY_CERT_SIGN, "keyCertSign"),
            (KU_CRL_SIGN, "cRLSign"),
        ]
        return names.filter { usage & UInt32($0.0) != 0 }.map(\.1)
    }

    static func extendedKeyUsage(of certificate: OpaquePointer) -> [String] {
        let usage = X509_get_extended_key_usage(certificate)
        guard usage != UInt32.max else { return [] }
        let names: [(Int32, String)] = [
            (XKU_SSL_CLIENT, "clientAuth"), (XKU_SSL_SERVER, "serverAuth"), (XKU_SMIME, "emailProtection"),
            (XKU_CODE_SIGN, "codeSigning"), (XKU_OCSP_SIGN, "OCSPSigning"),
            (XKU_TIMESTAMP, "timeStamping"), (XKU_ANYEKU, "anyExtendedKeyUsage"),
        ]
        let known = names.filter { usage & UInt32($0.0) != 0 }.map(\.1)
        return known.isEmpty ? ["other"] : known
    }

    static func alternativeNames(of certificate: OpaquePointer) -> [String] {
        defer { ERR_clear_error() }
        guard let names = copenssl_alternative_names(certificate) else { return [] }
        defer { copenssl_alternative_names_free(names) }
        let count = min(
            copenssl_alternative_names_count(names),
            Int32(PresentedCertificate.alternativeNameLimit)
        )
        return (0..<max(count, 0)).map { index in
            var (type, count) = (Int32(0), Int32(0))
            let bytes = UnsafeBufferPointer(
                start: copenssl_alternative_names_bytes(names, index, &type, &count),
                count: Int(count)
            )
            switch type {
            case GEN_DNS: return "DNS:\(self.printable(bytes))"
            case GEN_URI: return "URI:\(self.printable(bytes))"
            case GEN_EMAIL: return "email:\(self.printable(bytes))"
            case GEN_IPADD: return "IP:\(self.address(bytes) ?? "unreadable")"
            case GEN_DIRNAME: return "directoryName"
            case GEN_OTHERNAME: return "otherName"
            default: return "other"
            }
        }
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: return IPAddress(v4: UInt32(number(0..<4))).description
        case 16: return IPAddress(v6: number(0..<8), number(8..<16)).description
        default: return nil
        }
    }

    /// The bytes by their length, so that a NUL ends nothing; what does not print is `\` and hexadecimal.
    private static func printable(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let text = bytes.prefix(self.textBytes).map { byte in
            (0x20..<0x7F).contains(byte) && byte != 0x5C
                ? String(UnicodeScalar(byte)) : "\\" + self.hex(byte)
        }
        return text.joined() + (bytes.count > self.textBytes ? "..." : "")
    }

    private static func hex(_ text: UnsafePointer<ASN1_OCTET_STRING>?) -> String? {
        guard let text, let bytes = ASN1_STRING_get0_data(text) else { return nil }
        let count = min(Int(ASN1_STRING_length(text)), self.textBytes)
        return UnsafeBufferPointer(start: bytes, count: count).map(self.hex).joined()
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0\(digits)" : digits
    }
}
