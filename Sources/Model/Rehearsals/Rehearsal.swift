/// A change whose effect on clients is wanted to be known before it is made.
public enum RehearsalCandidate: Hashable, Sendable, Codable {
    case mutualAuthentication(MutualAuthenticationChange)
    /// Every listener whose clients it would judge in another way.
    case configuration(DesiredConfiguration)
}

public struct RehearsalRequest: Hashable, Sendable, Codable {
    public var candidate: RehearsalCandidate
    /// Judges who comes from now on, or goes on with that; otherwise whoever the gate remembers.
    public var isAttached: Bool

    public init(_ candidate: RehearsalCandidate, isAttached: Bool) {
        self.candidate = candidate
        self.isAttached = isAttached
    }
}

/// What a candidate policy would do to the clients of one listener.
public struct RehearsalReport: Hashable, Sendable, Codable {
    /// What is listed one by one; the counts are of all.
    public static let listed = 100

    /// A client that the candidate treats in another way than the policy in force.
    public struct Client: Hashable, Sendable, Codable {
        public let facts: CertificateFacts
        /// Connections since ``RehearsalReport/since``.
        public let connections: UInt64
        public let lastSeen: Timestamp
        public let address: IPAddress
        /// Why the candidate refuses it; nil if it does not.
        public let reason: RefusalReason?
        public let sentence: String?
        public let remedy: String?

        public init(
            facts: CertificateFacts,
            connections: UInt64,
            lastSeen: Timestamp,
            address: IPAddress,
            reason: RefusalReason?,
            sentence: String?,
            remedy: String?
        ) {
            self.facts = facts
            self.connections = connections
            self.lastSeen = lastSeen
            self.address = address
            self.reason = reason
            self.sentence = sentence
            self.remedy = remedy
        }
    }

    /// How many, and the first of them.
    public struct Clients: Hashable, Sendable, Codable {
        public let count: Int
        public let connections: UInt64
        /// Those with the most connections in front; at most ``RehearsalReport/listed``.
        public let first: [Client]

        public init(count: Int, connections: UInt64, first: [Client]) {
            self.count = count
            self.connections = connections
            self.first = first
        }
    }

    public let listener: String
    /// The modes as people are shown them, with their trust stores.
    public let current: String
    public let candidate: String
    public let since: Timestamp
    /// The listener asks nobody for a certificate: what clients would show is not known.
    public let isBlind: Bool
    /// Clients that the candidate would let in.
    public let accepted: Int
    /// Their connections, since ``since``; nil from a gate that does not tell.
    public let acceptedConnections: UInt64?
    /// Clients that get through now and would be refused.
    public let refused: Clients
    /// Clients that are refused now and would get through.
    public let admitted: Clients
    /// Connections that get through now without a certificate, and would not.
    public let withoutCertificate: UInt64
    /// Clients of the ledger that this listener has let in and that have not come since ``since``: nothing is
    /// known of how they would fare.
    public let unseen: ClientList

    public init(
        listener: String,
        current: String,
        candidate: String,
        since: Timestamp,
        isBlind: Bool,
        accepted: Int,
        acceptedConnections: UInt64? = nil,
        refused: Clients,
        admitted: Clients,
        withoutCertificate: UInt64,
        unseen: ClientList
    ) {
        self.listener = listener
        self.current = current
        self.candidate = candidate
        self.since = since
        self.isBlind = isBlind
        self.accepted = accepted
        self.acceptedConnections = acceptedConnections
        self.refused = refused
        self.admitted = admitted
        self.withoutCertificate = withoutCertificate
        self.unseen = unseen
    }

    /// The same report with what the ledger knows.
    public func with(unseen: ClientList) -> RehearsalReport {
        RehearsalReport(
            listener: self.listener,
            current: self.current,
            candidate: self.candidate,
            since: self.since,
            isBlind: self.isBlind,
            accepted: self.accepted,
            acceptedConnections: self.acceptedConnections,
            refused: self.refused,
            admitted: self.admitted,
            withoutCertificate: self.withoutCertificate,
            unseen: unseen
        )
    }
}
