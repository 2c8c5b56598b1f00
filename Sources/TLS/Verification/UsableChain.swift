import COpenSSL

/// What a client presented, without the CAs whose keys no path may use.
///
/// A signature by a huge key is expensive to check, and would be checked before the path it makes is refused.
struct UsableChain: ~Copyable {
    let stack: OpaquePointer

    /// The stack is a copy of its own.
    private let isCopied: Bool
    private let leftOut: [OpaquePointer]

    /// Borrows the chain and its certificates; nil if memory runs out.
    init?(_ chain: OpaquePointer) {
        let count = copenssl_x509_stack_count(chain)
        // Hardly ever anything else: then nothing is allocated.
        guard (1..<max(count, 1)).contains(where: { !Self.isUsable(chain, $0) }) else {
            self.stack = chain
            self.isCopied = false
            self.leftOut = []
            return
        }
        guard let copy = copenssl_x509_stack_new() else { return nil }
        var leftOut: [OpaquePointer] = []
        for index in 0..<count {
            guard let certificate = copenssl_x509_stack_value(chain, index) else { continue }
            if index == 0 || Self.isUsable(chain, index) {
                copenssl_x509_stack_push(copy, certificate)
            } else {
                leftOut.append(certificate)
            }
        }
        self.stack = copy
        self.isCopied = true
        self.leftOut = leftOut
    }

    private static func isUsable(_ chain: OpaquePointer, _ index: Int32) -> Bool {
        copenssl_x509_stack_value(chain, index).map { KeyRules.isAccepted(X509_get0_pubkey($0)) } ?? false
    }

    deinit {
        if self.isCopied { copenssl_x509_stack_free(self.stack) }
    }

    /// Whether one that was left out has the name of a certificate's issuer.
    func leftOutIssuer(of certificate: OpaquePointer) -> Bool {
        self.leftOut.contains {
            X509_NAME_cmp(X509_get_subject_name($0), X509_get_issuer_name(certificate)) == 0
        }
    }
}
