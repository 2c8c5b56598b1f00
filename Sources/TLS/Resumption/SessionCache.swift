import Model
import Synchronization

/// The sessions of one listener that may be resumed.
///
/// 1. Off unless the listener asks for it. Nothing leaves the process: what a client holds is a random name,
///    in TLS 1.3 as well (`SSL_OP_NO_TICKET`), so there is no key to rotate, and a session that is gone from
///    here is gone.
/// 2. The cache belongs to one ``ServerMaterial`` and ends with it. Every change of mode, trust store, list,
///    filter, pin or certificate makes another material: sessions of before are not found.
/// 3. A session answers the ``SessionBinding`` it was made under, from the full handshake until its lifetime
///    is over. One that is renewed has the beginning of the one it was resumed from. A clock that is set
///    back makes it silent.
/// 4. Nobody is let in by it: whoever resumes is judged again, by what it presented in the full handshake;
///    see ``ServerConnection/sessionToResume(_:)``. Whoever would not pass goes through a full handshake.
/// 5. Only a handshake that was completed puts something in, at most one session each.
///
/// Shared by the workers, because a client that comes back seldom meets the same; a lock is held to look one
/// entry up.
final class SessionCache: Sendable {
    private struct Shelf {
        var sessions: [SessionID: CachedSession] = [:]
        var bytes = 0

        mutating func set(_ session: CachedSession, _ id: SessionID) {
            let former = self.sessions.updateValue(session, forKey: id)
            self.bytes += session.cost - (former?.cost ?? 0)
        }

        mutating func remove(_ id: SessionID) -> CachedSession? {
            guard let session = self.sessions.removeValue(forKey: id) else { return nil }
            self.bytes -= session.cost
            return session
        }
    }

    // As with ``VerdictCache``, two halves take turns.
    private struct State {
        var recent = Shelf()
        var former = Shelf()
        var isClosed = false
    }

    private let state = Mutex(State())
    private let sessions: Int
    private let bytes: Int
    let lifetimeSeconds: Int

    init(
        _ settings: SessionResumption,
        sessions: Int = ResumptionLimits.sessions,
        bytes: Int = ResumptionLimits.bytes
    ) {
        self.lifetimeSeconds = settings.lifetimeSeconds
        self.sessions = sessions
        self.bytes = bytes
    }

    var count: Int { self.state.withLock { $0.recent.sessions.count + $0.former.sessions.count } }

    var byteCount: Int { self.state.withLock { $0.recent.bytes + $0.former.bytes } }

    func keep(_ session: CachedSession) {
        guard let id = session.handle.id, session.cost <= self.bytes / 2 else { return }
        // What has to go is freed without the lock.
        _ = self.state.withLock { self.keep(session, id, in: &$0) }
    }

    /// The session of that name; nil if there is none that may be resumed under the binding at this moment.
    func session(_ id: SessionID, for binding: SessionBinding, at seconds: Int64) -> CachedSession? {
        let (found, _) = self.state.withLock { state -> (CachedSession?, Shelf?) in
            if let session = state.recent.sessions[id] { return (session, nil) }
            guard let session = state.former.remove(id) else { return (nil, nil) }
            return (session, self.keep(session, id, in: &state))
        }
        guard let found else { return nil }
        let end = found.establishedAt + Int64(self.lifetimeSeconds)
        guard found.handle.isResumable, (found.establishedAt..<end).contains(seconds) else {
            self.remove(id)
            return nil
        }
        return found.binding == binding ? found : nil
    }

    func remove(_ id: SessionID) {
        _ = self.state.withLock { state in
            (state.recent.remove(id), state.former.remove(id))
        }
    }

    /// Lets go of everything, and takes nothing more.
    func close() {
        _ = self.state.withLock { state in
            let former = state
            state = State(isClosed: true)
            return former
        }
    }

    /// Returns what has to go.
    private func keep(_ session: CachedSession, _ id: SessionID, in state: inout State) -> Shelf? {
        guard !state.isClosed else { return nil }
        let isFull =
            state.recent.sessions.count >= self.sessions / 2
            || state.recent.bytes + session.cost > self.bytes / 2
        var leaving: Shelf?
        if isFull, state.recent.sessions[id] == nil {
            leaving = state.former
            state.former = state.recent
            state.recent = Shelf()
        }
        state.recent.set(session, id)
        return leaving
    }
}
