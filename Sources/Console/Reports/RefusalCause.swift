public import Model

/// Failed handshakes of the last quarter of an hour that have one cause.
public struct RefusalCause: Hashable, Sendable, Encodable {
    public struct Client: Hashable, Sendable, Encodable {
        public let address: IPAddress
        public let count: Int
    }

    /// Clients that are named.
    static let namedClients = 10

    public let count: Int
    /// The connection log's code.
    public let code: String
    /// The word that tells codes apart: `untrusted`, `no-cert`.
    public let reason: String
    public let listener: String
    /// What the clients' certificates say who issued them; nil where there were none.
    public let issuer: String?
    /// The clients' network; nil where there is an issuer.
    public let network: String?
    public let first: Timestamp
    public let last: Timestamp
    /// Those that fail most; there may be more.
    public let clients: [Client]
    public let sentence: String?
    public let remedy: String?
    /// The newest of them, for `sekisho explain`; nil where it is only in the log's file by now.
    public let record: String?

    init(_ group: RefusalGroups.Group, record: PackedRecord?) {
        let outcome = group.id.outcome
        let origin = TextShaping.plain(group.id.origin)
        self.count = group.count
        self.code = outcome.code
        self.reason = outcome.shortWord ?? ""
        self.listener = group.listenerName
        self.issuer = group.id.isNetwork ? nil : origin
        self.network = group.id.isNetwork ? origin : nil
        self.first = group.first
        self.last = group.last
        self.clients = group.topClients.prefix(Self.namedClients).map {
            Client(address: $0.address, count: $0.count)
        }
        self.sentence = outcome.sentence
        self.remedy = outcome.remedy
        self.record = record?.traceID.description
    }
}

extension HandshakeOutcome {
    fileprivate var code: String {
        switch self {
        case .success: ""
        case .refused(let reason): reason.rawValue
        case .failed: RefusalReason.unmapped.rawValue
        }
    }
}
