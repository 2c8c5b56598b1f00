/// For how long clients of a listener that asks for certificates may come back without a full handshake.
///
/// ALB resumes no such session, and a listener without this does not either. The mode `off` has no use for
/// it: nobody is judged there, and sessions resume by tickets.
public struct SessionResumption: Hashable, Sendable, Codable {
    public static let lifetimes: ClosedRange<Int> = 10...86_400
    public static let standardLifetime = 300

    /// From the full handshake, however often its session is resumed and renewed; in ``lifetimes``.
    public let lifetimeSeconds: Int

    public init(lifetimeSeconds: Int = Self.standardLifetime) {
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// Says what is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is `lifetimeSeconds`.
    public func check() throws(OperatorError) {
        guard !Self.lifetimes.contains(self.lifetimeSeconds) else { return }
        throw .outOfRange(
            "lifetimeSeconds",
            got: "\(self.lifetimeSeconds)",
            allowed: "\(Self.lifetimes.lowerBound)–\(Self.lifetimes.upperBound) seconds"
        )
    }

    /// `sessions resume for 300 s`.
    public var words: String { "sessions resume for \(self.lifetimeSeconds) s" }
}
