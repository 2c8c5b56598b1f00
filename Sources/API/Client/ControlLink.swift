import Foundation
import Glibc
import Model

/// The client's end of one connection: one call, or one watch.
///
/// Used by one thread at a time, except for ``cut()``. `@unchecked` because of `buffer`, the only mutable
/// part: calls run on one thread from start to end, watches on one serial queue.
final class ControlLink: @unchecked Sendable {
    /// Of the gate, for people.
    private let name: String
    private let socket: Descriptor
    private let limits: ControlLimits
    private var buffer: LineBuffer

    init(path: String, name: String, limits: ControlLimits) throws(OperatorError) {
        self.name = name
        self.limits = limits
        self.buffer = LineBuffer(limit: limits.lineBytes)
        do throws(SystemError) {
            self.socket = try UnixSocket.connect(to: path)
        } catch {
            throw Self.unreachable(name, error)
        }
    }

    /// Sends a request; one line.
    func send(_ request: ControlRequest) throws(OperatorError) {
        var line = try ControlProtocol.encode(request)
        guard line.count <= self.limits.lineBytes else {
            throw .outOfRange(
                "configuration",
                got: "larger",
                allowed: "\(self.limits.lineBytes) bytes as JSON"
            )
        }
        let deadline = ContinuousClock.now + self.limits.replyDeadline
        while !line.isEmpty {
            // A gate that has hung up may have said why before it did: the answer is read either way.
            guard let events = Polling.wait(for: self.socket, write: true, until: deadline) else {
                throw self.silent
            }
            guard !events.isGone, self.socket.send(&line) else { return }
        }
    }

    /// The next reply; nil when the connection has ended.
    ///
    /// Silence is a failure after ``ControlLimits/replyDeadline``, unless `isPatient`, as in a watch.
    func receive(isPatient: Bool) throws(OperatorError) -> ControlReply? {
        let deadline = isPatient ? nil : ContinuousClock.now + self.limits.replyDeadline
        while true {
            let line: Data?
            do throws(LineBuffer.LineTooLong) {
                line = try self.buffer.next()
            } catch {
                throw .outOfRange("reply", got: "longer", allowed: "\(self.limits.lineBytes) bytes a line")
            }
            if let line { return try ControlProtocol.decode(ControlReply.self, from: line) }
            guard Polling.wait(for: self.socket, read: true, until: deadline) != nil else {
                throw self.silent
            }
            guard self.socket.receive(into: &self.buffer) else { return nil }
        }
    }

    /// Ends the connection under whoever waits for it; from any thread.
    func cut() {
        self.socket.shutDown()
    }

    /// The link broke before the answer was complete.
    var broken: OperatorError {
        OperatorError(
            .gateUnreachable,
            subject: self.name,
            message: "The gate at \(self.name) ended the connection before it answered.",
            hint: "Look whether it still runs and you may open its socket; `sekisho serve` starts it again."
        )
    }

    private var silent: OperatorError {
        OperatorError(
            .gateUnreachable,
            subject: self.name,
            message: "The gate at \(self.name) accepts connections but does not answer.",
            hint: "Look at its process; whether the change was made is in its audit trail."
        )
    }

    private static func unreachable(_ path: String, _ error: SystemError) -> OperatorError {
        switch error.number {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            OperatorError(
                .gateUnreachable,
                subject: path,
                message: "No gate listens at \(path).",
                hint: "Start one with `sekisho serve`, or name another with --state or --socket."
            )
        case EACCES, EPERM:
            OperatorError(
                .permissionDenied,
                subject: path,
                message: "The control socket \(path) belongs to another user.",
                hint: "Run the command as the user the gate runs as, or as root."
            )
        default:
            OperatorError(
                .gateUnreachable,
                subject: path,
                message: "The gate at \(path) cannot be reached: \(error.text).",
                hint: "Look at its process; it may have too many connections open."
            )
        }
    }
}
