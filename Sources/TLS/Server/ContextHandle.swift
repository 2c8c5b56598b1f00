import COpenSSL
import Model

/// One `SSL_CTX`, configured in `init` and never again.
final class ContextHandle {
    let pointer: OpaquePointer
    private let material: ServerMaterial

    private var mode: MutualAuthentication.Mode { self.material.mode }

    /// Configures everything from the material; `identities` have different kinds of key.
    init(
        _ material: ServerMaterial,
        showing identities: [ServerIdentity],
        resumption: ServerContext.Resumption,
        choosesPolicy: Bool
    ) throws(OpenSSLError) {
        guard let pointer = SSL_CTX_new_ex(HandshakeLibrary.context, nil, TLS_server_method()) else {
            throw .drain()
        }
        self.pointer = pointer
        self.material = material
        try self.setProtocol()
        for identity in identities { try self.setIdentity(identity) }
        try self.setResumption(resumption)
        try self.setClientAuthentication()
        // Here and not with the server's name: before that, OpenSSL has decided about resumption.
        if choosesPolicy { SSL_CTX_set_client_hello_cb(pointer, choosePolicy, nil) }
    }

    deinit {
        SSL_CTX_free(self.pointer)
    }

    private func setProtocol() throws(OpenSSLError) {
        try Negotiation.set(
            self.material.policy,
            on: self.pointer,
            asksForCertificate: self.material.asksSomebody
        )
        SSL_CTX_set_options(
            self.pointer,
            copenssl_op_server_preference | copenssl_op_no_renegotiation | copenssl_op_no_compression
        )
        // Buffers are released between records, because thousands of connections idle. No chain is built
        // from a store: the operator's chain is sent as it is. Writes are not partial.
        copenssl_ctx_set_mode(self.pointer, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        // The window is memory: reading ahead would copy what lies there already, and keep buffers.
        copenssl_ctx_set_read_ahead(self.pointer, 0)
        SSL_CTX_set_max_early_data(self.pointer, 0)
        if self.material.offersHTTP2 {
            SSL_CTX_set_alpn_select_cb(self.pointer, selectHTTP2OrHTTP1, nil)
        } else {
            SSL_CTX_set_alpn_select_cb(self.pointer, selectHTTP1, nil)
        }
        copenssl_ctx_set_server_name_callback(self.pointer, chooseCertificate)
    }

    private func setIdentity(_ identity: ServerIdentity) throws(OpenSSLError) {
        guard SSL_CTX_use_certificate(self.pointer, identity.leaf.handle) == 1,
            SSL_CTX_use_PrivateKey(self.pointer, identity.key.handle) == 1
        else { throw .drain() }
        for certificate in identity.intermediates {
            guard copenssl_ctx_add_chain_certificate(self.pointer, certificate.handle) == 1 else {
                throw .drain()
            }
        }
    }

    /// Sessions live in tickets only where no client certificate is asked for.
    ///
    /// A ticket would carry a verdict into a time that might judge otherwise (`alb-mtls` 1.1): where they are
    /// asked for, sessions live in a cache or not at all. OpenSSL itself keeps none.
    private func setResumption(_ resumption: ServerContext.Resumption) throws(OpenSSLError) {
        copenssl_ctx_set_session_cache_mode(self.pointer, Int(SSL_SESS_CACHE_OFF))
        let context = self.material.sessionContext
        guard SSL_CTX_set_session_id_context(self.pointer, context, UInt32(context.count)) == 1,
            SSL_CTX_set_num_tickets(self.pointer, resumption == .none ? 0 : 1) == 1
        else { throw .drain() }
        guard resumption == .tickets else {
            // With a cache, what TLS 1.3 calls a ticket is the name of a session there.
            SSL_CTX_set_options(self.pointer, copenssl_op_no_ticket)
            if case .cache(let seconds) = resumption { self.setCache(lifetimeSeconds: seconds) }
            return
        }
        var keys = self.material.ticketKeys
        guard copenssl_ctx_ticket_keys_length(self.pointer) == keys.count,
            copenssl_ctx_set_ticket_keys(self.pointer, &keys, keys.count) == 1
        else { throw .drain() }
    }

    private func setCache(lifetimeSeconds: Int) {
        let own = SSL_SESS_CACHE_NO_INTERNAL_LOOKUP | SSL_SESS_CACHE_NO_INTERNAL_STORE
        copenssl_ctx_set_session_cache_mode(self.pointer, Int(SSL_SESS_CACHE_SERVER | own))
        SSL_CTX_set_timeout(self.pointer, lifetimeSeconds)
        SSL_CTX_sess_set_get_cb(self.pointer, findSession)
        SSL_CTX_sess_set_new_cb(self.pointer, takeSession)
    }

    private func setClientAuthentication() throws(OpenSSLError) {
        guard self.mode != .off else {
            SSL_CTX_set_verify(self.pointer, SSL_VERIFY_NONE, nil)
            return
        }
        let enforcement = self.material.verification?.enforcement
        let isRequired = enforcement == .required
        SSL_CTX_set_verify(
            self.pointer,
            SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
            nil
        )
        SSL_CTX_set_cert_verify_callback(self.pointer, judgePeer, nil)
        SSL_CTX_set_msg_callback(self.pointer, captureCertificateMessage)
        copenssl_ctx_set_max_cert_list(self.pointer, EngineLimits.certificateMessageBytes)
        let signatures =
            enforcement == .required || enforcement == .optional
            ? Negotiation.verifySignatures : Negotiation.passthroughSignatures
        guard copenssl_ctx_set_client_sigalgs(self.pointer, signatures) == 1 else { throw .drain() }
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
        SSL_CTX_set_client_CA_list(self.pointer, names)
    }
}

/// Picks h2 where it is offered, http/1.1 otherwise.
private func selectHTTP2OrHTTP1(
    _ ssl: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredCount: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let offer = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    if select("h2", from: offer, chosen, chosenCount) { return SSL_TLSEXT_ERR_OK }
    return selectHTTP1(ssl, chosen, chosenCount, offered, offeredCount, argument)
}

/// Picks http/1.1 where it is offered.
///
/// A client that offers other protocols only is answered as if it had offered none, and finds out from the
/// first response.
private func selectHTTP1(
    _ ssl: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredCount: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let offer = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    return select("http/1.1", from: offer, chosen, chosenCount) ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
}

/// Looks for one protocol in a list of names, each behind a byte with its length (RFC 7301 3.1).
private func select(
    _ wanted: StaticString,
    from offer: UnsafeBufferPointer<UInt8>,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?
) -> Bool {
    var rest = offer[...]
    while let count = rest.first.map(Int.init), count < rest.count {
        let name = rest.dropFirst().prefix(count)
        if wanted.withUTF8Buffer({ name.elementsEqual($0) }) {
            chosen?.pointee = UnsafeBufferPointer(rebasing: name).baseAddress
            chosenCount?.pointee = UInt8(count)
            return true
        }
        rest = rest.dropFirst(count + 1)
    }
    return false
}

/// Chooses the certificate that a server name is answered with; see ``ServerConnection/chooseCertificate()``.
///
/// Any name is acknowledged, so that the library keeps it with the session and knows it when that resumes.
private func chooseCertificate(
    _ ssl: OpaquePointer?,
    _ alert: UnsafeMutablePointer<Int32>?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let connection = ServerConnection.owner(of: ssl), connection.chooseCertificate() else {
        // Another context than the chosen one would show the wrong certificate.
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    return SSL_TLSEXT_ERR_OK
}

/// Chooses the policy that a client is judged by; see ``ServerConnection/choosePolicy()``.
private func choosePolicy(
    _ ssl: OpaquePointer?,
    _ alert: UnsafeMutablePointer<Int32>?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let connection = ServerConnection.owner(of: ssl), connection.choosePolicy() else {
        // Under any other policy than the name's, the client would be judged by what it did not ask for.
        alert?.pointee = SSL_AD_ILLEGAL_PARAMETER
        return SSL_CLIENT_HELLO_ERROR
    }
    return SSL_CLIENT_HELLO_SUCCESS
}
