/// A client certificate that has been seen, and what came of it.
public struct KnownClient: Hashable, Sendable, Codable {
    /// Where a client came from.
    public struct Place: Hashable, Sendable, Codable {
        public let address: IPAddress
        public let lastSeen: Timestamp

        public init(address: IPAddress, lastSeen: Timestamp) {
            self.address = address
            self.lastSeen = lastSeen
        }
    }

    /// A CA that a listener has verified a client by.
    public struct Root: Hashable, Sendable, Codable {
        public let anchor: TrustAnchor
        public let lastSeen: Timestamp

        public init(anchor: TrustAnchor, lastSeen: Timestamp) {
            self.anchor = anchor
            self.lastSeen = lastSeen
        }
    }

    /// Of the leaf; names longer than ``LedgerLimits/nameBytes`` are cut.
    public let facts: CertificateFacts
    /// Of the leaf, as ``PresentedCertificate/alternativeNames``; at most ``LedgerLimits/alternativeNames``,
    /// of ``LedgerLimits/alternativeNameBytes`` together.
    public var alternativeNames: [String]
    /// Some listener has verified it; anybody can make a certificate that none has.
    public var isVerified: Bool
    /// By which it was verified, the newest first; at most ``LedgerLimits/roots``.
    public var roots: [Root]
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    /// Handshakes that completed.
    public var handshakes: UInt64
    /// Handshakes that did not, by the reason's code.
    public var refusals: [String: UInt64]
    /// Connections by listener, those that were refused included; at most ``LedgerLimits/listeners``.
    public var listeners: [String: UInt64]
    /// The newest first; at most ``LedgerLimits/addresses``.
    public var places: [Place]
    /// Of the last handshake that had one.
    public var tlsVersion: String?

    public init(
        facts: CertificateFacts,
        alternativeNames: [String] = [],
        isVerified: Bool,
        roots: [Root] = [],
        firstSeen: Timestamp,
        lastSeen: Timestamp,
        handshakes: UInt64 = 0,
        refusals: [String: UInt64] = [:],
        listeners: [String: UInt64] = [:],
        places: [Place] = [],
        tlsVersion: String? = nil
    ) {
        self.facts = facts
        self.alternativeNames = alternativeNames
        self.isVerified = isVerified
        self.roots = roots
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.handshakes = handshakes
        self.refusals = refusals
        self.listeners = listeners
        self.places = places
        self.tlsVersion = tlsVersion
    }

    /// What one connection tells of the client that made it; nil where none showed a certificate.
    public init?(_ record: ConnectionRecord) {
        guard let tls = record.tls, let leaf = tls.leaf else { return nil }
        // A client that is only observed has got through, and has not passed.
        let reason = tls.outcome.reason ?? tls.observed
        self.init(
            facts: leaf,
            alternativeNames: Self.bounded(tls.alternativeNames),
            isVerified: tls.mode == .verify && reason == nil,
            roots: tls.anchor.map { [Root(anchor: $0, lastSeen: record.time)] } ?? [],
            firstSeen: record.time,
            lastSeen: record.time,
            handshakes: reason == nil ? 1 : 0,
            refusals: reason.map { [$0.rawValue: record.attempts] } ?? [:],
            listeners: [record.listenerName: record.attempts],
            places: [Place(address: record.client.address, lastSeen: record.time)],
            tlsVersion: tls.version
        )
    }

    /// Handshakes that did not complete.
    public var refused: UInt64 { self.refusals.values.reduce(0, +) }

    /// Adds what was seen of the same client at another time.
    public mutating func merge(_ other: KnownClient) {
        if other.lastSeen >= self.lastSeen { self.tlsVersion = other.tlsVersion ?? self.tlsVersion }
        self.isVerified = self.isVerified || other.isVerified
        // The certificate is the same; what was seen of it before names were kept has none.
        if self.alternativeNames.isEmpty { self.alternativeNames = other.alternativeNames }
        self.merge(other.roots)
        self.firstSeen = min(self.firstSeen, other.firstSeen)
        self.lastSeen = max(self.lastSeen, other.lastSeen)
        self.handshakes += other.handshakes
        self.refusals.merge(other.refusals, uniquingKeysWith: +)
        for (name, count) in other.listeners
        where self.listeners[name] != nil || self.listeners.count < LedgerLimits.listeners {
            self.listeners[name, default: 0] += count
        }
        self.merge(other.places)
    }

    private static func bounded(_ names: [String]) -> [String] {
        var bytes = 0
        let fitting = names.prefix(LedgerLimits.alternativeNames).prefix {
            bytes += $0.utf8.count
            return bytes <= LedgerLimits.alternativeNameBytes
        }
        return Array(fitting)
    }

    private mutating func merge(_ others: [Root]) {
        guard !others.isEmpty else { return }
        let newest = Dictionary(
            (self.roots + others).map { ($0.anchor, $0.lastSeen) },
            uniquingKeysWith: max
        )
        self.roots = Array(
            newest.map { Root(anchor: $0, lastSeen: $1) }
                .sorted { ($1.lastSeen, $0.anchor.fingerprint) < ($0.lastSeen, $1.anchor.fingerprint) }
                .prefix(LedgerLimits.roots)
        )
    }

    private mutating func merge(_ others: [Place]) {
        // What is seen again and again comes from where it came from last.
        if others.count == 1, self.places.first?.address == others[0].address {
            self.places[0] = Place(
                address: others[0].address,
                lastSeen: max(self.places[0].lastSeen, others[0].lastSeen)
            )
            return
        }
        let newest = Dictionary(
            (self.places + others).map { ($0.address, $0.lastSeen) },
            uniquingKeysWith: max
        )
        self.places = Array(
            newest.map { Place(address: $0, lastSeen: $1) }
                .sorted { ($1.lastSeen, $0.address.description) < ($0.lastSeen, $1.address.description) }
                .prefix(LedgerLimits.addresses)
        )
    }
}
