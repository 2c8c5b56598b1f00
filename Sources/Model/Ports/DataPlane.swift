/// Where the service meets the engine.
///
/// A change goes through it in two steps, so that whatever can fail fails before anything is stored:
/// `prepare` binds sockets and builds TLS contexts, `commit` hands them to the workers and cannot fail.
public protocol DataPlane: Sendable {
    /// Builds what a snapshot needs, beside what runs.
    ///
    /// - Returns: the listeners that cannot be served, with the reason. Nothing has changed yet. The
    ///   preparation is kept until it is committed or discarded; there is at most one.
    func prepare(_ snapshot: Snapshot) async -> [ResourceID: OperatorError]

    /// Runs what was prepared; returns when every worker enforces it.
    ///
    /// From then on no request that begins is answered on a connection that an older policy judged.
    /// Listeners that `prepare` reported are not served.
    func commit(generation: UInt64) async

    /// Lets go of what was prepared.
    func discard(generation: UInt64) async

    /// What has been counted up to now; cheap enough for ten calls a second.
    func counters() -> EngineCounters

    /// Closes the listening sockets, lets requests in hand finish for at most `grace`, ends the workers.
    func stop(grace: Duration) async
}
