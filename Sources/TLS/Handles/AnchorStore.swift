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

    /// What is told of each; none where they are not of a trust store.
    private let anchors: [TrustAnchor]

    /// Takes certificates, of a trust store where `name` says so.
    ///
    /// - Throws: ``OpenSSLError`` if the library does not take one.
    init(_ certificates: [Certificate], of name: String? = nil) throws(OpenSSLError) {
        guard let handle = X509_STORE_new() else { throw .drain() }
        for certificate in certificates {
            guard X509_STORE_add_cert(handle, certificate.handle) == 1 else {
                X509_STORE_free(handle)
                throw .drain()
            }
        }
        self.handle = handle
        self.certificates = certificates
        self.anchors =
            name.map { name in
                certificates.map {
                    TrustAnchor(
                        subject: FactsReader.subject(of: $0),
                        fingerprint: CertificateReader.sha256Hex($0.der),
                        trustStore: name
                    )
                }
            } ?? []
    }

    deinit {
        X509_STORE_free(self.handle)
    }

    /// What is told of an anchor; nil for a certificate that is none.
    func anchor(_ certificate: OpaquePointer) -> TrustAnchor? {
        zip(self.certificates, self.anchors).first { X509_cmp($0.0.handle, certificate) == 0 }?.1
    }
}
