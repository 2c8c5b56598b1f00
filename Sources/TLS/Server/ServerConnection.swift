import COpenSSL
import Glibc
public import Model

/// The server's end of one TLS connection: bytes of the window in, plaintext out, and back.
///
/// Belongs to one worker, like its window. After a call that fails, the connection can only be asked for its
/// ``facts()`` and dropped; whatever alert it owes the peer is in the window's output.
public final class ServerConnection {
    public enum HandshakeStep: Hashable, Sendable {
        case complete
        /// All input is used up; call again with more.
        case needsInput
        /// The alert for the peer, if there is one, is in the window's output.
        case failed(HandshakeOutcome)
    }

    public enum ReadStep: Hashable, Sendable {
        /// So many bytes of plaintext, at least 1.
        case bytes(Int)
        /// All input is used up; call again with more.
        case needsInput
        /// The peer said that it will send no more.
        case closed
        /// The peer violated the protocol, or sent a fatal alert.
        case failed
    }

    private enum State {
        case handshaking
        case established
        case failed
    }

    /// An acceptance that may be remembered once the client has proved that it holds the key.
    private struct Acceptance {
        let digest: VerdictCache.Digest
        let judgedAt: Int64
        let expiry: Int64
    }

    let handle: OpaquePointer
    /// The one the connection began with.
    private var origin: ServerContext
    /// That of the policy that the client's name has; until it is known, the one above.
    private(set) var context: ServerContext
    /// Set by the ClientHello, and once only.
    private var chosenPolicy: Int?
    private let window: CipherWindow
    /// Until the handshake is complete.
    private var verdicts: [VerdictCache]
    /// The client's chain has been accepted by the present policy, in this handshake.
    var isAccepted = false
    private var state = State.handshaking
    /// Of a client that was refused, with the moment at which it was judged.
    var refused: (verdict: Verdict, time: Timestamp)?
    /// Whether the client was accepted by revocation lists past their nextUpdate.
    public private(set) var reliesOnExpiredLists = false
    private var acceptance: Acceptance?
    /// When the judgement that let the client in may come out otherwise, in seconds since 1970.
    ///
    /// `Int64.max` where nobody was judged, and where it never may.
    public private(set) var turningPoint = Int64.max
    /// What the client is judged by again; nil unless it has passed.
    private var remembered: RememberedChain?
    var certificateMessage: CertificateMessage?
    /// The client's leaf, whose key OpenSSL is to check its proof of possession with.
    var leaf: Certificate?
    /// What vouches for the client.
    private var anchor: TrustAnchor?
    var peer: PeerCertificates?
    /// nil once the handshake is complete, and where nothing is resumed.
    var exchange: SessionExchange?
    /// Bytes of plaintext in both directions.
    private var carried = 0
    private var keyUpdates = 0
    private var choice = CertificateTable.Choice(set: 0, isMatch: false)

    /// Prepares a connection that waits for a ClientHello.
    ///
    /// - Parameters:
    ///   - context: the listener's TLS.
    ///   - window: its memory; not shared with another connection that is being called.
    ///   - verdicts: whom the worker has accepted under each of the context's materials; where there is none
    ///     for one, everybody is judged anew.
    /// - Throws: ``OperatorError`` if memory runs out.
    public init(
        context: ServerContext,
        window: CipherWindow,
        verdicts: [VerdictCache] = []
    ) throws(OperatorError) {
        self.origin = context
        self.context = context
        self.window = window
        self.verdicts = verdicts
        self.exchange = context.material.sessions.map { SessionExchange($0) }
        self.handle = try ConnectionHandle.make(context: context.handle, window: window)
        // Callbacks find the connection here; it outlives the handle, which its deinit frees.
        copenssl_ssl_set_app_data(self.handle, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_accept_state(self.handle)
    }

    deinit {
        SSL_free(self.handle)
    }

    /// Goes on with the handshake as far as the input allows.
    public func handshake() -> HandshakeStep {
        switch self.state {
        case .established: return .complete
        case .failed: return .failed(.failed(.other))
        case .handshaking: break
        }
        ERR_clear_error()
        let result = SSL_do_handshake(self.handle)
        if result == 1 { return self.finishHandshake() }
        if SSL_get_error(self.handle, result) == SSL_ERROR_WANT_READ { return .needsInput }
        return .failed(self.fail(with: .drain()))
    }

    /// Decrypts up to the target's size; call again until it needs input.
    public func read(into target: UnsafeMutableRawBufferPointer) -> ReadStep {
        guard self.state == .established else { return .failed }
        guard target.count > 0 else { return .needsInput }
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(self.handle, target.baseAddress, target.count, &count)
        guard !self.hasTooManyKeyUpdates else {
            ERR_clear_error()
            self.state = .failed
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
            ERR_clear_error()
            self.state = .failed
            return .failed
        }
    }

    /// Encrypts all of it into the window's output; false if the connection is not usable.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.state == .established else { return false }
        var rest = bytes
        // The window takes everything and the mode forbids partial writes, so one round is the rule; the
        // loop is for a library that stops after a record all the same, which would truncate a response.
        while rest.count > 0 {
            ERR_clear_error()
            var count = 0
            guard SSL_write_ex(self.handle, rest.baseAddress, rest.count, &count) == 1 else {
                ERR_clear_error()
                self.state = .failed
                return false
            }
            self.carried &+= count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// Tells the peer that no more will be sent; does nothing on a connection that is not established.
    public func sendCloseNotify() {
        guard self.state == .established else { return }
        ERR_clear_error()
        SSL_shutdown(self.handle)
        ERR_clear_error()
    }

    /// Whether client and server have agreed on HTTP/2 (RFC 7301, RFC 9113 3.2).
    public var speaksHTTP2: Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(self.handle, &name, &count)
        guard let name, count == 2 else { return false }
        return name[0] == UInt8(ascii: "h") && name[1] == UInt8(ascii: "2")
    }

    /// Whether ``read(into:)`` has bytes to give without further input.
    public var hasPendingPlaintext: Bool { SSL_pending(self.handle) > 0 }

    /// The policy that the client is or was judged by; an index of ``ServerContext/policies``.
    public var policy: Int { self.chosenPolicy ?? 0 }

    /// The table that it was chosen from.
    public var policies: PolicyTable { self.origin.policies }

    /// The mode of that policy.
    public var mode: MutualAuthentication.Mode { self.context.mode }

    /// What was negotiated and presented up to now.
    public func facts() -> HandshakeFacts {
        let peer = self.takePeer()
        let cipher = SSL_get_current_cipher(self.handle) ?? SSL_get_pending_cipher(self.handle)
        return HandshakeFacts(
            version: cipher.flatMap { _ in SSL_get_version(self.handle).map { String(cString: $0) } },
            cipher: cipher.flatMap { SSL_CIPHER_get_name($0).map { String(cString: $0) } },
            keyExchange: cipher.flatMap { _ in self.groupName },
            serverName: self.serverName,
            isResumed: SSL_session_reused(self.handle) == 1,
            verification: self.verification,
            peer: peer,
            certificate: self.shownCertificate,
            isNameMatched: self.choice.isMatch
        )
    }

    /// What tells a client that failed from others of its address: a hash of what it presented, by this
    /// process's own key; 0 where it presented nothing.
    public var presentedMark: Int {
        guard let peer = self.takePeer() else { return 0 }
        var hasher = Hasher()
        for certificate in peer.certificates { hasher.combine(certificate) }
        return hasher.finalize()
    }

    /// How the client came to be refused.
    ///
    /// - Parameters:
    ///   - reason: what the handshake failed with.
    ///   - directory: where a missing issuer is looked for besides.
    /// - Returns: nil where nothing is verified.
    public func trace(of reason: RefusalReason, knowing directory: AuthorityDirectory) -> VerificationTrace? {
        guard let policy = self.context.material.verification else { return nil }
        return TraceWriter(
            presented: self.takePeer()?.certificates.map { $0[...] } ?? [],
            policy: policy,
            verdict: self.refused?.verdict,
            refusal: reason,
            time: self.refused?.time ?? self.context.clock(),
            directory: directory
        ).trace()
    }

    /// The position of the certificate that was shown.
    private var shownCertificate: Int? {
        guard SSL_session_reused(self.handle) == 0, let shown = SSL_get_certificate(self.handle) else {
            return nil
        }
        return self.context.material.identities.firstIndex { $0.leaf.handle == shown }
    }

    private func finishHandshake() -> HandshakeStep {
        let isSingle = self.origin.policies.isSingle
        // Where client certificates are asked for, only a session of the listener's own cache is resumed, by
        // a client that was judged for it. Should another be, the connection goes no further.
        let mayGoOn =
            SSL_session_reused(self.handle) == 0 || self.resume()
            || self.exchange == nil && self.context.mode == .off && isSingle
        let isChosen = isSingle || self.chosenPolicy != nil
        // And it is the judged certificate whose key the client has proved to hold.
        let isProved = SSL_get0_peer_certificate(self.handle) == self.leaf?.handle
        guard mayGoOn, isChosen, self.isJudged, isProved else {
            self.state = .failed
            return .failed(.failed(.other))
        }
        self.state = .established
        // It would be called for every record from here on.
        SSL_set_msg_callback(self.handle, nil)
        // Called for handshake messages only; after the handshake those are KeyUpdates, in TLS 1.3.
        if SSL_version(self.handle) == TLS1_3_VERSION { SSL_set_info_callback(self.handle, countKeyUpdate) }
        self.keepSession()
        self.remember()
        return .complete
    }

    /// What OpenSSL was told to require is not taken on trust: whoever is verified was judged, and by the
    /// policy of the name.
    private var isJudged: Bool {
        guard self.context.mode == .verify, !self.isAccepted else { return true }
        // Who sent a certificate has been judged, and has not passed.
        switch self.context.material.verification?.enforcement {
        case .observed: return self.refused != nil || self.hasSentNothing
        case .optional: return self.refused == nil && self.hasSentNothing
        case .required, nil: return false
        }
    }

    /// The client was asked for a certificate and has none.
    private var hasSentNothing: Bool {
        self.certificateMessage == nil && self.peer == nil && self.leaf == nil
            && SSL_get0_peer_certificate(self.handle) == nil
    }

    private var verification: ClientVerification {
        guard self.context.mode == .verify, self.state == .established else { return .none }
        if self.isAccepted { return .verified }
        return self.refused?.verdict.refusal.map { .refused($0) } ?? .absent
    }

    private func remember() {
        defer { self.verdicts = [] }
        guard self.isAccepted, let peer = self.takePeer() else { return }
        if peer.remembered == nil {
            let cache = self.verdictCache
            peer.passed(until: self.turningPoint) { cache?.shared($0) ?? $0 }
        }
        self.remembered = peer.remembered
        self.turningPoint = peer.turningPoint
        guard let acceptance else { return }
        self.acceptance = nil
        self.verdictCache?.keep(
            acceptance.digest,
            peer,
            under: self.context.material,
            judgedAt: acceptance.judgedAt,
            expiry: acceptance.expiry
        )
    }

    var verdictCache: VerdictCache? {
        self.verdicts.first { $0.material === self.context.material }
    }

    func takePeer() -> PeerCertificates? {
        if self.peer == nil, let message = self.certificateMessage {
            self.peer = PeerCertificates(message, certificate: self.leaf, anchor: self.anchor)
        }
        self.certificateMessage = nil
        return self.peer
    }

    private var hasTooManyKeyUpdates: Bool {
        self.keyUpdates > EngineLimits.keyUpdates + self.carried >> 20
    }

    /// A KeyUpdate has come; one too many is the last that is read of what came with it.
    fileprivate func tookKeyUpdate() {
        self.keyUpdates += 1
        if self.hasTooManyKeyUpdates {
            self.window.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// Lets go of the client's certificates, once nobody asks for them again: ``facts()`` then knows of none.
    public func releasePeer() {
        guard self.state != .handshaking else { return }
        self.peer = nil
        self.certificateMessage = nil
        self.leaf = nil
    }

    /// Goes on under what the listener has now in place of what the client was judged by; false if that has
    /// no such policy, or not of the same mode.
    ///
    /// Nothing is judged here, and what was agreed on in the handshake stays. What the connection was judged
    /// by is let go of: trust stores and lists must not stay for as long as the longest connection.
    public func goOn(under present: ServerContext) -> Bool {
        guard self.state == .established, let context = present.context(ofPolicy: self.policy),
            context.mode == self.context.mode
        else { return false }
        self.origin = present
        self.context = context
        return true
    }

    /// Judges a client that has passed once more, by the policy that it goes on under, at this moment.
    ///
    /// - Parameter directory: where a missing issuer is looked for besides.
    /// - Returns: nil if it passes.
    public func judgeAgain(knowing directory: AuthorityDirectory) -> LateRefusal? {
        guard let remembered, let policy = self.context.material.verification else {
            // Nobody asks this about others; if it ever happens, nobody vouches for the client.
            return LateRefusal(reason: .untrusted, trace: nil, leaf: nil, chain: [])
        }
        let time = self.context.clock()
        let verdict = remembered.verdict(by: policy, at: time)
        guard let reason = verdict.refusal else {
            self.turningPoint = verdict.turningPoint ?? .max
            return nil
        }
        let chain = remembered.certificates
        let writer = TraceWriter(
            presented: chain.map { $0[...] },
            policy: policy,
            verdict: verdict,
            refusal: reason,
            time: time,
            directory: directory
        )
        return LateRefusal(
            reason: reason,
            trace: writer.trace(),
            leaf: FactsReader.facts(of: remembered.leaf, der: chain[0][...]),
            chain: chain
        )
    }

    private func fail(with error: OpenSSLError) -> HandshakeOutcome {
        self.state = .failed
        return HandshakeFailure.outcome(
            of: error,
            in: HandshakeFailure.Circumstances(
                asksForCertificate: self.context.mode != .off,
                isReadingCertificate: SSL_get_state(self.handle) == TLS_ST_SR_CERT,
                hasCipher: SSL_get_current_cipher(self.handle) != nil
                    || SSL_get_pending_cipher(self.handle) != nil,
                refusal: self.refused?.verdict.refusal
            )
        )
    }

    private var groupName: String? {
        // In TLS 1.3 the suite is chosen before there is a session. A ClientHello that is refused in between
        // leaves none, and the library looks for the group in it without asking whether it exists.
        guard SSL_get_session(self.handle) != nil else { return nil }
        return switch copenssl_ssl_negotiated_group(self.handle) {
        case NID_X25519: "X25519"
        case NID_X9_62_prime256v1: "secp256r1"
        case NID_secp384r1: "secp384r1"
        case NID_secp521r1: "secp521r1"
        default: nil
        }
    }

    /// The name that the client asked for; nil for none, and for what is no name.
    public var serverName: String? {
        guard let name = SSL_get_servername(self.handle, TLSEXT_NAMETYPE_host_name) else { return nil }
        let bytes = UnsafeBufferPointer(start: name, count: strnlen(name, 256))
        let isName = bytes.allSatisfy { character in
            switch UInt8(bitPattern: character) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, (1...255).contains(bytes.count) else { return nil }
        return String(cString: name)
    }
}

extension ServerConnection {
    /// The connection that a callback is about; nil for handles that are not ours.
    static func owner(of ssl: OpaquePointer?) -> ServerConnection? {
        guard let ssl, let pointer = copenssl_ssl_app_data(ssl) else { return nil }
        return Unmanaged<ServerConnection>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Takes the policy of the name the client asks for, before anything else is decided; false if that did
    /// not work.
    ///
    /// A client that is asked to begin again (RFC 8446 4.1.4) asks for a name twice, and for the same policy.
    func choosePolicy() -> Bool {
        guard let name = self.requestedName else { return false }
        let policy = name.withUnsafeBytes { self.origin.policies.policy(for: $0) }
        defer { self.bindSessions(to: name) }
        if let chosenPolicy { return chosenPolicy == policy }
        guard let context = self.origin.context(ofPolicy: policy) else { return false }
        self.chosenPolicy = policy
        self.context = context
        // What OpenSSL copies into a connection when it begins does not come with the context.
        SSL_set_verify(self.handle, SSL_CTX_get_verify_mode(context.handle), nil)
        if context.mode != .off {
            SSL_set_msg_callback(self.handle, captureCertificateMessage)
            SSL_ctrl(
                self.handle,
                SSL_CTRL_SET_MAX_CERT_LIST,
                EngineLimits.certificateMessageBytes,
                nil
            )
        }
        return SSL_set_SSL_CTX(self.handle, context.handle) == context.handle
    }

    /// The name in the ClientHello, empty where there is none; nil where the extension cannot be read
    /// (RFC 6066 section 3).
    private var requestedName: [UInt8]? {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard
            SSL_client_hello_get0_ext(self.handle, UInt32(TLSEXT_TYPE_server_name), &start, &count) == 1
        else { return [] }
        let bytes = Array(UnsafeBufferPointer(start: start, count: count))
        // A list with its length, of one name of type host_name (0) with its length, and nothing behind it.
        guard bytes.count > 5, Int(bytes[0]) << 8 | Int(bytes[1]) == bytes.count - 2, bytes[2] == 0,
            Int(bytes[3]) << 8 | Int(bytes[4]) == bytes.count - 5
        else { return nil }
        let name = bytes[5...]
        // The library compares names up to their first NUL, and so must not see one.
        return name.contains(0) ? nil : Array(name)
    }

    /// Takes the certificates that are for the name the client asks for; false if that did not work.
    ///
    /// Contexts differ in nothing but certificates: version, suites and the judgement of clients stay.
    func chooseCertificate() -> Bool {
        let name = SSL_get_servername(self.handle, TLSEXT_NAMETYPE_host_name).flatMap { name in
            name.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                ServerNames.normal(UnsafeBufferPointer(start: bytes, count: strnlen(name, 256)))
            }
        }
        self.choice = self.context.material.certificates.choice(for: name)
        let wanted = self.context.handle(ofSet: self.choice.set)
        return SSL_set_SSL_CTX(self.handle, wanted) == wanted
    }

    /// Called once in a handshake, with the certificates that OpenSSL has read.
    fileprivate func judge(_ store: OpaquePointer) -> Bool {
        guard let chain = PresentedChain(store, receivedAs: self.certificateMessage) else {
            X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
            return false
        }
        switch self.context.mode {
        case .off:
            return false  // nothing was asked for
        case .passthrough:
            guard let leaf = chain.readLeaf(), chain.keepOnly(leaf) else {
                X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
                return false
            }
            self.leaf = leaf
            return true
        case .verify:
            self.isAccepted = self.verify(chain, store)
            // Who goes on as nobody has to prove all the same that it holds its key.
            guard !self.isAccepted, self.refused != nil,
                self.context.material.verification?.enforcement == .observed,
                let leaf = self.leaf ?? chain.readLeaf(), chain.keepOnly(leaf)
            else { return self.isAccepted }
            self.leaf = leaf
            // It goes on as nobody; what was wrong is told in the facts.
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return true
        }
    }

    private func verify(_ chain: PresentedChain, _ store: OpaquePointer) -> Bool {
        let material = self.context.material
        guard let policy = material.verification else { return false }
        let time = self.context.clock()
        let digest = self.verdictCache == nil ? nil : chain.digest
        self.exchange?.digest = digest
        if let digest, let peer = self.verdictCache?.accepted(digest, under: material, at: time.seconds),
            let leaf = peer.certificate, chain.keepOnly(leaf)
        {
            self.peer = peer
            self.leaf = leaf
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return true
        }
        if let digest, let known = self.verdictCache?.refused(digest, under: material, at: time.seconds) {
            X509_STORE_CTX_set_error(store, known.code)
            self.refused = (known, time)
            return false
        }
        let (verdict, leaf) = chain.judged { PeerVerifier.judge($0, by: policy, at: time) }
        self.leaf = leaf
        // OpenSSL makes the alert of it.
        X509_STORE_CTX_set_error(store, verdict.code)
        guard verdict.refusal == nil else {
            self.refused = (verdict, time)
            if let digest {
                self.verdictCache?.keep(digest, verdict, under: material, judgedAt: time.seconds)
            }
            return false
        }
        guard let leaf, chain.keepOnly(leaf) else {
            X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
            return false
        }
        self.accepted(verdict, digest: digest, at: time.seconds)
        return true
    }

    /// Takes note of a judgement by which the client passes.
    func accepted(_ verdict: Verdict, digest: VerdictCache.Digest?, at seconds: Int64) {
        self.anchor = verdict.anchor
        self.reliesOnExpiredLists = verdict.reliesOnExpiredLists
        self.turningPoint = verdict.turningPoint ?? .max
        if let digest, let expiry = verdict.expiry {
            self.acceptance = Acceptance(digest: digest, judgedAt: seconds, expiry: expiry)
        }
    }

    fileprivate func capture(_ message: UnsafeRawBufferPointer, isTLS13: Bool) {
        guard let message = CertificateMessage(message, isTLS13: isTLS13) else { return }
        self.certificateMessage = message
    }
}

/// Takes the place of OpenSSL's own judgement of the client's chain (`SSL_CTX_set_cert_verify_callback`).
func judgePeer(_ store: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let store,
        let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let connection = ServerConnection.owner(of: OpaquePointer(ssl))
    else { return 0 }
    return connection.judge(store) ? 1 : 0
}

/// Sees every message before OpenSSL reads it (`SSL_CTX_set_msg_callback`); keeps the client's Certificate.
func captureCertificateMessage(
    _ isWritten: Int32,
    _ version: Int32,
    _ contentType: Int32,
    _ bytes: UnsafeRawPointer?,
    _ count: Int,
    _ ssl: OpaquePointer?,
    _ argument: UnsafeMutableRawPointer?
) {
    guard isWritten == 0, contentType == SSL3_RT_HANDSHAKE else { return }
    ServerConnection.owner(of: ssl)?
        .capture(UnsafeRawBufferPointer(start: bytes, count: count), isTLS13: version == TLS1_3_VERSION)
}

/// Called by OpenSSL for each step of its handshake machine; the step after a message was read is one of
/// `SSL_CB_ACCEPT_LOOP`.
private func countKeyUpdate(_ ssl: OpaquePointer?, _ event: Int32, _: Int32) {
    guard event == SSL_CB_ACCEPT_LOOP, let ssl, SSL_get_state(ssl) == TLS_ST_SR_KEY_UPDATE else { return }
    ServerConnection.owner(of: ssl)?.tookKeyUpdate()
}
