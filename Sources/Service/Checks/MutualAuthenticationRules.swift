import Model

/// What the three modes allow, for declarations and flips alike (`MutualAuthentication` of ELBv2).
struct MutualAuthenticationRules {
    let trustStores: [TrustStore]

    /// Refuses settings that a mode has no use for, in ALB's words; a setting that is present is refused
    /// whatever its value, as ALB does.
    ///
    /// `field` makes the subject of an error from the name of a setting.
    func checkOptions(
        mode: MutualAuthentication.Mode,
        trustStore: String?,
        ignoresExpiry: Bool?,
        advertises: Bool?,
        requirement: String? = nil,
        resumes: Bool = false,
        field: (String) -> String
    ) throws(OperatorError) {
        func refuse(_ setting: String, _ purpose: String) -> OperatorError {
            OperatorError(
                .validationError,
                subject: field(setting),
                message: "Mutual Authentication mode \(mode.rawValue) does not support \(purpose).",
                hint: "Remove \(setting), or make the mode verify; nothing was changed."
            )
        }
        if mode == .off, trustStore != nil { throw refuse("trustStore", "a trust store") }
        if mode != .verify, ignoresExpiry != nil {
            throw refuse("ignoreClientCertificateExpiry", "ignoring certificate expiry")
        }
        if mode != .verify, advertises != nil {
            throw refuse("advertiseTrustStoreCaNames", "advertising trust store CA names")
        }
        if mode != .verify, let requirement {
            throw refuse(requirement, "requirements on client certificates")
        }
        if mode == .off, resumes {
            throw OperatorError(
                .validationError,
                subject: field("sessionResumption"),
                message: "Mode off has no use for a cache of sessions: they resume by tickets there.",
                hint: "Remove sessionResumption, or make the mode passthrough or verify; nothing was changed."
            )
        }
    }

    func trustStore(named name: String, field: String) throws(OperatorError) -> TrustStore {
        if let store = self.trustStores.first(where: { $0.name == name }) { return store }
        throw OperatorError(
            .trustStoreNotFound,
            subject: field,
            message: "There is no trust store named \"\(name)\".",
            hint: Suggestion.known(
                self.trustStores.map(\.name),
                nearest: name,
                none: "Declare it under trustStores."
            )
        )
    }

    /// Names the stores there are, or gives other advice where there is none.
    func knownStores(or advice: String) -> String {
        Suggestion.known(self.trustStores.map(\.name), nearest: nil, none: advice)
    }

    /// Settings of a listener that does not verify: they keep how it did, so that a flip back to `verify`
    /// restores the same policy.
    ///
    /// A trust store that is gone is forgotten, and with it the settings that were chosen for it.
    func remembering(
        _ previous: MutualAuthentication?,
        mode: MutualAuthentication.Mode,
        trustStoreID: ResourceID?,
        sessionResumption: SessionResumption?
    ) -> MutualAuthentication {
        let kept = previous?.trustStoreID.flatMap { id in self.trustStores.first { $0.id == id }?.id }
        // Whom the listener let in is never forgotten: a flip back would let everybody in.
        let requirements = previous?.requirements ?? .standard
        guard let storeID = trustStoreID ?? kept else {
            return MutualAuthentication(
                mode: mode,
                requirements: requirements,
                sessionResumption: sessionResumption
            )
        }
        let isSameStore = storeID == previous?.trustStoreID
        return MutualAuthentication(
            mode: mode,
            trustStoreID: storeID,
            ignoreClientCertificateExpiry: isSameStore && previous?.ignoreClientCertificateExpiry == true,
            advertiseTrustStoreCaNames: isSameStore && previous?.advertiseTrustStoreCaNames == true,
            requirements: requirements,
            sessionResumption: sessionResumption
        )
    }
}
