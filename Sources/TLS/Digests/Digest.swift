import COpenSSL

/// SHA-256 and what is made of it, for signatures of requests.
package enum Digest {
    private static let bytes = 32

    /// nil only where the library has no memory.
    package static func sha256(_ message: UnsafeRawBufferPointer) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: self.bytes)
        let start = message.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return SHA256(start, message.count, &digest) == nil ? nil : digest
    }

    package static func sha256(_ message: [UInt8]) -> [UInt8]? {
        message.withUnsafeBytes { self.sha256($0) }
    }

    /// HMAC with SHA-256 (RFC 2104); nil only where the library has no memory.
    package static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: self.bytes)
        var count = UInt32(0)
        guard HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count) != nil,
            Int(count) == self.bytes
        else {
            ERR_clear_error()
            return nil
        }
        return code
    }
}
