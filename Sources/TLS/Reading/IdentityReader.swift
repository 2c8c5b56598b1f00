import COpenSSL
import Model

/// Reads who a leaf is for, by the length of every string: a NUL ends nothing.
enum IdentityReader {
    /// What identifies the owner of a certificate.
    static func read(_ certificate: Certificate, der: some Sequence<UInt8>) -> ClientIdentity {
        defer { ERR_clear_error() }
        let subject = X509_get_subject_name(certificate.handle)
        var dnsNames: [[UInt8]] = []
        var uris: [[UInt8]] = []
        var uriCount = 0
        if let names = copenssl_alternative_names(certificate.handle) {
            defer { copenssl_alternative_names_free(names) }
            for index in 0..<max(copenssl_alternative_names_count(names), 0) {
                var (type, count) = (Int32(0), Int32(0))
                let bytes = copenssl_alternative_names_bytes(names, index, &type, &count)
                if type == GEN_URI { uriCount += 1 }
                guard let bytes, let name = self.name(UnsafeBufferPointer(start: bytes, count: Int(count)))
                else { continue }
                if type == GEN_DNS { dnsNames.append(name) }
                if type == GEN_URI { uris.append(name) }
            }
        }
        return ClientIdentity(
            commonNames: self.attributes(NID_commonName, of: subject),
            organizationalUnits: self.attributes(NID_organizationalUnitName, of: subject),
            dnsNames: dnsNames,
            uris: uris,
            uriCount: uriCount,
            fingerprint: Array(CertificateReader.sha256Hex(der).utf8)
        )
    }

    private static func attributes(_ kind: Int32, of name: OpaquePointer?) -> [[UInt8]] {
        var values: [[UInt8]] = []
        var position = X509_NAME_get_index_by_NID(name, kind, -1)
        while position >= 0 {
            var text: UnsafeMutablePointer<UInt8>?
            let entry = X509_NAME_get_entry(name, position)
            // Whatever kind of string it is, and converted: a text that cannot be is no name.
            let count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
            if let text, count >= 0 {
                if let value = self.name(UnsafeBufferPointer(start: text, count: Int(count))) {
                    values.append(value)
                }
                CRYPTO_free(text, "", 0)
            }
            position = X509_NAME_get_index_by_NID(name, kind, position)
        }
        return values
    }

    private static func name(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return Array(bytes)
    }
}
