/// How much configuration there may be (`alb-mtls` 1.9, `elbv2-api` 4.6).
public enum Quotas {
    public static let loadBalancers = 50
    public static let listenersPerLoadBalancer = 50
    public static let trustStores = 20
    /// Of all listeners of a load balancer, default certificates not counted.
    public static let additionalCertificatesPerLoadBalancer = 25
    public static let certificatesPerTrustStore = 25
    /// 16 KiB, fixed.
    public static let certificateBytes = 16_384
    /// Bytes of all subjects of one trust store.
    public static let subjectBytesPerTrustStore = 10_000
    public static let revocationListsPerTrustStore = 30
    /// Of the file that one comes in, as PEM.
    public static let revocationFileBytes = 50_000_000
    /// Of all lists of a trust store.
    public static let revocationEntriesPerTrustStore = 500_000
    public static let targetGroups = 3_000
    public static let targetsPerGroup = 1_000
    /// Default actions not counted.
    ///
    /// ALB's adjustable quota is 100, because it tries rules one by one; here most are found through a table.
    public static let rulesPerLoadBalancer = 1_000
    /// Ours: each has TLS contexts of its own in every worker.
    public static let namePoliciesPerListener = 20
    public static let namesPerPolicy = 100
    public static let valuesPerCondition = 3
    public static let valuesPerRule = 5
    public static let wildcardsPerRule = 6
    /// Ours; ELBv2 does not route by server name.
    public static let serverNamesPerListener = 1_000
    /// Ours; each is compared when a connection is accepted.
    public static let proxyProtocolSourcesPerListener = 32
    /// Ours, and so are the next two; each value is compared in every handshake that verifies.
    public static let identityFiltersPerPolicy = 20
    public static let valuesPerIdentityFilter = 20
    public static let pinnedCertificatesPerPolicy = 1_000
    public static let workers = 1...64
}
