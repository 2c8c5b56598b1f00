public import Model

/// Why a client that had passed does not pass any more.
public struct LateRefusal: Sendable {
    public let reason: RefusalReason

    /// How it came to be; nil where nothing could be judged.
    public let trace: VerificationTrace?

    /// What the client's leaf says; nil if it cannot be read.
    public let leaf: CertificateFacts?

    /// What the client presented in its handshake: DER, leaf first.
    public let chain: [[UInt8]]
}
