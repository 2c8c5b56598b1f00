import Dispatch
import Foundation
public import Model
import Synchronization

/// A gate in another process, reached through its control socket.
///
/// Every call has a connection of its own, so calls do not wait for each other and a watch does not hold up
/// a change. Nothing is retried: a change whose answer was lost may have been made, and only the operator
/// can decide what that means.
public final class RemoteControlPlane: ControlPlane, Sendable {
    /// Of the gate, for people: where its socket is.
    public let name: String
    private let limits: ControlLimits
    /// Finds the socket, for each call anew.
    private let reach: @Sendable () throws(OperatorError) -> String

    public convenience init(socketPath: String, limits: ControlLimits = ControlLimits()) {
        self.init(name: socketPath, limits: limits) { socketPath }
    }

    /// A gate whose socket has to be made reachable first.
    ///
    /// - Parameters:
    ///   - name: what people call it.
    ///   - limits: for every call.
    ///   - reach: says where the socket is; may block, and throw where it cannot be reached.
    public init(
        name: String,
        limits: ControlLimits = ControlLimits(),
        reach: @escaping @Sendable () throws(OperatorError) -> String
    ) {
        self.name = name
        self.limits = limits
        self.reach = reach
    }

    /// Whether a gate answers at a path now.
    public static func isListening(at socketPath: String) -> Bool {
        (try? UnixSocket.connect(to: socketPath)) != nil
    }

    /// What the gate lets this socket's peers do.
    public func access() async throws(OperatorError) -> ControlAccess {
        guard case .access(let access) = try await self.ask(.access) else { throw self.strange }
        return access
    }

    public func view() async throws(OperatorError) -> GateView {
        guard case .view(let view) = try await self.ask(.view) else { throw self.strange }
        return view
    }

    public func plan(_ desired: DesiredConfiguration) async throws(OperatorError) -> Plan {
        guard case .plan(let plan) = try await self.ask(.plan(desired)) else { throw self.strange }
        return plan
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func apply(
        _ desired: DesiredConfiguration,
        trial: TrialTerms?,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.change(.apply(desired, trial: trial), by: author)
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func setMutualAuthentication(
        _ change: MutualAuthenticationChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.change(.setMutualAuthentication(change), by: author)
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func setTarget(
        _ change: TargetOverride,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        try await self.change(.setTarget(change), by: author)
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func keep(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try await self.change(.keep(change: number), by: author)
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func undo(change number: Int64, by author: Author) async throws(OperatorError) -> ChangeReceipt {
        try await self.change(.undo(change: number), by: author)
    }

    /// See ``ControlPlane``; the gate takes the author's name from the socket, only `via` from here.
    public func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        let reply = try await self.ask(.changeTrustStore(change), via: author.via)
        guard case .receipt(let receipt) = reply else { throw self.strange }
        return receipt
    }

    public func preview(_ change: TrustStoreChange) async throws(OperatorError) -> TrustStorePreview {
        guard case .preview(let preview) = try await self.ask(.previewTrustStore(change)) else {
            throw self.strange
        }
        return preview
    }

    public func revisions(
        ofTrustStore name: String
    ) async throws(OperatorError) -> [TrustStoreRevision] {
        guard case .revisions(let revisions) = try await self.ask(.revisions(trustStore: name)) else {
            throw self.strange
        }
        return revisions
    }

    public func revocations(_ query: RevocationQuery) async throws(OperatorError) -> RevocationAnswer {
        guard case .revocations(let answer) = try await self.ask(.revocations(query)) else {
            throw self.strange
        }
        return answer
    }

    public func requests(_ query: RequestQuery) async throws(OperatorError) -> RequestPage {
        guard case .requests(let page) = try await self.ask(.requests(query)) else { throw self.strange }
        return page
    }

    public func changes(limit: Int) async throws(OperatorError) -> [ChangeRecord] {
        guard case .changes(let changes) = try await self.ask(.changes(limit: limit)) else {
            throw self.strange
        }
        return changes
    }

    public func explain(_ request: ExplanationRequest) async throws(OperatorError) -> Explanation {
        guard case .explanation(let explanation) = try await self.ask(.explain(request)) else {
            throw self.strange
        }
        return explanation
    }

    public func clients(_ query: ClientQuery) async throws(OperatorError) -> ClientList {
        guard case .clients(let clients) = try await self.ask(.clients(query)) else { throw self.strange }
        return clients
    }

    public func rehearse(_ request: RehearsalRequest) async throws(OperatorError) -> [RehearsalReport] {
        guard case .rehearsal(let reports) = try await self.ask(.rehearse(request)) else {
            throw self.strange
        }
        return reports
    }

    /// See ``ControlPlane``; lines are read only as fast as the stream is, so that a slow reader is slow
    /// at the gate, where records are dropped and counted, and nothing piles up here.
    public func watch(
        recentRecords: Int
    ) async throws(OperatorError) -> AsyncThrowingStream<GateUpdate, any Error> {
        let request = self.request(.watch(recentRecords: recentRecords))
        let watch = try await Self.onThread { () throws(OperatorError) in
            let link = try self.link()
            try link.send(request)
            return RemoteWatch(link)
        }
        return AsyncThrowingStream { try await watch.next() }
    }

    private func change(
        _ call: ControlRequest.Call,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        guard case .receipt(let receipt) = try await self.ask(call, via: author.via) else {
            throw self.strange
        }
        return receipt
    }

    private func ask(
        _ call: ControlRequest.Call,
        via: String = "sekisho"
    ) async throws(OperatorError) -> ControlReply.Body {
        let request = self.request(call, via: via)
        return try await Self.onThread { () throws(OperatorError) in
            let link = try self.link()
            try link.send(request)
            guard let reply = try link.receive(isPatient: false) else { throw link.broken }
            if case .error(let error) = reply.body { throw error }
            guard reply.id == request.id else { throw link.broken }
            return reply.body
        }
    }

    private func link() throws(OperatorError) -> ControlLink {
        try ControlLink(path: try self.reach(), name: self.name, limits: self.limits)
    }

    private func request(_ call: ControlRequest.Call, via: String = "sekisho") -> ControlRequest {
        // One call a connection: any number tells the answer from a stray line.
        ControlRequest(id: 1, via: via, call: call)
    }

    /// An answer to another question than was asked.
    private var strange: OperatorError {
        OperatorError(
            .protocolMismatch,
            subject: self.name,
            message: "The gate at \(self.name) gave an answer that does not fit the question.",
            hint: "Use the sekisho binary that the gate was started with."
        )
    }

    /// Runs blocking work on a thread of its own: the threads of Swift's tasks are as few as the cores.
    private static func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(OperatorError) -> Value
    ) async throws(OperatorError) -> Value {
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { () throws(OperatorError) in try work() })
            }
        }
        return try result.get()
    }
}

/// The reading end of a watch.
private final class RemoteWatch: Sendable {
    private let link: ControlLink
    private let queue = DispatchQueue(label: "sekisho.watch")
    private let unpacker = Mutex(RecordUnpacker())

    init(_ link: ControlLink) {
        self.link = link
    }

    /// The next update; nil when the gate stops or the task that asks is cancelled.
    func next() async throws -> GateUpdate? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.queue.async {
                    let reply = Result { () throws(OperatorError) in try self.link.receive(isPatient: true) }
                    continuation.resume(returning: reply)
                }
            }
        } onCancel: {
            self.link.cut()
        }
        switch try result.get()?.body {
        case .view(let view): return .view(view)
        case .counters(let counters): return .counters(counters)
        case .records(let records): return .records(try self.unpacker.withLock { try $0.unpack(records) })
        case .end: return nil
        case .error(let error): throw error
        case nil where Task.isCancelled: return nil
        default: throw self.link.broken
        }
    }
}
