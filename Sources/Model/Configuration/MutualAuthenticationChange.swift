/// A flip of mutual TLS: of a listener, or of one name that clients ask it for.
public struct MutualAuthenticationChange: Hashable, Sendable {
    /// The listener's name, its long name (ARN), its id, or its port where only one listener has it.
    public var listener: String
    /// The host name, or the pattern with `*.` in front, that alone is judged so from now on; nil for the
    /// listener's own mode.
    ///
    /// In any letter case. One that has no policy yet gets one, and begins with what judges it now.
    public var serverName: String?
    public var mode: MutualAuthentication.Mode
    /// By name; nil for the store the listener or name has, or had, or the only one there is.
    public var trustStore: String?
    /// nil leaves the setting.
    public var ignoreClientCertificateExpiry: Bool?
    /// nil leaves the setting.
    public var clientCertificate: ClientRequirements.Enforcement?
    /// nil leaves them.
    public var identityFilters: [IdentityFilter]?
    /// nil leaves them.
    public var pinnedCertificates: [String]?
    /// ``SessionResumption/lifetimeSeconds``, 0 to resume nothing; nil leaves the setting.
    ///
    /// Not with ``serverName``: all names of a listener share one cache of sessions.
    public var sessionLifetimeSeconds: Int?
    /// nil leaves the setting.
    public var advertiseTrustStoreCaNames: Bool?
    /// The generation the author was looking at; nil changes whatever is there.
    ///
    /// When the listener has changed since, the change is refused with `RevisionConflict`.
    public var seenGeneration: UInt64?
    /// nil for a change that stays.
    public var trial: TrialTerms?

    public init(
        listener: String,
        serverName: String? = nil,
        mode: MutualAuthentication.Mode,
        trustStore: String? = nil,
        ignoreClientCertificateExpiry: Bool? = nil,
        advertiseTrustStoreCaNames: Bool? = nil,
        seenGeneration: UInt64? = nil,
        trial: TrialTerms? = nil
    ) {
        self.listener = listener
        self.serverName = serverName
        self.mode = mode
        self.trustStore = trustStore
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
        self.seenGeneration = seenGeneration
        self.trial = trial
    }
}

extension MutualAuthenticationChange: Codable {
    private enum Key: String, CodingKey {
        case listener, mode, trustStore, ignoreClientCertificateExpiry, clientCertificate, identityFilters
        case pinnedCertificates, sessionLifetimeSeconds, advertiseTrustStoreCaNames, seenGeneration, trial
        case serverName, modeOfName
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let serverName = try container.decodeIfPresent(String.self, forKey: .serverName)
        self.init(
            listener: try container.decode(String.self, forKey: .listener),
            serverName: serverName,
            mode: try container.decode(
                MutualAuthentication.Mode.self,
                forKey: serverName == nil ? .mode : .modeOfName
            ),
            trustStore: try container.decodeIfPresent(String.self, forKey: .trustStore),
            ignoreClientCertificateExpiry: try container.decodeIfPresent(
                Bool.self,
                forKey: .ignoreClientCertificateExpiry
            ),
            advertiseTrustStoreCaNames: try container.decodeIfPresent(
                Bool.self,
                forKey: .advertiseTrustStoreCaNames
            ),
            seenGeneration: try container.decodeIfPresent(UInt64.self, forKey: .seenGeneration),
            trial: try container.decodeIfPresent(TrialTerms.self, forKey: .trial)
        )
        self.clientCertificate = try container.decodeIfPresent(
            ClientRequirements.Enforcement.self,
            forKey: .clientCertificate
        )
        self.identityFilters = try container.decodeIfPresent([IdentityFilter].self, forKey: .identityFilters)
        self.pinnedCertificates = try container.decodeIfPresent([String].self, forKey: .pinnedCertificates)
        self.sessionLifetimeSeconds = try container.decodeIfPresent(Int.self, forKey: .sessionLifetimeSeconds)
    }

    /// A gate that does not know of names must not take the change of one for the whole listener's: it finds
    /// no mode in it, and refuses.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.listener, forKey: .listener)
        try container.encodeIfPresent(self.serverName, forKey: .serverName)
        try container.encode(self.mode, forKey: self.serverName == nil ? .mode : .modeOfName)
        try container.encodeIfPresent(self.trustStore, forKey: .trustStore)
        try container.encodeIfPresent(
            self.ignoreClientCertificateExpiry,
            forKey: .ignoreClientCertificateExpiry
        )
        try container.encodeIfPresent(self.clientCertificate, forKey: .clientCertificate)
        try container.encodeIfPresent(self.identityFilters, forKey: .identityFilters)
        try container.encodeIfPresent(self.pinnedCertificates, forKey: .pinnedCertificates)
        try container.encodeIfPresent(self.sessionLifetimeSeconds, forKey: .sessionLifetimeSeconds)
        try container.encodeIfPresent(self.advertiseTrustStoreCaNames, forKey: .advertiseTrustStoreCaNames)
        try container.encodeIfPresent(self.seenGeneration, forKey: .seenGeneration)
        try container.encodeIfPresent(self.trial, forKey: .trial)
    }
}
