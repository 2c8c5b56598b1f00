/// What a session holds for, and nothing else.
///
/// The certificates, trust store, lists and filters of the listener are not in it: a ``SessionCache`` belongs
/// to one ``ServerMaterial``, and each change of them makes another.
struct SessionBinding: Hashable {
    /// Listener and policy generation: ``ServerMaterial/sessionContext``.
    let context: [UInt8]
    /// Of the server name.
    let policy: Int
    /// That was asked for, in normal form; empty for none.
    let serverName: String
}
