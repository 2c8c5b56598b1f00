import COpenSSL
import Model

/// A client's chain between OpenSSL's reading of it and our judgement.
///
/// OpenSSL has read the certificates, but not their keys; see ``HandshakeLibrary``. A chain that must be
/// judged is read again with its keys. Of one that was accepted before, the leaf that was read then takes the
/// place of this one's, and nothing is read.
///
/// 1. The leaf that takes the place was read from the very bytes that were received here.
/// 2. OpenSSL checks the client's proof of possession with the key of what stands in that place, and keeps
///    it as the peer's certificate. ``ServerConnection`` completes no handshake in which it kept another.
struct PresentedChain {
    private let store: OpaquePointer
    /// OpenSSL's own, which it goes on with once the chain is accepted.
    private let stack: OpaquePointer
    private let message: CertificateMessage

    /// nil unless OpenSSL has read as many certificates as were received.
    ///
    /// Beyond the number that may be judged, the message's own bound may have cut it short.
    init?(_ store: OpaquePointer, receivedAs message: CertificateMessage?) {
        guard let message, let stack = X509_STORE_CTX_get0_untrusted(store),
            case let count = Int(copenssl_x509_stack_count(stack)),
            count == message.ranges.count || count > EngineLimits.chainCount
        else { return nil }
        self.store = store
        self.stack = stack
        self.message = message
    }

    /// What the chain is recognised by.
    var digest: VerdictCache.Digest? { VerdictCache.Digest(self.stack, receivedAs: self.message) }

    /// The leaf with its key; nil if it cannot be read.
    func readLeaf() -> Certificate? { self.read(0) }

    /// Lends the chain with its keys to a judgement; the judgement and the leaf it was about.
    func judged(_ judge: (OpaquePointer) -> Verdict) -> (verdict: Verdict, leaf: Certificate?) {
        let count = Int(copenssl_x509_stack_count(self.stack))
        // Of a chain that is too long no key is read: a judgement refuses it by its length. What cannot be
        // read a second time it refuses as well, because its leaf has no key.
        guard count <= EngineLimits.chainCount, let copy = copenssl_x509_stack_new() else {
            return (judge(self.stack), nil)
        }
        defer { copenssl_x509_stack_free(copy) }
        let certificates = (0..<count).compactMap(self.read)
        guard certificates.count == count,
            certificates.allSatisfy({ copenssl_x509_stack_push(copy, $0.handle) > 0 })
        else { return (judge(self.stack), nil) }
        return withExtendedLifetime(certificates) { (judge(copy), certificates.first) }
    }

    /// Puts a leaf in the place of the one that OpenSSL has read, and lets go of what is above it; false if
    /// that did not work.
    func keepOnly(_ leaf: Certificate) -> Bool {
        guard let former = copenssl_x509_stack_value(self.stack, 0), X509_up_ref(leaf.handle) == 1 else {
            return false
        }
        guard copenssl_x509_stack_set(self.stack, 0, leaf.handle) == leaf.handle else {
            X509_free(leaf.handle)
            return false
        }
        X509_STORE_CTX_set_cert(self.store, leaf.handle)
        X509_free(former)
        while copenssl_x509_stack_count(self.stack) > 1 { X509_free(copenssl_x509_stack_pop(self.stack)) }
        return true
    }

    private func read(_ index: Int) -> Certificate? {
        guard self.message.ranges.indices.contains(index) else { return nil }
        // Where the library's own context is used, the certificate has its key already.
        if HandshakeLibrary.context == nil {
            return copenssl_x509_stack_value(self.stack, Int32(index)).map(Certificate.init(sharing:))
        }
        return Certificate(der: self.message.certificates[index], in: HandshakeLibrary.reading)
    }
}
