import COpenSSL
import Model

/// The certificates a listener's clients are traced back to, as an `X509_STORE`.
///
/// Filled once and then only read; `@unchecked Sendable` holds because the library takes the store's own
/// lock for every look-up.
final class AnchorStore: @unchecked Sendable {
    let handle: OpaquePointer

    /// For naming the CAs in a CertificateRequest.
    let certificates: [Certificate]

    init(_ certificates: [Certificate]) throws(OpenSSLError) {
        guard let handle = X509_STORE_new() else { throw .drain() }
        for certificate in certificates {
            guard X509_STORE_add_cert(handle, certificate.handle) == 1 else {
                X509_STORE_free(handle)
                throw .drain()
            }
        }
        self.handle = handle
        self.certificates = certificates
    }

    deinit {
        X509_STORE_free(self.handle)
    }
}
