import COpenSSL
import Glibc
public import Model

/// One `SSL_CTX`: a listener's TLS for one worker.
///
/// Configured in `init` and never again. `@unchecked Sendable` holds because a finished `SSL_CTX` may be
/// used by any thread (`openssl-threads(7)`); one per worker only keeps its locks uncontended.
public final class ServerContext: @unchecked Sendable {
    let handle: OpaquePointer
    public let material: ServerMaterial

    /// The moment at which clients' certificates must be valid.
    let clock: @Sendable () -> Timestamp

    /// Prepares the handshakes of one listener.
    ///
    /// - Throws: ``OperatorError`` if OpenSSL does not accept the material.
    public convenience init(_ material: ServerMaterial) throws(OperatorError) {
        try self.init(material, allowsResumption: material.mode == .off)
    }

    /// `allowsResumption` apart from the mode is for tests of what a connection does if resumption happens
    /// where it must not.
    init(
        _ material: ServerMaterial,
        allowsResumption: Bool,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: Int64(time(nil))) }
    ) throws(OperatorError) {
        guard let handle = SSL_CTX_new(TLS_server_method()) else {
            throw OpenSSLError.drain().whileDoing("making a TLS context")
        }
        self.handle = handle
        self.material = material
        self.clock = clock
        do {
            try self.setProtocol()
            try self.setIdentity(material.identity)
            try self.setResumption(isAllowed: allowsResumption)
            try self.setClientAuthentication()
        } catch {
            throw error.whileDoing("preparing a TLS context")
        }
    }

    deinit {
        SSL_CTX_free(self.handle)
    }

    public var mode: MutualAuthentication.Mode { self.material.mode }

    private func setProtocol() throws(OpenSSLError) {
        ERR_clear_error()
        SSL_CTX_set_security_level(self.handle, SecurityPolicy.level)
        let groups =
            self.mode == .off ? SecurityPolicy.groups : SecurityPolicy.groupsForClientCertificates
        guard copenssl_ctx_set_min_version(self.handle, TLS1_2_VERSION) == 1,
            copenssl_ctx_set_max_version(self.handle, TLS1_3_VERSION) == 1,
            SSL_CTX_set_cipher_list(self.handle, SecurityPolicy.tls12Suites) == 1,
            SSL_CTX_set_ciphersuites(self.handle, SecurityPolicy.tls13Suites) == 1,
            copenssl_ctx_set_groups(self.handle, groups) == 1
        else { throw .drain() }
        SSL_CTX_set_options(
            self.handle,
            copenssl_op_server_preference | copenssl_op_no_renegotiation | copenssl_op_no_compression
        )
        // Buffers are released between records, because thousands of connections idle. No chain is built
        // from a store: the operator's chain is sent as it is. Writes are not partial.
        copenssl_ctx_set_mode(self.handle, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        // The window is memory: reading ahead would copy what lies there already, and keep buffers.
        copenssl_ctx_set_read_ahead(self.handle, 0)
        SSL_CTX_set_max_early_data(self.handle, 0)
        SSL_CTX_set_alpn_select_cb(self.handle, selectProtocol, nil)
        copenssl_ctx_set_server_name_callback(self.handle, acknowledgeServerName)
    }

    private func setIdentity(_ identity: ServerIdentity) throws(OpenSSLError) {
        guard SSL_CTX_use_certificate(self.handle, identity.leaf.handle) == 1,
            SSL_CTX_use_PrivateKey(self.handle, identity.key.handle) == 1
        else { throw .drain() }
        for certificate in identity.intermediates {
            guard copenssl_ctx_add_chain_certificate(self.handle, certificate.handle) == 1 else {
                throw .drain()
            }
        }
    }

    /// Sessions live in tickets only, and only where no client certificate is asked for: a resumed session
    /// would carry a verdict into a time that might judge otherwise (`alb-mtls` 1.1).
    private func setResumption(isAllowed: Bool) throws(OpenSSLError) {
        copenssl_ctx_set_session_cache_mode(self.handle, Int(SSL_SESS_CACHE_OFF))
        let context = self.material.sessionContext
        guard SSL_CTX_set_session_id_context(self.handle, context, UInt32(context.count)) == 1,
            SSL_CTX_set_num_tickets(self.handle, isAllowed ? 1 : 0) == 1
        else { throw .drain() }
        guard isAllowed else {
            SSL_CTX_set_options(self.handle, copenssl_op_no_ticket)
            return
        }
        var keys = self.material.ticketKeys
        guard copenssl_ctx_ticket_keys_length(self.handle) == keys.count,
            copenssl_ctx_set_ticket_keys(self.handle, &keys, keys.count) == 1
        else { throw .drain() }
    }

    private func setClientAuthentication() throws(OpenSSLError) {
        guard self.mode != .off else {
            SSL_CTX_set_verify(self.handle, SSL_VERIFY_NONE, nil)
            return
        }
        let isRequired = self.mode == .verify
        SSL_CTX_set_verify(
            self.handle,
            SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
            nil
        )
        SSL_CTX_set_cert_verify_callback(self.handle, judgePeer, nil)
        SSL_CTX_set_msg_callback(self.handle, captureCertificateMessage)
        copenssl_ctx_set_max_cert_list(self.handle, EngineLimits.certificateMessageBytes)
        let signatures =
            isRequired ? SecurityPolicy.verifySignatures : SecurityPolicy.passthroughSignatures
        guard copenssl_ctx_set_client_sigalgs(self.handle, signatures) == 1 else { throw .drain() }
        try self.setAdvertisedNames()
    }

    private func setAdvertisedNames() throws(OpenSSLError) {
        guard self.material.advertisesNames, let verification = self.material.verification else { return }
        guard let names = copenssl_name_stack_new() else { throw .drain() }
        for certificate in verification.anchors.certificates {
            guard let name = X509_NAME_dup(X509_get_subject_name(certificate.handle)),
                copenssl_name_stack_push(names, name) > 0
            else {
                copenssl_name_stack_free(names)
                throw .drain()
            }
        }
        // The context takes the stack over.
        SSL_CTX_set_client_CA_list(self.handle, names)
    }
}

/// Picks http/1.1 where it is offered.
///
/// A client that offers other protocols only is answered as if it had offered none, and finds out from the
/// first response.
private func selectProtocol(
    _ ssl: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredCount: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let wanted: StaticString = "http/1.1"
    var rest = UnsafeBufferPointer(start: offered, count: Int(offeredCount))[...]
    while let count = rest.first.map(Int.init), count < rest.count {
        let name = rest.dropFirst().prefix(count)
        if wanted.withUTF8Buffer({ name.elementsEqual($0) }) {
            chosen?.pointee = UnsafeBufferPointer(rebasing: name).baseAddress
            chosenCount?.pointee = UInt8(count)
            return SSL_TLSEXT_ERR_OK
        }
        rest = rest.dropFirst(count + 1)
    }
    return SSL_TLSEXT_ERR_NOACK
}

/// Acknowledges any name, so that the library keeps it with the session and knows it when that resumes.
private func acknowledgeServerName(
    _ ssl: OpaquePointer?,
    _ alert: UnsafeMutablePointer<Int32>?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    SSL_TLSEXT_ERR_OK
}
