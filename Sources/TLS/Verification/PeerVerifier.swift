import COpenSSL
import Model

/// Judges the chain a client presents against a trust store (`alb-mtls` 1.6).
///
/// Sees no connection: it is given certificates, a policy and a time, and answers. The same question can
/// therefore be asked again later, about stored certificates or under another policy.
enum PeerVerifier {
    /// What clients are measured by.
    struct Policy: Sendable {
        let trustStoreID: ResourceID
        /// For people.
        let trustStoreName: String
        let trustStoreRevision: Int
        let anchors: AnchorStore
        /// A leaf past its notAfter is accepted; a CA never is.
        let ignoresLeafExpiry: Bool
        var revocation = RevocationChecker.none
        var enforcement = ClientRequirements.Enforcement.required
        /// nil where everybody the trust store vouches for is welcome.
        var identity: IdentityRules?
    }

    /// Judges a chain; the first failing step of `alb-mtls` 1.6 decides.
    ///
    /// What bounds the work comes first: no signature is checked of a chain that is too long, and none by a
    /// key outside of ``KeyRules``.
    ///
    /// - Parameters:
    ///   - chain: what the client sent, leaf first, as a `STACK_OF(X509)` that is borrowed for this call.
    ///   - policy: the trust store and what it overlooks.
    ///   - time: the moment at which certificates must be valid.
    ///   - keepsPath: whether an acceptance is to tell its path as well.
    /// - Returns: acceptance, or the refusal with everything that was found.
    static func judge(
        _ chain: OpaquePointer,
        by policy: Policy,
        at time: Timestamp,
        keepsPath: Bool = false
    ) -> Verdict {
        defer { ERR_clear_error() }
        let count = Int(copenssl_x509_stack_count(chain))
        guard count <= EngineLimits.chainCount else {
            return self.refuse(.maxChainDepthExceeded, X509_V_ERR_CERT_CHAIN_TOO_LONG)
        }
        guard let leaf = copenssl_x509_stack_value(chain, 0) else {
            return self.refuse(.invalid, X509_V_ERR_UNSPECIFIED)
        }
        guard X509_get_version(leaf) == X509_VERSION_3, KeyRules.isAccepted(X509_get0_pubkey(leaf)) else {
            // The code is chosen for the alert it becomes: unsupported_certificate.
            return self.refuse(.typeUnsupported, X509_V_ERR_INVALID_PURPOSE)
        }
        guard FactsReader.hasBoundedNames(leaf) else {
            return self.refuse(.invalid, X509_V_ERR_CERT_REJECTED)
        }
        guard
            let found = self.find(chain, leaf: leaf, policy: policy, time: time, keepsPath: keepsPath)
        else {
            return self.refuse(.untrusted, X509_V_ERR_UNSPECIFIED)
        }
        let decisive = FindingRules.decide(found.findings, ignoringLeafExpiry: policy.ignoresLeafExpiry)
        return Verdict(
            refusal: decisive?.reason,
            code: decisive?.finding.code ?? X509_V_OK,
            findings: found.findings,
            expiry: found.findings.isEmpty && !found.reliesOnExpiredLists ? found.expiry : nil,
            turningPoint: found.turningPoint,
            reliesOnExpiredLists: found.reliesOnExpiredLists,
            anchor: found.anchor,
            path: found.path
        )
    }

    private static func refuse(_ reason: RefusalReason, _ code: Int32) -> Verdict {
        Verdict(refusal: reason, code: code, findings: [Verdict.Finding(code: code, depth: 0)])
    }

    private struct Found {
        let findings: [Verdict.Finding]
        /// When the path expires, or what revocation lists say of it, in seconds since 1970.
        let expiry: Int64?
        let turningPoint: Int64?
        let reliesOnExpiredLists: Bool
        let anchor: TrustAnchor?
        let path: [Certificate]
    }

    /// Everything that is found on the way to an anchor; nil if the library could not look.
    private static func find(
        _ chain: OpaquePointer,
        leaf: OpaquePointer,
        policy: Policy,
        time: Timestamp,
        keepsPath: Bool
    ) -> Found? {
        guard let usable = UsableChain(chain), let context = X509_STORE_CTX_new() else { return nil }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, policy.anchors.handle, leaf, usable.stack) == 1,
            let parameters = X509_STORE_CTX_get0_param(context),
            X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT) == 1,
            X509_VERIFY_PARAM_set_trust(parameters, X509_TRUST_SSL_CLIENT) == 1,
            // Every certificate of the bundle is an anchor, intermediates included. What CAs require of
            // policies holds (RFC 5280 6.1); the library bounds the work.
            X509_VERIFY_PARAM_set_flags(
                parameters,
                UInt(X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK)
            ) == 1,
            // Where a CA demands some policy, any will do (RFC 5280 6.1.1 c); without this none would.
            X509_VERIFY_PARAM_add0_policy(parameters, OBJ_nid2obj(NID_any_policy)) == 1
        else { return nil }
        X509_VERIFY_PARAM_set_time(parameters, Int(time.seconds))

        let log = FindingLog()
        return withExtendedLifetime(log) {
            X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(log).toOpaque())
            X509_STORE_CTX_set_verify_cb(context, noteFinding)
            let result = X509_verify_cert(context)
            // The callback overlooks everything so that everything is found. A failure all the same is one
            // that the library could not go on from, and never an acceptance.
            if result != 1 {
                let code = X509_STORE_CTX_get_error(context)
                log.note(code == X509_V_OK ? X509_V_ERR_UNSPECIFIED : code, depth: 0)
            }
            self.checkPath(context, leaf: leaf, usable, log)
            if let identity = policy.identity { self.checkIdentity(leaf, identity, log) }
            let revocation = policy.revocation.check(X509_STORE_CTX_get0_chain(context), at: time)
            let findings = log.findings + revocation.findings
            let isTold = keepsPath || !findings.isEmpty
            let ends = self.dates(of: context, X509_get0_notAfter)
            let begins = self.dates(of: context, X509_get0_notBefore)
            return Found(
                findings: findings,
                expiry: ends?.min().map { min($0, revocation.end ?? $0) },
                turningPoint: ((begins ?? []) + (ends ?? []) + [revocation.end].compactMap(\.self))
                    .filter { $0 > time.seconds }.min(),
                reliesOnExpiredLists: revocation.reliesOnExpired,
                anchor: self.last(of: context).flatMap { policy.anchors.anchor($0) },
                path: isTold ? self.path(of: context) : []
            )
        }
    }

    private static func last(of context: OpaquePointer) -> OpaquePointer? {
        guard let path = X509_STORE_CTX_get0_chain(context) else { return nil }
        return copenssl_x509_stack_value(path, copenssl_x509_stack_count(path) - 1)
    }

    private static func path(of context: OpaquePointer) -> [Certificate] {
        guard let path = X509_STORE_CTX_get0_chain(context) else { return [] }
        return (0..<max(copenssl_x509_stack_count(path), 0)).compactMap { depth in
            copenssl_x509_stack_value(path, depth).map { Certificate(sharing: $0) }
        }
    }

    /// When the certificates of the path begin or expire; nil if one does not say.
    private static func dates(
        of context: OpaquePointer,
        _ date: (OpaquePointer) -> UnsafePointer<ASN1_TIME>?
    ) -> [Int64]? {
        guard let path = X509_STORE_CTX_get0_chain(context) else { return nil }
        var dates: [Int64] = []
        for depth in 0..<max(copenssl_x509_stack_count(path), 0) {
            guard let certificate = copenssl_x509_stack_value(path, depth),
                let seconds = FactsReader.timestamp(date(certificate))?.seconds
            else { return nil }
            dates.append(seconds)
        }
        return dates
    }

    /// The listener's own filters and pins: after trust, before revocation, as with NLB.
    private static func checkIdentity(_ leaf: OpaquePointer, _ rules: IdentityRules, _ log: FindingLog) {
        let certificate = Certificate(sharing: leaf)
        guard !rules.accepts(IdentityReader.read(certificate, der: certificate.der)) else { return }
        log.note(X509_V_ERR_APPLICATION_VERIFICATION, depth: 0)
    }

    /// The key rules for the CAs of the path, and the signature rules for all but its anchor, whose own
    /// signature nobody relies on.
    private static func checkPath(
        _ context: OpaquePointer,
        leaf: OpaquePointer,
        _ usable: borrowing UsableChain,
        _ log: FindingLog
    ) {
        if !KeyRules.hasAcceptedSignature(leaf) { log.note(X509_V_ERR_CA_MD_TOO_WEAK, depth: 0) }
        guard let path = X509_STORE_CTX_get0_chain(context) else { return }
        let count = copenssl_x509_stack_count(path)
        for depth in 1..<max(count, 1) {
            guard let certificate = copenssl_x509_stack_value(path, depth) else { return }
            if !KeyRules.isAccepted(X509_get0_pubkey(certificate)) {
                log.note(X509_V_ERR_CA_KEY_TOO_SMALL, depth: depth)
            }
            if depth < count - 1, !KeyRules.hasAcceptedSignature(certificate) {
                log.note(X509_V_ERR_CA_MD_TOO_WEAK, depth: depth)
            }
        }
        guard let last = copenssl_x509_stack_value(path, count - 1) else { return }
        if usable.leftOutIssuer(of: last) { log.note(X509_V_ERR_CA_KEY_TOO_SMALL, depth: count) }
    }
}

/// Collects findings during one `X509_verify_cert`.
private final class FindingLog {
    private(set) var findings: [Verdict.Finding] = []

    func note(_ code: Int32, depth: Int32) {
        self.findings.append(Verdict.Finding(code: code, depth: depth))
    }
}

/// Called by the library for each certificate: with 0 for each finding, with 1 for each that is in order.
///
/// Returning 1 makes it go on; what it found decides afterwards.
private func noteFinding(_ isInOrder: Int32, _ context: OpaquePointer?) -> Int32 {
    guard isInOrder == 0 else { return 1 }
    guard let context, let pointer = X509_STORE_CTX_get_ex_data(context, 0) else { return 0 }
    Unmanaged<FindingLog>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
        $0.note(X509_STORE_CTX_get_error(context), depth: X509_STORE_CTX_get_error_depth(context))
    }
    return 1
}
