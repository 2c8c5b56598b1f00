import COpenSSL

/// The names a server's certificate is for: the dNSName entries of its subjectAltName, in lower case.
///
/// The common name is not one of them (RFC 9525 section 2): no client of today would take it.
enum ServerNames {
    static func of(_ certificate: Certificate) -> [String] {
        defer { ERR_clear_error() }
        guard let names = copenssl_alternative_names(certificate.handle) else { return [] }
        defer { copenssl_alternative_names_free(names) }
        return (0..<copenssl_alternative_names_count(names)).compactMap { index in
            var (type, count) = (Int32(0), Int32(0))
            guard let bytes = copenssl_alternative_names_bytes(names, index, &type, &count), count > 0,
                type == GEN_DNS
            else { return nil }
            return self.normal(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
    }

    /// Lower case, without the dot at the end; nil for what is no name or pattern.
    static func normal(_ bytes: some Collection<UInt8>) -> String? {
        var name: [UInt8] = []
        name.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "*"):
                name.append(byte)
            default: return nil
            }
        }
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        guard (1...255).contains(name.count) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}
