extension RehearsalReport {
    /// How far a report can be relied on.
    public enum Confidence: String, Hashable, Sendable {
        case high, medium, none
    }

    /// What keeps ``confidence`` from being high.
    public enum Doubt: Hashable, Sendable {
        /// Fewer than ``telling``.
        case fewConnections
        /// More than one in twenty, of whose clients nothing is known.
        case manyWithoutCertificate
        /// Clients that the listener has let in before have not come since.
        case unseenClients
    }

    /// Connections from which on their shares say something.
    public static let telling: UInt64 = 1_000
    private static let leastCoverage = 0.95

    /// Connections that get through now and would not, with a certificate and without.
    public var refusedConnections: UInt64 { self.refused.connections + self.withoutCertificate }

    /// Connections since ``since``; nil from a gate that does not tell.
    public var connections: UInt64? { self.acceptedConnections.map { $0 + self.refusedConnections } }

    /// The share of connections with a certificate among those that the candidate asks for one, 0 to 1; nil
    /// where there were none.
    public var coverage: Double? {
        guard !self.isBlind, let connections, connections > 0 else { return nil }
        return Double(connections - self.withoutCertificate) / Double(connections)
    }

    public var doubts: [Doubt] {
        var doubts: [Doubt] = []
        if self.connections ?? 0 < Self.telling { doubts.append(.fewConnections) }
        if let coverage, coverage < Self.leastCoverage { doubts.append(.manyWithoutCertificate) }
        if self.unseen.matching > 0 { doubts.append(.unseenClients) }
        return doubts
    }

    public var confidence: Confidence {
        if self.isBlind { return .none }
        return self.doubts.isEmpty ? .high : .medium
    }
}
