/// Targets that can answer the same requests.
public struct TargetGroup: Hashable, Sendable, Codable {
    /// What the load balancer speaks to its targets.
    public enum TargetProtocol: String, Hashable, Sendable, Codable, CaseIterable {
        case http = "HTTP"
        case https = "HTTPS"
        case tcp = "TCP"
        case tls = "TLS"

        /// The kind of load balancer whose listeners forward to such groups.
        public var balancer: LoadBalancer.Kind {
            switch self {
            case .http, .https: .application
            case .tcp, .tls: .network
            }
        }

        public var usesTLS: Bool {
            switch self {
            case .http, .tcp: false
            case .https, .tls: true
            }
        }
    }

    /// What its targets are (`elbv2-api` 6.1).
    public enum TargetType: String, Hashable, Sendable, Codable, CaseIterable {
        case ip
        case lambda
    }

    /// Which HTTP that is (`elbv2-api` 6.1).
    public enum ProtocolVersion: String, Hashable, Sendable, Codable, CaseIterable {
        case http1 = "HTTP1"
        /// In clear text, known beforehand (RFC 9113 3.3); over TLS, agreed on by ALPN.
        case http2 = "HTTP2"
        /// HTTP/2 for the requests of gRPC.
        case grpc = "GRPC"
    }

    public let id: ResourceID
    public let name: String
    public let `protocol`: TargetProtocol

    /// No two are the same; an empty group answers 503.
    public let targets: [Target]

    public let healthCheck: HealthCheck
    public let algorithm: LoadBalancingAlgorithm
    /// Targets are told the client's address in a PROXY protocol v2 header; only in TCP and TLS groups.
    public let proxyProtocolV2: Bool
    /// `http1` in TCP and TLS groups.
    public let protocolVersion: ProtocolVersion
    public let attributes: TargetGroupAttributes
    /// Present exactly in HTTPS and TLS groups, and for functions that are invoked over TLS.
    public let tls: TargetTLS?
    /// Answers in place of targets, of which there are none then; ELBv2's target type `lambda`.
    public let function: LambdaFunction?

    /// nil for none, as in what was stored before any could be.
    private let drainedTargets: [Target]?

    /// Targets that get nothing new, by an operator's hand; no declaration says so.
    public var drained: [Target] { self.drainedTargets ?? [] }

    /// Groups that name no attributes have those of their protocol.
    public init(
        id: ResourceID,
        name: String,
        protocol: TargetProtocol,
        targets: [Target],
        healthCheck: HealthCheck = HealthCheck(),
        algorithm: LoadBalancingAlgorithm = .roundRobin,
        proxyProtocolV2: Bool = false,
        protocolVersion: ProtocolVersion = .http1,
        attributes: TargetGroupAttributes? = nil,
        tls: TargetTLS? = nil,
        drained: [Target] = [],
        function: LambdaFunction? = nil
    ) {
        self.id = id
        self.name = name
        self.protocol = `protocol`
        self.targets = targets
        self.healthCheck = healthCheck
        self.algorithm = algorithm
        self.proxyProtocolV2 = proxyProtocolV2
        self.protocolVersion = protocolVersion
        self.attributes = attributes ?? TargetGroupAttributes(for: `protocol`)
        self.tls = tls
        let known = targets.filter(drained.contains)
        self.function = function
        self.drainedTargets = known.isEmpty ? nil : known
    }

    /// The same group with these of its targets drained.
    public func with(drained: [Target]) -> TargetGroup {
        TargetGroup(
            id: self.id,
            name: self.name,
            protocol: self.protocol,
            targets: self.targets,
            healthCheck: self.healthCheck,
            algorithm: self.algorithm,
            proxyProtocolV2: self.proxyProtocolV2,
            protocolVersion: self.protocolVersion,
            attributes: self.attributes,
            tls: self.tls,
            drained: drained,
            function: self.function
        )
    }

    /// Where new requests may go.
    public var openEndpoints: [Endpoint] {
        self.targets.filter { !self.drained.contains($0) }.map(\.endpoint)
    }

    /// What its function's invocations are signed with; nil where that is not kept here.
    public var signingKeyID: ResourceID? {
        guard case .stored(let id) = self.function?.credentials else { return nil }
        return id
    }

    public var targetType: TargetType { self.function == nil ? .ip : .lambda }
}

/// One place requests can go: an address and a port, told apart by both.
public struct Target: Hashable, Sendable, Codable {
    /// The address, which is ELBv2's target id for targets of type `ip`.
    public let id: IPAddress

    /// 1–65535.
    public let port: UInt16

    public init(id: IPAddress, port: UInt16) {
        self.id = id
        self.port = port
    }

    public var endpoint: Endpoint { Endpoint(address: self.id, port: self.port) }
}
