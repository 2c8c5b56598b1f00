/// One step of judging a client's certificates, and what it found.
public struct VerificationStep: Hashable, Sendable, Codable {
    /// The steps of `alb-mtls` 1.6, in the order in which they are taken.
    public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        /// Bytes of the Certificate message.
        case messageSize = "message size"
        /// Certificates in it.
        case chainLength = "chain length"
        /// Whether they can be read, with all their critical extensions.
        case encoding
        /// X.509 version and key of the leaf.
        case keyType = "key type"
        /// Keys and signatures of all that the path is made of.
        case signatures
        /// The way to a CA of the trust store, and what the CAs on it may issue.
        case path
        case validity
        case purpose
        /// The listener's own filters and pins.
        case identity
        case revocation
    }

    public enum Result: String, Hashable, Sendable, Codable {
        case passed
        case failed
        /// Found wrong, and accepted because the listener's settings say so.
        case overlooked
        /// An earlier step had ended it, or there was nothing to check.
        case skipped
    }

    public let name: Name
    public let result: Result
    /// A short text without full stop.
    public let finding: String

    public init(_ name: Name, _ result: Result, _ finding: String) {
        self.name = name
        self.result = result
        self.finding = finding
    }
}

extension RefusalReason {
    /// The step that refuses for this reason; nil for what happens outside of judging.
    public var step: VerificationStep.Name? {
        switch self {
        case .maxSizeExceeded: .messageSize
        case .maxChainDepthExceeded: .chainLength
        case .invalid: .encoding
        case .typeUnsupported: .keyType
        case .incompatible: .signatures
        case .untrusted: .path
        case .notYetValid, .expired: .validity
        case .purposeInvalid: .purpose
        case .rejected: .identity
        case .crlHit, .crlProcessingError: .revocation
        case .unmapped: nil
        }
    }
}
