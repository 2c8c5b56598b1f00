import Dispatch
import Foundation
import Glibc
public import Model
import Synchronization

/// The gate's end of the control socket.
///
/// Speaks ``ControlProtocol`` with the user the gate runs as, and with root: the socket has mode 0600 and
/// every peer's credentials are checked as well, because a mode can be widened by mistake. The author of a
/// change is whoever the kernel says is asking, never who the message says.
///
/// A gate has two: one with ``ControlAccess/full`` and one with ``ControlAccess/viewing``, which a group may
/// use as well (mode 0660). Each has its own connections, so that viewers cannot keep an operator out.
///
/// One thread accepts, one thread serves each connection; none of them is the gate's, and a peer that does
/// not read costs one blocked thread and one waiting line.
public final class ControlServer: Sendable {
    /// Connections the kernel queues while the accepting thread is busy.
    private static let backlog: Int32 = 16

    /// How long accepting rests when the process is out of descriptors.
    private static let exhaustedRest: Duration = .milliseconds(100)

    /// Stack of a connection's thread: JSON is decoded by recursion, at most 512 levels deep.
    private static let stackBytes = 4 * 1_024 * 1_024

    private struct State {
        var sessions: [Int: ControlSession] = [:]
        var nextNumber = 0
        var isStopping = false
    }

    private let path: String
    private let listener: Descriptor
    private let controlPlane: any ControlPlane
    private let access: ControlAccess
    /// Whose members may use the socket too; nil for nobody.
    private let group: UInt32?
    private let limits: ControlLimits
    private let wakeup: Wakeup
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// Listens at `socketPath` and serves until ``stop()``.
    ///
    /// A socket that nobody listens on any more is replaced; one that answers is not.
    ///
    /// Besides the gate's user and root, the members of a group may use it; such a socket is for looking.
    ///
    /// - Throws: ``OperatorError`` with code `StateDirectoryInUse` when another gate answers there, or with
    ///   what else keeps the socket from being made.
    public init(
        socketPath: String,
        controlPlane: any ControlPlane,
        access: ControlAccess = .full,
        group: UInt32? = nil,
        limits: ControlLimits = ControlLimits()
    ) throws(OperatorError) {
        precondition(access == .viewing || group == nil, "only viewers come from a group")
        try Self.checkPlace(socketPath)
        self.path = socketPath
        self.controlPlane = controlPlane
        self.access = access
        self.group = group
        self.limits = limits
        do throws(SystemError) {
            self.wakeup = try Wakeup()
            self.listener = try UnixSocket.listen(at: socketPath, group: group, backlog: Self.backlog)
        } catch {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: socketPath,
                message: "The control socket \(socketPath) cannot be made: \(error.text).",
                hint: "Check that its directory exists, is writable and is on a local file system."
            )
        }
        self.start("control socket") { server in server.acceptUntilStopped() }
    }

    /// Closes the socket, lets what is in hand finish for at most ``ControlLimits/stopGrace``, and removes
    /// the socket's file.
    ///
    /// Blocks for that long; watches end as if the gate had stopped. A second call does nothing.
    public func stop() {
        let sessions = self.state.withLock { state -> [ControlSession] in
            guard !state.isStopping else { return [] }
            state.isStopping = true
            unlink(self.path)
            return Array(state.sessions.values)
        }
        self.wakeup.signal()
        for session in sessions { session.stop() }
        // A little more than the sessions' own bound, which then decides.
        let seconds = (self.limits.stopGrace + .milliseconds(500)) / .seconds(1)
        _ = self.threads.wait(timeout: .now() + seconds)
    }

    private func acceptUntilStopped() {
        while !self.state.withLock({ $0.isStopping }) {
            let events = Polling.wait(for: self.listener, read: true, wakeup: self.wakeup)
            if events?.isWoken == true { self.wakeup.drain() }
            guard events?.isReadable == true else { continue }
            let number = accept(self.listener.number, nil, nil)
            guard number >= 0 else {
                if errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS {
                    Thread.sleep(forTimeInterval: Self.exhaustedRest / .seconds(1))
                }
                continue
            }
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            self.admit(Descriptor(number))
        }
    }

    private func admit(_ socket: Descriptor) {
        guard let peer = try? PeerCredentials(of: socket), self.isWelcome(peer, at: socket) else {
            let who = self.group == nil ? "" : ", as a member of the group its --viewer-group names,"
            socket.sendOnce(
                OperatorError(
                    .permissionDenied,
                    subject: self.path,
                    message: "This gate belongs to another user.",
                    hint: "Run the command as the user the gate runs as\(who) or as root."
                )
            )
            return
        }
        let session = try? ControlSession(
            socket: socket,
            peer: peer,
            controlPlane: self.controlPlane,
            access: self.access,
            limits: self.limits
        )
        guard let session, let number = self.register(session) else {
            socket.sendOnce(
                OperatorError(
                    .resourceLimit,
                    subject: self.path,
                    message: "The gate's control socket has \(self.limits.connections) connections already.",
                    hint: "Close a console or a sekisho command that is still attached."
                )
            )
            return
        }
        self.start("control peer") { server in
            session.run()
            server.state.withLock { state in _ = state.sessions.removeValue(forKey: number) }
        }
    }

    private func isWelcome(_ peer: PeerCredentials, at socket: Descriptor) -> Bool {
        peer.mayControlGate(of: geteuid()) || self.group.map { peer.isMember(of: $0, at: socket) } ?? false
    }

    /// Counts the session in; nil when there is no room, or no time.
    private func register(_ session: ControlSession) -> Int? {
        self.state.withLock { state in
            guard state.sessions.count < self.limits.connections, !state.isStopping else { return nil }
            state.nextNumber += 1
            state.sessions[state.nextNumber] = session
            return state.nextNumber
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable (ControlServer) -> Void) {
        self.threads.enter()
        let thread = Thread {
            body(self)
            self.threads.leave()
        }
        thread.name = name
        thread.stackSize = Self.stackBytes
        thread.start()
    }

    /// Refuses a place where another gate answers, or that holds something that is no socket.
    private static func checkPlace(_ path: String) throws(OperatorError) {
        if RemoteControlPlane.isListening(at: path) {
            throw OperatorError(
                .stateDirectoryInUse,
                subject: path,
                message: "Another gate answers at \(path).",
                hint: "Attach to it with `sekisho console`, or choose another directory with --state."
            )
        }
        guard UnixSocket.isSocket(path) || !UnixSocket.exists(path) else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) is in the way of the control socket and is no socket.",
                hint: "Move the file away, or choose another directory with --state."
            )
        }
    }
}
