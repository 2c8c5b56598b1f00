import COpenSSL
public import Model

/// What a listener's TLS is made of: certificate chain, private key, trust anchors, ticket keys.
///
/// Parsed once per listener and snapshot, shared read-only by all workers. A session made under one material
/// never resumes under another: the ticket keys are random and die with it, so does the cache of sessions,
/// and the session id context names listener and policy. The ticket keys live as long as the material, so
/// the forward secrecy of TLS 1.2 sessions that resume is that of the material.
public final class ServerMaterial: Sendable {
    /// In the order of the listener, the default first.
    let identities: [ServerIdentity]
    let certificates: CertificateTable
    let policy: SecurityPolicy
    let mode: MutualAuthentication.Mode
    /// Whether a client of the listener may be asked for a certificate, by this policy or another name's.
    let asksSomebody: Bool
    /// Whether `h2` is agreed on with clients that offer it.
    let offersHTTP2: Bool
    /// What clients are judged by; nil unless the mode is `verify`.
    let verification: PeerVerifier.Policy?
    /// Whether a CertificateRequest names the trust store's subjects.
    let advertisesNames: Bool
    /// Listener and policy, 16 bytes: sessions of another context are not taken
    /// (`SSL_CTX_set_session_id_context`).
    let sessionContext: [UInt8]
    /// Name, MAC key and cipher key of the tickets.
    let ticketKeys: [UInt8]
    /// Sessions of clients that are asked for certificates; nil where they are not resumed, and for all but
    /// the first policy of a listener, whose cache is everybody's.
    let sessions: SessionCache?

    /// Whether clients are judged by a trust store.
    public var verifies: Bool { self.verification != nil }

    /// What OpenSSL 3.0 asks for: 16 bytes of name and two keys of 32.
    static let ticketKeyBytes = 80

    /// Reads the parts of a listener's TLS.
    ///
    /// - Throws: ``OperatorError`` if a part cannot be used; then the listener must not be served.
    ///
    /// `policy` stands in for the listener's own, for names that have another.
    public convenience init(
        _ tls: ServedTLS,
        policy: ClientPolicy? = nil,
        listenerID: ResourceID,
        policyGeneration: UInt64
    ) throws(OperatorError) {
        var keys = [UInt8](repeating: 0, count: Self.ticketKeyBytes)
        guard RAND_bytes(&keys, Int32(keys.count)) == 1 else {
            throw OpenSSLError.drain().whileDoing("making ticket keys")
        }
        try self.init(
            tls,
            policy: policy,
            listenerID: listenerID,
            policyGeneration: policyGeneration,
            ticketKeys: keys
        )
    }

    init(
        _ tls: ServedTLS,
        policy clientPolicy: ClientPolicy? = nil,
        listenerID: ResourceID,
        policyGeneration: UInt64,
        ticketKeys: [UInt8],
        sessions: SessionCache? = nil
    ) throws(OperatorError) {
        let pairs =
            [ServedCertificate(chain: tls.certificateChain, privateKey: tls.privateKey)]
            + tls.additionalCertificates
        self.identities = try pairs.map { pair throws(OperatorError) in
            try ServerIdentity(
                chain: FileContents(path: "certificate", text: pair.chain),
                key: SecretFileContents(path: "privateKey", text: pair.privateKey)
            )
        }
        self.certificates = CertificateTable(self.identities)
        let asksSomebody = tls.policies.contains { $0.mode != .off }
        self.asksSomebody = asksSomebody
        self.sessions =
            sessions
            ?? (clientPolicy == nil && asksSomebody ? tls.sessionResumption.map { SessionCache($0) } : nil)
        let clientPolicy = clientPolicy ?? tls.clientPolicy
        try PolicySupport.check(tls.sslPolicy)
        // Refused where it is configured; should it come this far, it is not served.
        guard clientPolicy.mode == .off || !tls.sslPolicy.allowsLegacyVersions else {
            throw PolicySupport.legacyWithClientCertificates(
                tls.sslPolicy,
                mode: clientPolicy.mode,
                listener: listenerID.description
            )
        }
        self.policy = tls.sslPolicy
        self.mode = clientPolicy.mode
        self.offersHTTP2 = tls.offersHTTP2
        if case .verify(let verification) = clientPolicy {
            self.verification = try PeerVerifier.Policy(verification)
            self.advertisesNames = verification.advertiseTrustStoreCaNames
        } else {
            self.verification = nil
            self.advertisesNames = false
        }
        self.sessionContext = [listenerID.bits, policyGeneration].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
        }
        self.ticketKeys = ticketKeys
    }

    deinit {
        // Connections that were judged by it keep OpenSSL's context, and must not keep sessions.
        self.sessions?.close()
    }

    var resumption: ServerContext.Resumption {
        if let sessions { return .cache(lifetimeSeconds: sessions.lifetimeSeconds) }
        return self.mode == .off ? .tickets : .none
    }
}
