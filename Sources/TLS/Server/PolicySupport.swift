import COpenSSL
public import Model

/// Which security policies this machine's OpenSSL can provide.
public enum PolicySupport {
    /// Refuses a policy of which any part would be missing.
    ///
    /// A listener never offers less than its policy says.
    ///
    /// - Throws: ``OperatorError`` with `SSLPolicyNotFound`, about the policy, with the reason.
    public static func check(_ policy: SecurityPolicy) throws(OperatorError) {
        guard policy.requirement != .fips else {
            throw self.unsupported(policy, "needs a FIPS validated module, and none is in use here")
        }
        guard let context = SSL_CTX_new_ex(HandshakeLibrary.context, nil, TLS_server_method()) else {
            throw OpenSSLError.drain().whileDoing("making a TLS context")
        }
        defer {
            SSL_CTX_free(context)
            ERR_clear_error()
        }
        do {
            try Negotiation.set(policy, on: context, asksForCertificate: false)
        } catch {
            let part =
                policy.requirement == .postQuantum
                ? "the hybrid groups with ML-KEM" : "its versions and suites"
            throw self.unsupported(policy, "needs \(part), which \(self.library) does not have")
        }
        // A list of suites is taken if only one of them is known; here each of them must be.
        let known = self.suites(of: context)
        let wanted = policy.tls13Ciphers + policy.olderCiphers
        guard let missing = wanted.first(where: { !known.contains($0) }) else { return }
        throw self.unsupported(policy, "needs the suite \(missing), which \(self.library) does not have")
    }

    /// The refusal of TLS 1.0 and 1.1 together with client certificates.
    ///
    /// There a client proves possession of its key by a signature over MD5 and SHA-1, for which collisions
    /// can be found (RFC 9155): whoever verifies clients must not take it.
    public static func legacyWithClientCertificates(
        _ policy: SecurityPolicy,
        mode: MutualAuthentication.Mode,
        listener: String
    ) -> OperatorError {
        OperatorError(
            .invalidConfigurationRequest,
            subject: listener,
            message: "Listener \(listener) cannot be in mode \(mode.rawValue) with \(policy.name), "
                + "which allows \(policy.versions.lowerBound.rawValue): there, clients prove their keys over "
                + "broken digests.",
            hint: "Choose a policy from TLS 1.2 on, such as \(SecurityPolicy.standard.name); "
                + "nothing was changed."
        )
    }

    private static func unsupported(_ policy: SecurityPolicy, _ reason: String) -> OperatorError {
        OperatorError(
            .sslPolicyNotFound,
            subject: policy.name,
            message: "The security policy \(policy.name) \(reason).",
            hint: "Choose another policy, such as \(SecurityPolicy.standard.name); nothing was changed."
        )
    }

    /// `OpenSSL 3.0.22`.
    private static var library: String {
        String(cString: OpenSSL_version(OPENSSL_VERSION)).split(separator: " ").prefix(2)
            .joined(separator: " ")
    }

    private static func suites(of context: OpaquePointer) -> Set<String> {
        guard let suites = SSL_CTX_get_ciphers(context) else { return [] }
        return Set(
            (0..<copenssl_cipher_stack_count(suites)).compactMap { index in
                SSL_CIPHER_get_name(copenssl_cipher_stack_value(suites, index)).map { String(cString: $0) }
            }
        )
    }
}
