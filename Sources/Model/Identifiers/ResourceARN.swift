/// The long names of resources, as ELBv2 spells them (`elbv2-api` 4.5).
///
/// Region and account are this gate's: there is one of each, and neither decides anything.
public enum ResourceARN {
    public static let region = "local"
    public static let account = "000000000000"
    private static let prefix = "arn:aws:elasticloadbalancing:\(region):\(account):"

    public static func loadBalancer(_ loadBalancer: LoadBalancer) -> String {
        "\(self.prefix)loadbalancer/\(loadBalancer.path)"
    }

    public static func listener(_ listener: Listener, of loadBalancer: LoadBalancer) -> String {
        "\(self.prefix)listener/\(loadBalancer.path)/\(listener.id)"
    }

    public static func targetGroup(_ group: TargetGroup) -> String {
        "\(self.prefix)targetgroup/\(group.name)/\(group.id)"
    }

    /// Certificates are ACM's, not ELBv2's.
    public static func certificate(_ id: ResourceID) -> String {
        "arn:aws:acm:\(self.region):\(self.account):certificate/\(id)"
    }

    public static func trustStore(_ store: TrustStore) -> String {
        "\(self.prefix)truststore/\(store.name)/\(store.id)"
    }
}
