import COpenSSL

@testable import TLS

/// A chain as the judge wants it.
final class ChainStack {
    let handle: OpaquePointer
    private let certificates: [Certificate]

    init?(_ certificates: [Certificate]) {
        guard let handle = copenssl_x509_stack_new() else { return nil }
        self.handle = handle
        self.certificates = certificates
        for certificate in certificates { copenssl_x509_stack_push(handle, certificate.handle) }
    }

    deinit {
        copenssl_x509_stack_free(self.handle)
    }
}
