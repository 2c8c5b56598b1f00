/// What a group of protocol HTTPS or TLS has beyond ELBv2: a certificate of ours, and a demand on those that
/// its targets show.
public struct TargetTLS: Hashable, Sendable, Codable {
    /// Shown to targets that ask for one; nil for none.
    public let clientCertificateID: ResourceID?

    /// nil where any certificate will do, as with ALB; for functions, one that the machine trusts.
    public let verification: TargetVerification?

    public init(clientCertificateID: ResourceID? = nil, verification: TargetVerification? = nil) {
        self.clientCertificateID = clientCertificateID
        self.verification = verification
    }

    /// What ALB does: no certificate of ours, and any of the target's.
    public static let standard = TargetTLS()
}

/// Which certificates targets must show.
public struct TargetVerification: Hashable, Sendable, Codable {
    /// Every certificate is a trust anchor, intermediates included; never empty.
    public let certificates: [CACertificate]

    public let source: BundleSource

    /// The host name or address that certificates must be for; names are also asked for (SNI).
    ///
    /// nil for the address of the target.
    public let serverName: String?

    public init(certificates: [CACertificate], source: BundleSource, serverName: String? = nil) {
        self.certificates = certificates
        self.source = source
        self.serverName = serverName
    }
}
