import Model
import Synchronization

/// A control plane that answers what it is told to and remembers what it was asked.
final class FakeControlPlane: ControlPlane {
    struct State {
        var failure: OperatorError?
        var asked: [String] = []
        var authors: [Author] = []
        var desired: [DesiredConfiguration] = []
        var flips: [MutualAuthenticationChange] = []
        /// How many updates watchers have taken, and whether one was let go.
        var taken = 0
        var isWatchOver = false
    }

    let state = Mutex(State())
    /// Makes the updates of a watch; nil ends it.
    private let update: @Sendable (Int) async throws -> GateUpdate?

    init(update: @escaping @Sendable (Int) async throws -> GateUpdate? = { _ in nil }) {
        self.update = update
    }

    static let view = GateView(
        generation: 7,
        startedAt: Timestamp(seconds: 1_000),
        processID: 42,
        stateDirectory: "/state",
        workers: 2,
        configuration: .empty,
        failedListeners: [
            ResourceID(bits: 5): OperatorError(.addressInUse, subject: "a", message: "b.", hint: nil)
        ],
        recentChanges: [FakeControlPlane.change]
    )

    static let change = ChangeRecord(
        number: 3,
        time: Timestamp(seconds: 2_000),
        author: Author(name: "ada", via: "console"),
        generation: 7,
        lines: [Plan.Line(verb: .change, resource: "listener \"x\"\n", details: ["mode off -> verify"])],
        origin: .trial(until: Timestamp(seconds: 2_060))
    )

    static let clients = ClientList(
        clients: [
            KnownClient(
                facts: CertificateFacts(
                    subject: "CN=a",
                    issuer: "CN=ca",
                    serialNumber: "01",
                    notBefore: Timestamp(seconds: 0),
                    notAfter: Timestamp(seconds: 1),
                    fingerprint: "ab",
                    keyDescription: "P-256"
                ),
                alternativeNames: ["DNS:a.test"],
                isVerified: true,
                roots: [
                    KnownClient.Root(
                        anchor: TrustAnchor(subject: "CN=root", fingerprint: "cd", trustStore: "clients"),
                        lastSeen: Timestamp(seconds: 3)
                    )
                ],
                firstSeen: Timestamp(seconds: 2),
                lastSeen: Timestamp(seconds: 3),
                refusals: ["ClientCertExpired": 4],
                places: [KnownClient.Place(address: .loopback, lastSeen: Timestamp(seconds: 3))]
            )
        ],
        matching: 1,
        verified: 1,
        unverified: 0
    )

    static let report = RehearsalReport(
        listener: "a",
        current: "passthrough",
        candidate: "verify by clients revision 1",
        since: Timestamp(seconds: 1),
        isBlind: false,
        accepted: 2,
        refused: RehearsalReport.Clients(
            count: 1,
            connections: 3,
            first: [
                RehearsalReport.Client(
                    facts: FakeControlPlane.clients.clients[0].facts,
                    connections: 3,
                    lastSeen: Timestamp(seconds: 3),
                    address: .loopback,
                    reason: .expired,
                    sentence: "It expired.",
                    remedy: nil
                )
            ]
        ),
        admitted: RehearsalReport.Clients(count: 0, connections: 0, first: []),
        withoutCertificate: 4,
        unseen: FakeControlPlane.clients
    )

    static let preview = TrustStorePreview(
        plan: FakeControlPlane.plan,
        authorities: AuthorityDifference(from: [FakeControlPlane.clients.clients[0].facts], to: []),
        reports: [FakeControlPlane.report]
    )
    static let revision = TrustStoreRevision(
        revision: 2,
        time: Timestamp(seconds: 5),
        change: 3,
        author: Author(name: "ada", via: "console"),
        certificates: [FakeControlPlane.clients.clients[0].facts]
    )
    static let answer = RevocationAnswer(
        findings: [
            RevocationAnswer.Finding(
                trustStore: "c",
                list: RevocationList(
                    id: 1,
                    facts: RevocationList.Facts(
                        issuer: "CN=ca",
                        number: "7",
                        entries: 2,
                        thisUpdate: Timestamp(seconds: 1),
                        nextUpdate: nil,
                        fingerprint: "cd"
                    ),
                    source: BundleSource(path: "a.crl", digest: "ef", readAt: Timestamp(seconds: 2)),
                    signers: ["ab"]
                ),
                revokedAt: Timestamp(seconds: 3),
                reason: "keyCompromise"
            )
        ],
        lists: 3,
        entries: 18_204
    )
    static let plan = Plan(lines: [Plan.Line(verb: .create, resource: "listener a")])
    static let receipt = ChangeReceipt(
        generation: 8,
        plan: FakeControlPlane.plan,
        change: FakeControlPlane.change
    )

    private func ask(_ name: String) throws(OperatorError) {
        let failure = self.state.withLock { state in
            state.asked.append(name)
            return state.failure
        }
        if let failure { throw failure }
    }

    func view() async throws(OperatorError) -> GateView {
        try self.ask("view")
        return Self.view
    }

    func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan {
        try self.ask("plan")
        self.state.withLock { $0.desired.append(desired) }
        return Self.plan
    }

    func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try self.ask(trial.map { "apply for \($0.confirmWithinSeconds) s" } ?? "apply")
        self.state.withLock { state in
            state.desired.append(desired)
            state.authors.append(author)
        }
        return Self.receipt
    }

    func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try self.ask("setMutualAuthentication")
        self.state.withLock { state in
            state.flips.append(change)
            state.authors.append(author)
        }
        return Self.receipt
    }

    func setTarget(
        _ change: TargetOverride,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try self.ask("\(change.action.rawValue) \(change.target) of \(change.targetGroup)")
        self.state.withLock { $0.authors.append(author) }
        return Self.receipt
    }

    func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        ChangeReceipt(generation: 1, plan: Plan(lines: []))
    }

    func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview {
        try self.ask("preview \(change.trustStore)")
        return Self.preview
    }

    func revisions(ofTrustStore name: String) async throws(OperatorError) -> [TrustStoreRevision] {
        try self.ask("revisions \(name)")
        return [Self.revision]
    }

    func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer {
        try self.ask("revocations \(query.serialNumber)")
        return Self.answer
    }

    func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage {
        try self.ask("requests \(query.after ?? 0)")
        return RequestPage(lines: ["https \"a\""], end: 12, skipped: 1)
    }

    func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord] {
        try self.ask("changes \(limit)")
        return [Self.change]
    }

    func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList {
        try self.ask("clients \(query.filter) \(query.limit)")
        return Self.clients
    }

    func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport] {
        try self.ask("rehearse \(request.isAttached)")
        return [Self.report]
    }

    func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try self.ask("keep \(number)")
        self.state.withLock { $0.authors.append(author) }
        return Self.receipt
    }

    func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try self.ask("undo \(number)")
        self.state.withLock { $0.authors.append(author) }
        return Self.receipt
    }

    static let explanation = Explanation(
        listener: "edge",
        trace: nil,
        chainPEM: "chain",
        anchorsPEM: "anchors",
        isSameTrustStore: true
    )

    func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        guard case .record(let id) = request else { return Self.explanation }
        try self.ask("explain \(id)")
        return Self.explanation
    }

    func watch(
        recentRecords: Int
    ) async throws(OperatorError) -> AsyncThrowingStream<GateUpdate, any Error> {
        try self.ask("watch \(recentRecords)")
        return AsyncThrowingStream {
            let number = self.state.withLock { state in
                state.taken += 1
                return state.taken
            }
            let update = try await self.update(number)
            if update == nil { self.state.withLock { $0.isWatchOver = true } }
            return update
        }
    }
}
