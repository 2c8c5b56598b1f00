/// What becomes of connections from a source whose handshakes fail, and none of which succeeds.
public enum FailingClients: String, Hashable, Sendable, Codable, CaseIterable {
    /// They are answered as ever.
    case answer
    /// Their handshakes begin after ``EngineLimits/failingPause``.
    case slow
    /// They are refused when they are accepted, but for one in each ``EngineLimits/failingPause``: a client
    /// that is good gets in by it, and ends the refusals for its source.
    case refuse
}
