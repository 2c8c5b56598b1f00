import COpenSSL
public import Model

extension ClientContext {
    /// Prepares connections to the targets of a group, in TLS 1.2 and 1.3.
    ///
    /// Without a verification any certificate will do, as with ALB; the target is then whoever answers at its
    /// address.
    ///
    /// - Parameters:
    ///   - targets: what to show, and whom to trust.
    ///   - protocols: ALPN names, most wanted first; empty to offer none.
    ///   - system: the CAs that the machine trusts, where a verification names none of its own.
    /// - Throws: ``OperatorError`` if certificate, key or anchors cannot be used.
    public convenience init(
        targets: ServedTargetTLS,
        protocols: [String],
        system: SystemAnchors? = nil
    ) throws(OperatorError) {
        guard let handle = SSL_CTX_new_ex(HandshakeLibrary.reading, nil, TLS_client_method()) else {
            throw OpenSSLError.drain().whileDoing("making a TLS client")
        }
        self.init(owning: handle, verifiesServer: targets.verification != nil)
        do throws(OpenSSLError) {
            ERR_clear_error()
            // 2 is what is asked of clients too: RSA from 2048 bits, no SHA-1. What is not verified may be
            // older.
            SSL_CTX_set_security_level(handle, self.verifiesServer ? 2 : 1)
            try Self.check(copenssl_ctx_set_min_version(handle, TLS1_2_VERSION))
            SSL_CTX_set_options(handle, copenssl_op_no_renegotiation | copenssl_op_no_compression)
            copenssl_ctx_set_mode(handle, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
            copenssl_ctx_set_read_ahead(handle, 0)
            copenssl_ctx_set_max_cert_list(handle, EngineLimits.certificateMessageBytes)
            // Sessions are kept by whoever knows which target they are with.
            copenssl_ctx_set_session_cache_mode(handle, Int(SSL_SESS_CACHE_OFF))
            try self.offer(protocols)
            if let verification = targets.verification { try self.verify(verification, system) }
            if let certificate = targets.clientCertificate {
                try self.present(certificate.chain, key: certificate.privateKey)
            }
        } catch {
            throw error.whileDoing("preparing TLS towards targets")
        }
    }

    private func verify(
        _ verification: ServedTargetTLS.Verification,
        _ system: SystemAnchors?
    ) throws(OpenSSLError) {
        // Without anchors nobody could be verified, and a context that verifies nobody must not be made.
        guard let parameters = SSL_CTX_get0_param(self.handle) else { throw OpenSSLError(codes: []) }
        if let anchors = verification.anchors, !anchors.isEmpty {
            for anchor in anchors { try self.trust(anchor) }
        } else if verification.anchors == nil, let system {
            SSL_CTX_set_verify(self.handle, SSL_VERIFY_PEER, nil)
            copenssl_ctx_share_store(self.handle, system.store.handle)
        } else {
            throw OpenSSLError(codes: [])
        }
        // As with trust stores, every certificate of the bundle is an anchor.
        try Self.check(X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)))
        // A name is one of subjectAltName; the subject's common name is none.
        X509_VERIFY_PARAM_set_hostflags(
            parameters,
            UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        )
    }
}
