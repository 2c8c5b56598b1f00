import COpenSSL
import Glibc

extension VerdictCache.Digest {
    /// SHA-256 over the certificates of a chain, each behind its length; nil for a chain that must not be
    /// recognised.
    ///
    /// What is judged is what OpenSSL decoded, what logs and headers show is what was received: the digest
    /// speaks for both, so it is made only if they are the same bytes. An encoding that OpenSSL reads but
    /// would not write is judged every time.
    ///
    /// - Parameters:
    ///   - chain: what OpenSSL decoded, leaf first, as a `STACK_OF(X509)`.
    ///   - message: what was received.
    init?(_ chain: OpaquePointer, receivedAs message: CertificateMessage) {
        let count = Int(copenssl_x509_stack_count(chain))
        guard count > 0, count == message.ranges.count else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.certificates.reduce(0) { $0 + $1.count + 8 })
        for (index, received) in message.certificates.enumerated() {
            guard let certificate = copenssl_x509_stack_value(chain, Int32(index)),
                Self.encoding(of: certificate, equals: received)
            else { return nil }
            withUnsafeBytes(of: UInt64(received.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: received)
        }
        var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        let isMade = withUnsafeMutableBytes(of: &words) { target in
            SHA256(bytes, bytes.count, target.bindMemory(to: UInt8.self).baseAddress) != nil
        }
        guard isMade else { return nil }
        self.init(bytes: words)
    }

    private static func encoding(of certificate: OpaquePointer, equals received: ArraySlice<UInt8>) -> Bool {
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = Int(i2d_X509(certificate, &encoded))
        guard let encoded else {
            ERR_clear_error()
            return false
        }
        defer { CRYPTO_free(encoded, "", 0) }
        guard count == received.count else { return false }
        return received.withUnsafeBytes { received in
            received.baseAddress.map { memcmp($0, encoded, count) == 0 } ?? false
        }
    }
}
