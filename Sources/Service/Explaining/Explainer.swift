import Model
import TLS

/// Answers why clients are accepted or refused, from the records that are kept and from what is configured.
struct Explainer: Sendable {
    let configuration: Model.Configuration
    let records: RecordHub
    let now: Timestamp
    /// Revocation lists by fingerprint.
    let lists: [String: RevocationContent]

    /// Not on the caller's actor: reading and judging a large message must hold up nobody's flip.
    @concurrent
    func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        switch request {
        case .record(let id): try self.record(id)
        case .certificate(let question): try self.certificate(question)
        }
    }

    private func record(_ id: String) throws(OperatorError) -> Explanation {
        guard let (record, chain) = self.records.record(named: id) else {
            throw OperatorError(
                .recordNotFound,
                subject: id,
                message: "The gate remembers no connection \(id).",
                hint: "`sekisho logs --failed` lists the newest with their ids; older ones are forgotten."
            )
        }
        let trace = record.record.tls?.trace
        let store = self.configuration.trustStores.first { $0.name == trace?.trustStore }
        return Explanation(
            record: record,
            listener: record.record.listenerName,
            trace: trace,
            chainPEM: ChainJudge.pem(chain),
            anchorsPEM: store?.certificates.map(\.pem).joined() ?? "",
            isSameTrustStore: store?.revision == trace?.trustStoreRevision
        )
    }

    private func certificate(_ question: CertificateQuestion) throws(OperatorError) -> Explanation {
        var chain: [[UInt8]] = []
        for file in question.files { chain += try ChainJudge.certificates(in: file) }
        let (listener, verification) = try self.verification(question)
        let trace = try ChainJudge(verification).trace(
            of: chain,
            at: question.time ?? self.now,
            knowing: AuthorityDirectory(self.configuration.servedTrustStores)
        )
        return Explanation(
            listener: listener?.name,
            trace: trace,
            chainPEM: ChainJudge.pem(chain),
            anchorsPEM: verification.anchors.joined(),
            isSameTrustStore: true
        )
    }

    // MARK: Whose policy

    /// The policy that is meant, and the listener it is of.
    private func verification(
        _ question: CertificateQuestion
    ) throws(OperatorError) -> (Listener?, ClientPolicy.Verification) {
        let rules = MutualAuthenticationRules(trustStores: self.configuration.trustStores)
        let store = try question.trustStore.map { name throws(OperatorError) in
            try rules.trustStore(named: name, field: name)
        }
        if let store, question.listener == nil {
            return (nil, self.verification(store, MutualAuthentication(mode: .verify)))
        }
        let listener: Listener
        if let name = question.listener {
            listener = try ListenerFinder(configuration: self.configuration).find(name).listener
        } else {
            listener = try self.onlyListener()
        }
        let authentication = listener.authentication(for: question.serverName)
        let named = store ?? authentication.trustStoreID.flatMap(self.configuration.trustStore)
        guard let named else {
            throw OperatorError(
                .validationError,
                subject: listener.name,
                message: "Listener \(listener.name) is in mode \(authentication.mode.rawValue) and has no "
                    + "trust store to judge clients by.",
                hint: rules.knownStores(or: "Declare a trust store with `sekisho apply` first.")
            )
        }
        return (listener, self.verification(named, authentication))
    }

    private func verification(
        _ store: TrustStore,
        _ authentication: MutualAuthentication
    ) -> ClientPolicy.Verification {
        ClientPolicy.Verification(
            store,
            authentication,
            lists: store.revocationLists.compactMap { self.lists[$0.facts.fingerprint] }
        )
    }

    private func onlyListener() throws(OperatorError) -> Listener {
        let verifying = self.configuration.listeners.map(\.listener).filter { listener in
            listener.mutualAuthentication.mode == .verify
                || listener.namePolicies.contains { $0.mode == .verify }
        }
        guard verifying.count == 1 else {
            throw OperatorError(
                .validationError,
                subject: "listener",
                message: verifying.isEmpty
                    ? "No listener is in mode verify." : "\(verifying.count) listeners are in mode verify.",
                hint: verifying.isEmpty
                    ? "Name a trust store with --trust-store."
                    : "Name one with --listener: \(verifying.map(\.name).joined(separator: ", "))."
            )
        }
        return verifying[0]
    }
}
