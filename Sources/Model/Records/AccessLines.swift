/// Lines of the access log of one load balancer, as ALB writes them (`alb-mtls` 3).
public struct AccessLines: Hashable, Sendable {
    /// `app/<name>/<id>`.
    public let loadBalancerPath: String
    /// Each with its line end.
    public let bytes: [UInt8]
    public let count: Int

    public init(loadBalancerPath: String, bytes: [UInt8], count: Int) {
        self.loadBalancerPath = loadBalancerPath
        self.bytes = bytes
        self.count = count
    }
}
