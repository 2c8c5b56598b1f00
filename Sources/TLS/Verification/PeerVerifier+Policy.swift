import Model

extension PeerVerifier.Policy {
    /// Reads the trust store.
    ///
    /// - Throws: ``OperatorError`` if it cannot be used; then nobody may be judged by it.
    init(_ verification: ClientPolicy.Verification) throws(OperatorError) {
        self.init(
            trustStoreID: verification.trustStoreID,
            trustStoreName: verification.trustStoreName,
            trustStoreRevision: verification.trustStoreRevision,
            anchors: try Self.anchors(verification),
            ignoresLeafExpiry: verification.ignoreClientCertificateExpiry
        )
    }

    private static func anchors(
        _ verification: ClientPolicy.Verification
    ) throws(OperatorError) -> AnchorStore {
        var certificates: [Certificate] = []
        for anchor in verification.anchors {
            guard let blocks = try? PEM.blocks(in: anchor, between: .anyText), blocks.count == 1,
                let certificate = Certificate(der: blocks[0].der)
            else {
                throw self.unusable(verification, "holds a certificate that cannot be read")
            }
            certificates.append(certificate)
        }
        // Without anchors nobody could be verified; serving such a listener would only hide the mistake.
        guard !certificates.isEmpty else { throw self.unusable(verification, "holds no certificate") }
        do {
            return try AnchorStore(certificates)
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
