/// One address with listeners on it.
public struct LoadBalancer: Hashable, Sendable, Codable {
    /// ELBv2's kinds; `application` terminates TLS and speaks HTTP, `network` relays bytes.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case application
        case network
    }

    public let id: ResourceID
    public let name: String
    public let type: Kind

    /// Where every listener of this load balancer is bound.
    public let address: IPAddress

    /// Ordered by port; no two share one.
    public let listeners: [Listener]

    /// Whether HTTPS listeners offer HTTP/2 to clients; ALB's `routing.http2.enabled`.
    public let http2: Bool
    /// On network load balancers only the connections of a source mean anything.
    public let attributes: LoadBalancerAttributes
    public let logs: LoadBalancerLogs

    public init(
        id: ResourceID,
        name: String,
        type: Kind,
        address: IPAddress,
        listeners: [Listener],
        http2: Bool = true,
        attributes: LoadBalancerAttributes = .standard,
        logs: LoadBalancerLogs = .none
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.address = address
        self.listeners = listeners
        self.http2 = http2
        self.attributes = attributes
        self.logs = logs
    }

    /// The same load balancer with other listeners.
    public func with(_ listeners: [Listener]) -> LoadBalancer {
        LoadBalancer(
            id: self.id,
            name: self.name,
            type: self.type,
            address: self.address,
            listeners: listeners,
            http2: self.http2,
            attributes: self.attributes,
            logs: self.logs
        )
    }

    /// `app/<name>/<id>` or `net/<name>/<id>`, the form that logs and long names use.
    public var path: String {
        let kind = self.type == .network ? "net" : "app"
        return "\(kind)/\(self.name)/\(self.id)"
    }
}
