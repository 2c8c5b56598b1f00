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

    public init(
        mode: Mode,
        trustStoreID: ResourceID? = nil,
        ignoreClientCertificateExpiry: Bool = false,
        advertiseTrustStoreCaNames: Bool = false
    ) {
        self.mode = mode
        self.trustStoreID = trustStoreID
        self.ignoreClientCertificateExpiry = ignoreClientCertificateExpiry
        self.advertiseTrustStoreCaNames = advertiseTrustStoreCaNames
    }

    public static let off = MutualAuthentication(mode: .off)
}
