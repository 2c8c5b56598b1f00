/// How an application load balancer treats connections and requests, whichever listener they come to
/// (`elbv2-api` 4.7).
///
/// The engine holds a copy for each listener and reads it for every request, so it is made of numbers and
/// words only.
public struct LoadBalancerAttributes: Hashable, Sendable, Codable {
    /// Without a byte in either direction; ELBv2's `idle_timeout.timeout_seconds`.
    public var idleTimeoutSeconds = 60

    /// From the beginning of a client's connection; ELBv2's `client_keep_alive.seconds`.
    ///
    /// After it, one more request is answered and the connection closed.
    public var clientKeepAliveSeconds = 3_600

    /// What becomes of requests that are not as the standard wants them.
    public var desyncMitigationMode = DesyncMitigationMode.defensive

    /// Header lines whose names hold anything but letters, digits and `-` are not forwarded.
    public var dropsInvalidHeaderFields = false

    /// The target gets `Host` as the client wrote it.
    public var preservesHostHeader = false

    /// The target is told the version and the cipher of the client's TLS.
    public var addsTLSHeaders = false

    /// Addresses in `X-Forwarded-For` come with their port; only where addresses are appended.
    public var forwardsClientPort = false

    public var forwardedFor = ForwardedForMode.append

    /// Connections that one source may have open: an IPv4 address, or the /64 of an IPv6 address, which is
    /// what one customer has.
    ///
    /// Those of all listeners and workers count together. Ours, like the two below, not ELBv2's.
    public var connectionsPerSource = 8_192

    /// The least that a request's body must come with, over ``EngineLimits/paceWindow``; 0 for no least.
    public var requestBytesPerSecond = 100

    /// The least that a client must take of its responses, over ``EngineLimits/paceWindow``; 0 for no least.
    public var responseBytesPerSecond = 100

    /// Clients that are connected are judged again when what their listener asks for changes, and when a date
    /// passes; otherwise, as with ALB, only handshakes judge.
    public var judgesLiveClients = true

    /// Idle connections a second that are closed because their client does not pass any more, of each
    /// listener.
    public var cutsPerSecond = 100

    /// What becomes of connections from a source whose handshakes keep failing.
    public var failingClients = FailingClients.answer

    public init() {}

    public static let standard = LoadBalancerAttributes()

    public static let idleTimeoutRange = 1...4_000
    public static let clientKeepAliveRange = 60...604_800

    public static let connectionsPerSourceRange = 1...65_536
    public static let bytesPerSecondRange = 0...1_048_576
    public static let cutsPerSecondRange = 1...65_536

    private enum CodingKeys: String, CodingKey {
        case idleTimeoutSeconds, clientKeepAliveSeconds, desyncMitigationMode, dropsInvalidHeaderFields
        case preservesHostHeader, addsTLSHeaders, forwardsClientPort, forwardedFor
        case connectionsPerSource, requestBytesPerSecond, responseBytesPerSecond
        case judgesLiveClients, cutsPerSecond, failingClients
    }

    /// Reads what was stored; an attribute that was not known then has its standard value.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ path: WritableKeyPath<Self, Value>, _ key: CodingKeys) throws {
            if let value = try values.decodeIfPresent(Value.self, forKey: key) { self[keyPath: path] = value }
        }
        try read(\.idleTimeoutSeconds, .idleTimeoutSeconds)
        try read(\.clientKeepAliveSeconds, .clientKeepAliveSeconds)
        try read(\.desyncMitigationMode, .desyncMitigationMode)
        try read(\.dropsInvalidHeaderFields, .dropsInvalidHeaderFields)
        try read(\.preservesHostHeader, .preservesHostHeader)
        try read(\.addsTLSHeaders, .addsTLSHeaders)
        try read(\.forwardsClientPort, .forwardsClientPort)
        try read(\.forwardedFor, .forwardedFor)
        try read(\.connectionsPerSource, .connectionsPerSource)
        try read(\.requestBytesPerSecond, .requestBytesPerSecond)
        try read(\.responseBytesPerSecond, .responseBytesPerSecond)
        try read(\.judgesLiveClients, .judgesLiveClients)
        try read(\.cutsPerSecond, .cutsPerSecond)
        try read(\.failingClients, .failingClients)
    }

    /// Refuses a number outside its range.
    ///
    /// - Throws: ``OperatorError``, with the attribute's ELBv2 name as subject.
    public func check() throws(OperatorError) {
        for (key, value, range) in [
            ("idle_timeout.timeout_seconds", self.idleTimeoutSeconds, Self.idleTimeoutRange),
            ("client_keep_alive.seconds", self.clientKeepAliveSeconds, Self.clientKeepAliveRange),
            (Self.perSource, self.connectionsPerSource, Self.connectionsPerSourceRange),
            (Self.requestRate, self.requestBytesPerSecond, Self.bytesPerSecondRange),
            (Self.responseRate, self.responseBytesPerSecond, Self.bytesPerSecondRange),
            (Self.cutRate, self.cutsPerSecond, Self.cutsPerSecondRange),
        ] where !range.contains(value) {
            throw .outOfRange(key, got: "\(value)", allowed: "\(range.lowerBound)–\(range.upperBound)")
        }
    }

    // What ELBv2 has no name for.
    public static let perSource = "sekisho.connections_per_source"
    public static let requestRate = "sekisho.request_bytes_per_second"
    public static let responseRate = "sekisho.response_bytes_per_second"
    public static let liveJudgement = "sekisho.live_judgement.enabled"
    public static let cutRate = "sekisho.live_judgement.cuts_per_second"

    public static let failing = "sekisho.failing_clients"

    /// What network load balancers have, too.
    public static let ofNetworkLoadBalancers = [
        Self.perSource, Self.liveJudgement, Self.cutRate, Self.failing,
    ]

    /// The same without what matters to connections that are only relayed.
    public var withoutRelayed: LoadBalancerAttributes {
        var copy = self
        copy.connectionsPerSource = Self.standard.connectionsPerSource
        copy.judgesLiveClients = Self.standard.judgesLiveClients
        copy.cutsPerSecond = Self.standard.cutsPerSecond
        copy.failingClients = Self.standard.failingClients
        return copy
    }

    /// Every attribute by its name, with its value as ELBv2 writes it.
    public var words: [(key: String, value: String)] {
        [
            ("idle_timeout.timeout_seconds", "\(self.idleTimeoutSeconds)"),
            ("client_keep_alive.seconds", "\(self.clientKeepAliveSeconds)"),
            ("routing.http.desync_mitigation_mode", self.desyncMitigationMode.rawValue),
            ("routing.http.drop_invalid_header_fields.enabled", "\(self.dropsInvalidHeaderFields)"),
            ("routing.http.preserve_host_header.enabled", "\(self.preservesHostHeader)"),
            ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "\(self.addsTLSHeaders)"),
            ("routing.http.xff_client_port.enabled", "\(self.forwardsClientPort)"),
            ("routing.http.xff_header_processing.mode", self.forwardedFor.rawValue),
            (Self.perSource, "\(self.connectionsPerSource)"),
            (Self.requestRate, "\(self.requestBytesPerSecond)"),
            (Self.responseRate, "\(self.responseBytesPerSecond)"),
            (Self.liveJudgement, "\(self.judgesLiveClients)"),
            (Self.cutRate, "\(self.cutsPerSecond)"),
            (Self.failing, self.failingClients.rawValue),
        ]
    }
}

/// What becomes of `X-Forwarded-For` (`elbv2-api` 5.3).
public enum ForwardedForMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The peer's address behind those that came.
    case append
    /// Only those that came.
    case preserve
    /// No such header.
    case remove
}
