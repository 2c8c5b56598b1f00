import COpenSSL
public import Model

/// The client's end of one TLS connection, on a window of its own.
public final class ClientConnection {
    public enum HandshakeStep: Hashable, Sendable {
        case complete
        /// All input is used up; send the output, then call again with more.
        case needsInput
        case failed
    }

    public typealias ReadStep = ServerConnection.ReadStep

    private let handle: OpaquePointer
    private let context: ClientContext
    private let window: CipherWindow
    private var isEstablished = false
    private var hasFailed = false
    /// Bytes of plaintext in both directions.
    private var carried = 0
    /// Handshake messages behind the handshake: KeyUpdates and session tickets.
    private var lateMessages = 0

    /// Why the connection failed; nil while it has not.
    public private(set) var failure: TargetTLSFailure?

    /// The number of the fatal alert the server sent (RFC 8446 section 6); nil without one.
    public private(set) var receivedAlert: UInt8?

    /// Prepares a connection.
    ///
    /// - Parameters:
    ///   - context: what to present and whom to trust.
    ///   - window: its memory; not shared with another connection that is being called.
    ///   - serverName: whom to ask for and, if the context verifies servers, whom to expect.
    ///   - session: what to resume.
    /// - Throws: ``OperatorError`` if memory runs out or the name cannot be used.
    public init(
        context: ClientContext,
        window: CipherWindow,
        serverName: String? = nil,
        resuming session: ClientSession? = nil
    ) throws(OperatorError) {
        self.context = context
        self.window = window
        self.handle = try ConnectionHandle.make(context: context.handle, window: window)
        // The callback finds the connection here; it outlives the handle, which its deinit frees.
        copenssl_ssl_set_app_data(self.handle, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_connect_state(self.handle)
        do throws(OpenSSLError) {
            if let serverName { try self.expect(serverName) }
            if let session { try self.offer(session) }
        } catch {
            throw error.whileDoing("preparing a TLS connection")
        }
    }

    deinit {
        SSL_free(self.handle)
    }

    /// Goes on with the handshake as far as the input allows; the first call writes the ClientHello.
    public func handshake() -> HandshakeStep {
        guard !self.hasFailed else { return .failed }
        ERR_clear_error()
        let result = SSL_do_handshake(self.handle)
        if result == 1 {
            self.isEstablished = true
            // Called for handshake messages only; behind the handshake that is those of TLS 1.3.
            if SSL_version(self.handle) == TLS1_3_VERSION {
                SSL_set_info_callback(self.handle, countLateMessage)
            }
            return .complete
        }
        if SSL_get_error(self.handle, result) == SSL_ERROR_WANT_READ { return .needsInput }
        self.fail()
        return .failed
    }

    /// Decrypts up to the target's size; call again until it needs input.
    ///
    /// In TLS 1.3 a refusal of the client's certificate arrives here, as `failed`, because the client's
    /// handshake is complete before the server has judged.
    public func read(into target: UnsafeMutableRawBufferPointer) -> ReadStep {
        guard self.isEstablished, !self.hasFailed else { return .failed }
        guard target.count > 0 else { return .needsInput }
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(self.handle, target.baseAddress, target.count, &count)
        guard !self.hasTooManyLateMessages else {
            self.fail()
            return .failed
        }
        if result == 1 {
            self.carried &+= count
            return .bytes(count)
        }
        switch SSL_get_error(self.handle, result) {
        case SSL_ERROR_WANT_READ:
            return .needsInput
        case SSL_ERROR_ZERO_RETURN:
            return .closed
        default:
            self.fail()
            return .failed
        }
    }

    /// Encrypts all of it into the window's output; false if the connection is not usable.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.isEstablished, !self.hasFailed else { return false }
        var rest = bytes
        // As with servers: one round is the rule, and a library that stops after a record truncates nothing.
        while rest.count > 0 {
            ERR_clear_error()
            var count = 0
            guard SSL_write_ex(self.handle, rest.baseAddress, rest.count, &count) == 1 else {
                self.fail()
                return false
            }
            self.carried &+= count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// Takes a new key for what is sent from here on, and asks the server for one of its own
    /// (RFC 8446 4.6.3); false before TLS 1.3.
    public func updateKeys() -> Bool {
        guard self.isEstablished, !self.hasFailed else { return false }
        ERR_clear_error()
        let isAsked = SSL_key_update(self.handle, SSL_KEY_UPDATE_REQUESTED) == 1
        return isAsked && SSL_do_handshake(self.handle) == 1
    }

    /// Tells the server that no more will be sent.
    public func sendCloseNotify() {
        guard self.isEstablished, !self.hasFailed else { return }
        ERR_clear_error()
        SSL_shutdown(self.handle)
        ERR_clear_error()
    }

    /// Whether the server took up the session that was offered.
    public var isResumed: Bool { SSL_session_reused(self.handle) == 1 }

    /// `TLSv1.2`, `TLSv1.3`.
    public var version: String? { SSL_get_version(self.handle).map { String(cString: $0) } }

    /// Whether client and server have agreed on HTTP/2.
    public var speaksHTTP2: Bool { self.negotiatedProtocol == "h2" }

    /// The protocol that the server picked by ALPN; nil if it picked none.
    public var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(self.handle, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// What resumes this connection later; nil if the server gave nothing to resume with.
    ///
    /// In TLS 1.3 the ticket follows the handshake: read once before asking.
    public func session() -> ClientSession? {
        guard let session = SSL_get_session(self.handle), SSL_SESSION_is_resumable(session) == 1,
            // A copy: the library spoils the original if the connection ends without a close_notify.
            let copy = SSL_SESSION_dup(session)
        else { return nil }
        return ClientSession(owning: copy)
    }

    /// Subjects the server's CertificateRequest named, in DER; empty if it named none.
    public var requestedIssuers: [[UInt8]] {
        guard let names = SSL_get0_peer_CA_list(self.handle) else { return [] }
        return (0..<copenssl_name_stack_count(names)).compactMap { index in
            guard let name = copenssl_name_stack_value(names, index) else { return nil }
            let count = Int(i2d_X509_NAME(name, nil))
            guard count > 0 else { return nil }
            return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                var cursor = buffer.baseAddress
                written = max(0, Int(i2d_X509_NAME(name, &cursor)))
            }
        }
    }

    private func expect(_ name: String) throws(OpenSSLError) {
        // An address is checked but not asked for: RFC 6066 section 3 allows names only.
        if IPAddress(name) != nil {
            guard self.context.verifiesServer else { return }
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(self.handle), name) == 1 else {
                throw .drain()
            }
            return
        }
        guard copenssl_ssl_set_host_name(self.handle, name) == 1 else { throw .drain() }
        guard self.context.verifiesServer else { return }
        guard SSL_set1_host(self.handle, name) == 1 else { throw .drain() }
    }

    /// Offers a copy, so that this connection's end cannot spoil the session for the next one.
    private func offer(_ session: ClientSession) throws(OpenSSLError) {
        guard let copy = SSL_SESSION_dup(session.handle) else { throw .drain() }
        defer { SSL_SESSION_free(copy) }
        guard SSL_set_session(self.handle, copy) == 1 else { throw .drain() }
    }

    private func fail() {
        self.hasFailed = true
        let error = OpenSSLError.drain()
        let alerts = error.tlsReasons.compactMap { reason in
            UInt8(exactly: reason - HandshakeFailure.alertReasonOffset)
        }
        self.receivedAlert = alerts.first
        self.failure = ClientFailure.reason(
            of: error,
            verifyResult: SSL_get_verify_result(self.handle),
            hasCipher: SSL_get_current_cipher(self.handle) != nil
                || SSL_get_pending_cipher(self.handle) != nil
        )
    }

    private var hasTooManyLateMessages: Bool {
        self.lateMessages > EngineLimits.lateTargetMessages + self.carried >> 20
    }

    /// One too many is the last that is read of what came with it.
    fileprivate func tookLateMessage() {
        self.lateMessages += 1
        if self.hasTooManyLateMessages {
            self.window.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}

/// Called by OpenSSL for each step of its handshake machine; the step after a message was read is one of
/// `SSL_CB_CONNECT_LOOP`.
private func countLateMessage(_ ssl: OpaquePointer?, _ event: Int32, _: Int32) {
    guard event == SSL_CB_CONNECT_LOOP, let ssl, let pointer = copenssl_ssl_app_data(ssl) else { return }
    switch SSL_get_state(ssl) {
    case TLS_ST_CR_KEY_UPDATE, TLS_ST_CR_SESSION_TICKET:
        Unmanaged<ClientConnection>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.tookLateMessage() }
    default: break
    }
}
