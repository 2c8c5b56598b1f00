import Foundation
import Glibc
import Model
import Synchronization

/// One connection to the control socket, served by a thread of its own.
///
///     waiting ──line──▶ answering ──last line written──▶ waiting
///        │                  │
///        └──end, deadline───┴──peer gone, stop──▶ over
///
/// The thread owns the socket; the call itself runs in a task that hands its lines over through a
/// ``LineOutbox``. A change that was asked for runs to its end even when the peer leaves: half a change is
/// worse than an unread receipt. A watch is cancelled.
final class ControlSession: Sendable {
    /// Characters of `via` that reach the audit trail.
    private static let viaLength = 64

    private let socket: Descriptor
    private let peer: PeerCredentials
    private let controlPlane: any ControlPlane
    private let access: ControlAccess
    private let limits: ControlLimits
    private let wakeup: Wakeup
    private let stopping = Atomic(false)

    init(
        socket: Descriptor,
        peer: PeerCredentials,
        controlPlane: any ControlPlane,
        access: ControlAccess,
        limits: ControlLimits
    ) throws(SystemError) {
        self.socket = socket
        self.peer = peer
        self.controlPlane = controlPlane
        self.access = access
        self.limits = limits
        self.wakeup = try Wakeup()
    }

    /// Ends the session soon: a watch at once, a call after its answer; from any thread.
    func stop() {
        self.stopping.store(true, ordering: .releasing)
        self.wakeup.signal()
    }

    /// Serves the connection to its end; blocks the thread.
    func run() {
        var buffer = LineBuffer(limit: self.limits.requestBytes)
        while let line = self.nextLine(&buffer) {
            guard self.answer(line) else { return }
        }
    }

    private var isStopping: Bool { self.stopping.load(ordering: .acquiring) }

    /// Waits for a whole line; nil at the end of the connection, whatever ended it.
    private func nextLine(_ buffer: inout LineBuffer) -> Data? {
        let deadline = ContinuousClock.now + self.limits.requestDeadline
        while !self.isStopping {
            do throws(LineBuffer.LineTooLong) {
                if let line = try buffer.next() { return line }
            } catch {
                self.sayLast(Self.tooLong(self.limits.requestBytes))
                return nil
            }
            guard
                let events = Polling.wait(for: self.socket, read: true, wakeup: self.wakeup, until: deadline)
            else { return nil }
            if events.isWoken { self.wakeup.drain() }
            guard events.isReadable || events.isGone else { continue }
            guard self.socket.receive(into: &buffer) else { return nil }
        }
        return nil
    }

    /// Answers one request; false when the connection is over.
    private func answer(_ line: Data) -> Bool {
        let request: ControlRequest
        do throws(OperatorError) {
            // Before anything of a call that is refused is even read: whatever call is added later comes
            // through here.
            if self.access != .full {
                let head = try ControlProtocol.decode(ControlRequest.Head.self, from: line)
                guard self.access.allows(head.call) else {
                    self.sayLast(Self.refused(head.call), id: head.id)
                    return false
                }
            }
            request = try ControlProtocol.decode(ControlRequest.self, from: line)
        } catch {
            // Whoever speaks another language gets one answer in ours, and the rest is not guessed at.
            self.sayLast(error, id: Self.number(of: line))
            return false
        }
        let outbox = LineOutbox(wakeup: self.wakeup)
        let task = Task {
            if case .watch(let recentRecords) = request.call {
                await self.watch(recentRecords, id: request.id, into: outbox)
            } else {
                _ = await self.hand(await self.result(of: request), id: request.id, to: outbox)
            }
            outbox.finish()
        }
        let isAlive = self.pump(outbox) {
            if case .watch = request.call { task.cancel() }
        }
        outbox.close()
        return isAlive
    }

    /// Writes what the outbox gets until it is finished; false when the connection is over.
    private func pump(_ outbox: LineOutbox, cancel: () -> Void) -> Bool {
        var pending = Data()
        var deadline: ContinuousClock.Instant?
        while true {
            if pending.isEmpty {
                switch outbox.take() {
                case .line(let line): pending = line
                case .finished: return true
                case .nothing: break
                }
            }
            if self.isStopping, deadline == nil {
                deadline = .now + self.limits.stopGrace
                cancel()
            }
            let events = Polling.wait(
                for: self.socket,
                write: !pending.isEmpty,
                wakeup: self.wakeup,
                until: deadline
            )
            guard let events, !events.isGone else {
                cancel()
                return false
            }
            if events.isWoken { self.wakeup.drain() }
            if events.isWritable, !self.socket.send(&pending) {
                cancel()
                return false
            }
        }
    }

    private func result(of request: ControlRequest) async -> ControlReply.Body {
        let author = Author(
            name: self.peer.loginName,
            via: String(request.via.filter { $0.isASCII && !$0.isNewline }.prefix(Self.viaLength))
        )
        do throws(OperatorError) {
            switch request.call {
            case .access:
                return .access(self.access)
            case .view:
                return .view(try await self.controlPlane.view())
            case .plan(let desired):
                return .plan(try await self.controlPlane.plan(desired))
            case .apply(let desired, let trial):
                return .receipt(try await self.controlPlane.apply(desired, trial: trial, by: author))
            case .setTarget(let change):
                return .receipt(try await self.controlPlane.setTarget(change, by: author))
            case .setMutualAuthentication(let change):
                return .receipt(try await self.controlPlane.setMutualAuthentication(change, by: author))
            case .keep(let change):
                return .receipt(try await self.controlPlane.keep(change: change, by: author))
            case .undo(let change):
                return .receipt(try await self.controlPlane.undo(change: change, by: author))
            case .changeTrustStore(let change):
                return .receipt(try await self.controlPlane.changeTrustStore(change, by: author))
            case .previewTrustStore(let change):
                return .preview(try await self.controlPlane.preview(change))
            case .revisions(let name):
                return .revisions(try await self.controlPlane.revisions(ofTrustStore: name))
            case .revocations(let query):
                return .revocations(try await self.controlPlane.revocations(query))
            case .requests(let query):
                return .requests(try await self.controlPlane.requests(query))
            case .changes(let limit):
                return .changes(try await self.controlPlane.changes(limit: limit))
            case .explain(let request):
                return .explanation(try await self.controlPlane.explain(request))
            case .clients(let query):
                return .clients(try await self.controlPlane.clients(query))
            case .rehearse(let request):
                return .rehearsal(try await self.controlPlane.rehearse(request))
            case .watch:
                return .end
            }
        } catch {
            return .error(error)
        }
    }

    private func watch(_ recentRecords: Int, id: Int, into outbox: LineOutbox) async {
        do {
            var packer = RecordPacker()
            for try await update in try await self.controlPlane.watch(recentRecords: recentRecords) {
                let bodies: [ControlReply.Body] =
                    switch update {
                    case .view(let view): [.view(view)]
                    case .counters(let counters): [.counters(counters)]
                    case .records(let batch): try packer.pack(batch).map { .records($0) }
                    }
                for body in bodies {
                    guard await self.hand(body, id: id, to: outbox) else { return }
                }
            }
            _ = await self.hand(.end, id: id, to: outbox)
        } catch let error as OperatorError {
            _ = await self.hand(.error(error), id: id, to: outbox)
        } catch {
            _ = await self.hand(.end, id: id, to: outbox)
        }
    }

    /// Encodes and hands over; a reply too long for its reader becomes an error.
    private func hand(_ body: ControlReply.Body, id: Int, to outbox: LineOutbox) async -> Bool {
        do throws(OperatorError) {
            let line = try ControlProtocol.encode(ControlReply(id: id, body: body))
            guard line.count <= self.limits.lineBytes else { throw Self.tooLong(self.limits.lineBytes) }
            return await outbox.offer(line)
        } catch {
            let reply = ControlReply(id: id, body: .error(error))
            guard let line = try? ControlProtocol.encode(reply) else { return false }
            return await outbox.offer(line)
        }
    }

    private static func refused(_ call: ControlRequest.Name) -> OperatorError {
        OperatorError(
            .permissionDenied,
            subject: call.rawValue,
            message: "This socket is for looking only: \(call.rawValue) is refused, nothing was changed.",
            hint: "Run it as the user the gate runs as, or as root, who may use its control socket."
        )
    }

    private static func tooLong(_ bytes: Int) -> OperatorError {
        .outOfRange("message", got: "longer", allowed: "\(bytes) bytes a line")
    }

    /// Writes one error without waiting; the connection is closed after it.
    private func sayLast(_ error: OperatorError, id: Int = 0) {
        self.socket.sendOnce(error, id: id)
    }

    /// The request's number, if at least that can be read.
    private static func number(of line: Data) -> Int {
        struct Head: Decodable { let id: Int }
        return (try? JSONDecoder().decode(Head.self, from: line))?.id ?? 0
    }
}
