/// What has come of a change since it is on trial.
public struct TrialCounters: Hashable, Sendable, Codable {
    /// Of the change's ``ChangeRecord``.
    public let change: Int64
    /// Handshakes that were judged.
    public let connections: UInt64
    /// Of those, refused though the policies before would have let them in.
    public let refused: UInt64

    public init(change: Int64, connections: UInt64, refused: UInt64) {
        self.change = change
        self.connections = connections
        self.refused = refused
    }

    /// Of the handshakes, 0 to 1; nil without any.
    public var share: Double? {
        self.connections > 0 ? Double(self.refused) / Double(self.connections) : nil
    }
}
