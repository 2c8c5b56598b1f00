public import TLS

extension TestPKI {
    /// A client that trusts the root and shows the certificate, or none.
    public func context(
        _ identity: IssuedCertificate?,
        versions: ClosedRange<ClientContext.Version> = .tls12 ... .tls13
    ) throws -> ClientContext {
        try ClientContext(
            trustedRootPEM: self.root.certificatePEM,
            certificateChainPEM: identity?.chainPEM,
            privateKey: identity?.privateKey,
            versions: versions
        )
    }
}
