/// How a listener treats client certificates: ELBv2's `MutualAuthentication` (`alb-mtls` 1.1).
public struct MutualAuthentication: Hashable, Sendable, Codable {
    /// The three modes of an HTTPS listener.
    public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        /// No certificate is asked for.
        case off
        /// Any certificate, or none, gets through; the target is handed the chain and decides.
        case passthrough
        /// A certificate that the trust store vouches for is required.
        case verify
    }

    public let mode: Mode

    /// The trust store: required in `verify`.
    ///
    /// In the other modes it decides nothing; it is the store that a flip to `verify` which names none goes
    /// back to.
    public let trustStoreID: ResourceID?

    /// `verify` only: a leaf past its notAfter is accepted (expired CA certificates are not).
    public let ignoreClientCertificateExpiry: Bool

    /// `verify` only: the CertificateRequest names the trust store's subjects.
    public let advertiseTrustStoreCaNames: Bool

    /// `verify` only, and kept in the other modes for a flip back to it.
    public let requirements: ClientRequirements

    /// `passthrough` and `verify`, and kept in `off` for a flip back; nil where nothing is resumed.
    public let sessionResumption: SessionResumption?

    public init(
        mode: Mode,
        trustStoreID: ResourceID? = nil,
        ignoreClientCertificateExpiry: Bool = false,
        advertiseTrustStoreCaNames: Bool = false,
        requirements: ClientRequirements = .standard,
        sessionResumption: SessionResumption? = nil
    ) {
        self.mode = mode
        self.trustStoreID = trustStoreID
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
        self.requirements = requirements
        self.sessionResumption = sessionResumption
    }

    public static let off = MutualAuthentication(mode: .off)

    /// The mode as people are shown it: `verify`, or `verify (observed)` where it keeps nobody out.
    public var modeText: String {
        guard self.mode == .verify, self.requirements.clientCertificate != .required else {
            return self.mode.rawValue
        }
        return "verify (\(self.requirements.clientCertificate.rawValue))"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            mode: try container.decode(Mode.self, forKey: .mode),
            trustStoreID: try container.decodeIfPresent(ResourceID.self, forKey: .trustStoreID),
            ignoreClientCertificateExpiry: try container.decode(
                Bool.self,
                forKey: .ignoreClientCertificateExpiry
            ),
            advertiseTrustStoreCaNames: try container.decode(Bool.self, forKey: .advertiseTrustStoreCaNames),
            // Databases hold settings from before there were any.
            requirements: try container.decodeIfPresent(ClientRequirements.self, forKey: .requirements)
                ?? .standard,
            sessionResumption: try container.decodeIfPresent(
                SessionResumption.self,
                forKey: .sessionResumption
            )
        )
    }
}
