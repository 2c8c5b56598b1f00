import Foundation
import Model
import Synchronization

/// A gate that is made up, with as many events as a console is to be shown.
final class FloodingGate: ControlPlane {
    /// Events that are sent at once, and how often at a rate.
    private static let batch = 5_000
    private static let turn: Duration = .milliseconds(100)

    private struct State {
        var nextNumber: UInt64 = 1
        /// To be sent as fast as they are taken.
        var owed = 0
        var perSecond = 0
    }

    private let state = Mutex(State())
    private let start = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    /// Sends so many events as fast as they are taken.
    func flood(_ events: Int) { self.state.withLock { $0.owed = events } }

    /// Whether the last of a flood has been taken.
    var isDry: Bool { self.state.withLock { $0.owed == 0 } }

    /// Sends events at a rate from now on.
    func trickle(perSecond: Int) { self.state.withLock { $0.perSecond = perSecond } }

    func watch(
        recentRecords: Int
    ) async throws(OperatorError) -> AsyncThrowingStream<GateUpdate, any Error> {
        let greetings = Mutex<[GateUpdate]>([
            .counters(GateCounters(time: self.start, engine: EngineCounters(), rates: [:])),
            .view(try await self.view()),
        ])
        return AsyncThrowingStream {
            if let greeting = greetings.withLock({ $0.popLast() }) { return greeting }
            while !Task.isCancelled {
                let records = self.take()
                if !records.isEmpty { return .records(RecordBatch(records: records, lost: 0)) }
                try await Task.sleep(for: Self.turn)
            }
            return nil
        }
    }

    private func take() -> [NumberedRecord] {
        let numbers = self.state.withLock { state -> Range<UInt64> in
            let count = state.owed > 0 ? min(state.owed, Self.batch) : state.perSecond / 10
            state.owed -= min(state.owed, count)
            defer { state.nextNumber += UInt64(count) }
            return state.nextNumber..<(state.nextNumber + UInt64(count))
        }
        let records = numbers.map(self.record)
        // At a rate, each batch is followed by the rest of its turn.
        if !self.isDry || records.isEmpty { return records }
        Thread.sleep(forTimeInterval: 0.1)
        return records
    }

    /// One of a thousand clients, every twelfth of them refused.
    private func record(_ number: UInt64) -> NumberedRecord {
        let client = number &* 2_654_435_761 % 1_000
        let isRefused = client % 12 == 0
        let day: Int64 = 86_400
        let leaf = CertificateFacts(
            subject: "CN=svc-\(client).partner.example,O=Partner AG,C=DE",
            issuer: "CN=Partner Issuing CA \(client % 3)",
            serialNumber: String(client, radix: 16),
            notBefore: Timestamp(seconds: self.start.seconds - 30 * day),
            notAfter: Timestamp(seconds: self.start.seconds + 60 * day),
            fingerprint: String(repeating: "ab", count: 28) + String(10_000_000 + client),
            keyDescription: "P-256"
        )
        return NumberedRecord(
            number: number,
            record: ConnectionRecord(
                time: Timestamp(microseconds: self.start.microseconds + Int64(number) * 200),
                listenerID: ResourceID(bits: 1),
                listenerName: "edge-api",
                client: Endpoint(
                    address: IPAddress(v4: 0xCB00_7100 + UInt32(client % 200)),
                    port: UInt16(40_000 + number % 20_000)
                ),
                listenerPort: 443,
                tls: ConnectionRecord.TLSDetails(
                    mode: .verify,
                    outcome: isRefused ? .refused(.untrusted) : .success,
                    version: "TLSv1.3",
                    cipher: "TLS_AES_256_GCM_SHA384",
                    keyExchange: "X25519",
                    latencyMicroseconds: isRefused ? nil : 2_000 + Int64(number % 3_000),
                    serverName: "api.example.com",
                    leaf: leaf,
                    chainCount: 2,
                    isResumed: false
                ),
                traceID: TraceID(high: 1, low: number),
                loadBalancerPath: "app/edge/0000000000000001",
                nodeAddress: .loopback
            )
        )
    }

    // MARK: What nobody asks here

    func view() async throws(OperatorError) -> GateView {
        GateView(
            generation: 1,
            startedAt: self.start,
            processID: 1,
            stateDirectory: "/made/up",
            workers: 1,
            configuration: .empty,
            failedListeners: [:],
            recentChanges: []
        )
    }

    func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan { throw self.none }

    func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt { throw self.none }

    func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt { throw self.none }

    func setTarget(_ change: TargetOverride, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        throw self.none
    }

    func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt { throw self.none }

    func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        throw self.none
    }

    func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        throw self.none
    }

    func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord] { [] }

    func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        throw self.none
    }

    func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport] { [] }

    func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList { throw self.none }

    func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview {
        throw self.none
    }

    func revisions(ofTrustStore name: String) async throws(OperatorError) -> [TrustStoreRevision] {
        throw self.none
    }

    func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer {
        throw self.none
    }

    func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage { throw self.none }

    private var none: OperatorError {
        OperatorError(.recordNotFound, subject: "gate", message: "It is made up.", hint: nil)
    }
}
