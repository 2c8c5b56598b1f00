import COpenSSL
import Model

/// Owner of one reference to an `EVP_PKEY` with its private half.
///
/// `@unchecked Sendable` holds because the key is never changed: each signature works in a context of its
/// own, and the library locks what it caches in the key (RSA blinding) itself.
final class PrivateKey: @unchecked Sendable {
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    /// Reads an unencrypted key; nil if there is none that can be read.
    ///
    /// The password callback answers "none" at once: the library's default would ask on the terminal.
    init?(pem: SecretText) {
        var text = pem.revealed
        let handle = text.withUTF8 { bytes -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { BIO_free(bio) }
            return PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let handle else {
            ERR_clear_error()
            return nil
        }
        self.handle = handle
    }

    deinit {
        EVP_PKEY_free(self.handle)
    }

    /// Whether this is the private half of the certificate's key.
    func matches(_ certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(certificate.handle, self.handle) == 1
    }

    /// PKCS #8 in PEM, not encrypted.
    func pem() throws(OpenSSLError) -> SecretText {
        guard let bio = BIO_new(BIO_s_mem()) else { throw .drain() }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PKCS8PrivateKey(bio, self.handle, nil, nil, 0, nil, nil) == 1 else {
            throw .drain()
        }
        return SecretText(MemoryBIO.text(bio))
    }
}
