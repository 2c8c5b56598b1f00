import Model
import TLS

/// TLS towards the targets of one group, as one worker uses it: a context, and what resumes with each target.
///
/// A resumed handshake shows no certificate. It is as good as the one it resumes because a session never
/// leaves its context and its target, and because none is resumed later than
/// ``EngineLimits/targetSessionAge`` after the handshake in which the certificate was judged.
final class WorkerTargetTLS {
    private struct Peer {
        let target: CheckedTarget
        var session: TLS.ClientSession?
        /// Monotonic milliseconds; from then on the session is not resumed.
        var sessionEnd: Int64 = 0
    }

    let prepared: PreparedTargetTLS
    private let context: ClientContext
    private var peers: [Endpoint: Peer] = [:]
    /// The group is a function, which is one peer wherever its host is at the moment.
    private let isFunction: Bool
    /// The group's TLS is another now: what was connected by this carries no further request.
    private(set) var isRetired = false

    init(_ prepared: PreparedTargetTLS, worker: Int) {
        self.prepared = prepared
        self.context = prepared.contexts[worker]
        self.isFunction = prepared.isFunction
    }

    private func key(_ target: Endpoint) -> Endpoint { self.isFunction ? FunctionTarget.place : target }

    /// Takes over the group's targets; sessions with others are forgotten.
    func adopt(_ targets: [CheckedTarget]) {
        let known = self.peers
        self.peers = [:]
        for target in targets {
            var peer = Peer(target: target)
            if let before = known[target.endpoint] {
                peer.session = before.session
                peer.sessionEnd = before.sessionEnd
            }
            self.peers[target.endpoint] = peer
        }
    }

    func retire() {
        self.isRetired = true
        self.peers = [:]
    }

    /// The beginning of a handshake; nil if memory runs out.
    func connection(to target: Endpoint, window: CipherWindow, now: Int64) -> TLS.ClientConnection? {
        let peer = self.peers[self.key(target)]
        let session = peer.flatMap { now < $0.sessionEnd ? $0.session : nil }
        return try? TLS.ClientConnection(
            context: self.context,
            window: window,
            serverName: self.prepared.serverName(of: target),
            resuming: session
        )
    }

    /// Keeps what resumes a connection, for the next one to the same target.
    ///
    /// To be asked once the target has sent something, which is when it has sent its tickets.
    func keepSession(of connection: TLS.ClientConnection, with target: Endpoint, now: Int64) {
        let key = self.key(target)
        guard !self.isRetired, self.peers[key] != nil, let session = connection.session() else { return }
        self.peers[key]?.session = session
        // What has been resumed was judged with the first of its line.
        guard !connection.isResumed else { return }
        self.peers[key]?.sessionEnd = now + EngineLimits.targetSessionAge.milliseconds
    }

    func noteSuccess(_ target: Endpoint) {
        self.peers[self.key(target)]?.target.noteTLSSuccess()
    }

    func noteFailure(_ failure: TargetTLSFailure, _ target: Endpoint) {
        guard var peer = self.peers[self.key(target)] else { return }
        peer.target.note(failure)
        // It may be the session that the target does not like.
        peer.session = nil
        self.peers[self.key(target)] = peer
    }
}
