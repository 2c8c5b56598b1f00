import COpenSSL
import Glibc
import Model

/// Reads from a certificate what logs, headers and screens say about it (`alb-mtls` 1.3).
enum FactsReader {
    /// Bytes of DER in one name.
    ///
    /// Longer ones are cut in the facts, for logs only: ``PeerVerifier`` refuses their owners, so that no two
    /// identities become one by being cut.
    static let nameBytes = 4_096

    /// Bytes of a serial number; RFC 5280 allows 20, some issuers use more.
    ///
    /// Treated as ``nameBytes``.
    static let serialBytes = 64

    /// What the certificate says; nil if its dates cannot be read.
    static func facts(of certificate: Certificate, der: some Sequence<UInt8>) -> CertificateFacts? {
        defer { ERR_clear_error() }
        let handle = certificate.handle
        guard let notBefore = self.timestamp(X509_get0_notBefore(handle)),
            let notAfter = self.timestamp(X509_get0_notAfter(handle))
        else { return nil }
        return CertificateFacts(
            subject: self.text(of: X509_get_subject_name(handle)),
            issuer: self.text(of: X509_get_issuer_name(handle)),
            serialNumber: self.serialNumber(of: handle),
            notBefore: notBefore,
            notAfter: notAfter,
            fingerprint: CertificateReader.sha256Hex(der),
            keyDescription: KeyRules.description(of: certificate.publicKey)
        )
    }

    /// Whether names and serial number are of a size that is never cut.
    static func hasBoundedNames(_ certificate: OpaquePointer) -> Bool {
        Int(i2d_X509_NAME(X509_get_subject_name(certificate), nil)) <= self.nameBytes
            && Int(i2d_X509_NAME(X509_get_issuer_name(certificate), nil)) <= self.nameBytes
            && Int(ASN1_STRING_length(X509_get0_serialNumber(certificate))) <= self.serialBytes
    }

    static func subject(of certificate: Certificate) -> String {
        self.text(of: X509_get_subject_name(certificate.handle))
    }

    static func issuer(of certificate: Certificate) -> String {
        self.text(of: X509_get_issuer_name(certificate.handle))
    }

    /// The name that DER holds; nil if it does not hold one.
    static func name(_ der: UnsafeRawBufferPointer) -> String? {
        defer { ERR_clear_error() }
        guard let name = DistinguishedName(der) else { return nil }
        return self.text(of: name.handle)
    }

    /// RFC 2253 text.
    ///
    /// A value the library cannot convert (broken UTF-8, an odd BMPString) makes it fail; then every value is
    /// written as the hexadecimal of its DER, which RFC 2253 allows and nothing can break.
    private static func text(of name: OpaquePointer?) -> String {
        guard let name else { return "" }
        let text =
            self.text(of: name, flags: copenssl_rfc2253) ?? self.text(of: name, flags: copenssl_rfc2253_dump)
            ?? ""
        guard Int(i2d_X509_NAME(name, nil)) > self.nameBytes else { return text }
        return String(decoding: text.utf8.prefix(self.nameBytes), as: UTF8.self) + "..."
    }

    private static func text(of name: OpaquePointer, flags: UInt) -> String? {
        guard let bio = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(bio) }
        guard X509_NAME_print_ex(bio, name, 0, flags) >= 0 else { return nil }
        return MemoryBIO.text(bio)
    }

    private static func serialNumber(of certificate: OpaquePointer) -> String {
        guard let serial = X509_get0_serialNumber(certificate), let number = ASN1_INTEGER_to_BN(serial, nil)
        else { return "" }
        defer { BN_free(number) }
        guard let digits = BN_bn2hex(number) else { return "" }
        defer { CRYPTO_free(digits, "", 0) }
        // The library writes zero as a single digit and everything else in pairs.
        let text = BN_is_zero(number) == 1 ? "00" : String(cString: digits)
        guard text.utf8.count > 2 * self.serialBytes + 1 else { return text }
        return String(text.prefix(2 * self.serialBytes)) + "..."
    }

    static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        var fields = tm()
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
        return Timestamp(
            year: Int(fields.tm_year) + 1900,
            month: Int(fields.tm_mon) + 1,
            day: Int(fields.tm_mday),
            hour: Int(fields.tm_hour),
            minute: Int(fields.tm_min),
            second: Int(fields.tm_sec)
        )
    }
}
