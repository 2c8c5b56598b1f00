import Model

extension PeerVerifier.Policy {
    /// Reads the trust store.
    ///
    /// - Throws: ``OperatorError`` if it cannot be used; then nobody may be judged by it.
    init(_ verification: ClientPolicy.Verification) throws(OperatorError) {
        let anchors = try Self.anchors(verification)
        self.init(
            trustStoreID: verification.trustStoreID,
            trustStoreName: verification.trustStoreName,
            trustStoreRevision: verification.trustStoreRevision,
            anchors: anchors,
            ignoresLeafExpiry: verification.ignoreClientCertificateExpiry,
            revocation: RevocationChecker(
                verification.revocationLists,
                expired: verification.expiredLists,
                anchors: anchors.certificates
            ),
            enforcement: verification.requirements.clientCertificate,
            identity: IdentityRules(verification.requirements)
        )
    }

    private static func anchors(
        _ verification: ClientPolicy.Verification
    ) throws(OperatorError) -> AnchorStore {
        var certificates: [Certificate] = []
        for anchor in verification.anchors {
            guard let certificate = Certificate(pem: anchor) else {
                throw self.unusable(verification, "holds a certificate that cannot be read")
            }
            certificates.append(certificate)
        }
        // Without anchors nobody could be verified; serving such a listener would only hide the mistake.
        guard !certificates.isEmpty else { throw self.unusable(verification, "holds no certificate") }
        do {
            return try AnchorStore(certificates, of: verification.trustStoreName)
        } catch {
            throw error.whileDoing("loading the trust store \(verification.trustStoreName)")
        }
    }

    private static func unusable(
        _ verification: ClientPolicy.Verification,
        _ problem: String
    ) -> OperatorError {
        OperatorError(
            .invalidCaCertificatesBundle,
            subject: verification.trustStoreName,
            message: "The trust store \(verification.trustStoreName) \(problem).",
            hint: "Replace the trust store's CA bundle."
        )
    }
}
