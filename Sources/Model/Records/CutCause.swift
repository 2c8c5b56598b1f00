/// Why a client that had passed was judged again, and did not pass.
public enum CutCause: String, Hashable, Sendable, Codable, CaseIterable {
    /// Trust store, lists, filters or options of its listener have changed.
    case policyChanged = "policy-changed"
    /// A date of its certificates, or of the lists they are checked by, has passed.
    case timePassed = "time-passed"

    /// What an operator is told in front of the refusal's own sentence.
    public var sentence: String {
        switch self {
        case .policyChanged: "Cut while connected, because the listener's policy changed."
        case .timePassed: "Cut while connected, because a date passed."
        }
    }
}
