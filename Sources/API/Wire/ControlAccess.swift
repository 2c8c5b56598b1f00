/// What a peer of a gate's socket may do there.
public enum ControlAccess: String, Codable, Hashable, Sendable {
    /// Everything that the gate can do.
    case full
    /// Look, and nothing else: the gate refuses every call that is not known to change nothing.
    case viewing

    func allows(_ call: ControlRequest.Name) -> Bool {
        switch self {
        case .full: true
        case .viewing: Self.readOnly.contains(call)
        }
    }

    /// Calls that change nothing, keep nothing and make the gate read no file of the caller's choice.
    ///
    /// A list of what is allowed, so that a call nobody has thought about is refused. `plan`,
    /// `rehearse` and `previewTrustStore` are not on it: they have the gate read revocation lists by path,
    /// and a rehearsal may stay attached. Neither is `requests`: what is in a URL may be a secret.
    static let readOnly: Set<ControlRequest.Name> = [
        .access, .view, .changes, .explain, .clients, .watch, .revisions, .revocations,
    ]
}
