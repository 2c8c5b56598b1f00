/// A failure that a person will read: in the console, in a reply, on standard error, in a log.
///
/// `code` is for programs and never changes meaning; `message` says what is wrong in one sentence; `hint`
/// says what to do about it, and is nil only when nobody but us can do anything. Key material, PEM bodies
/// and request payloads never appear in any of the three.
public struct OperatorError: Error, Hashable, Sendable, Codable {
    /// What kind of failure this is; the ELBv2 API's name where it has one.
    ///
    /// Raw values are part of the API: add cases, never rename one.
    public enum Code: String, Hashable, Sendable, Codable {
        case validationError = "ValidationError"
        case valueOutOfRange = "ValueOutOfRange"
        case invalidConfigurationRequest = "InvalidConfigurationRequest"
        case configurationUnreadable = "ConfigurationUnreadable"
        case fileUnreadable = "FileUnreadable"

        case duplicateLoadBalancerName = "DuplicateLoadBalancerName"
        case duplicateListener = "DuplicateListener"
        case duplicateTargetGroupName = "DuplicateTargetGroupName"
        case duplicateTrustStoreName = "DuplicateTrustStoreName"
        case listenerNotFound = "ListenerNotFound"
        case targetGroupNotFound = "TargetGroupNotFound"
        case trustStoreNotFound = "TrustStoreNotFound"
        case recordNotFound = "RecordNotFound"
        case priorityInUse = "PriorityInUse"
        case unsupportedProtocol = "UnsupportedProtocol"
        case quotaExceeded = "QuotaExceeded"

        case sslPolicyNotFound = "SSLPolicyNotFound"

        case invalidCaCertificatesBundle = "InvalidCaCertificatesBundle"
        case invalidRevocationContent = "InvalidRevocationContent"
        case revocationContentNotFound = "RevocationContentNotFound"
        case revocationIDNotFound = "RevocationIdNotFound"
        case tooManyTrustStoreRevocationEntries = "TooManyTrustStoreRevocationEntries"
        case invalidCertificate = "InvalidCertificate"
        case invalidPrivateKey = "InvalidPrivateKey"
        case certificateKeyMismatch = "CertificateKeyMismatch"

        case addressInUse = "AddressInUse"
        case addressUnavailable = "AddressUnavailable"
        case permissionDenied = "PermissionDenied"
        case stateDirectoryInUse = "StateDirectoryInUse"
        case stateDirectoryUnusable = "StateDirectoryUnusable"
        case stateUnreadable = "StateUnreadable"
        case gateUnreachable = "GateUnreachable"
        case protocolMismatch = "ProtocolMismatch"
        case revisionConflict = "RevisionConflict"
        case changeNotFound = "ChangeNotFound"
        case resourceLimit = "ResourceLimit"
        case internalFailure = "InternalFailure"

        /// Reads a code; one that a newer program has added is read as `InternalFailure`, so that its message
        /// and hint, which are what people need, still arrive.
        public init(from decoder: any Decoder) throws {
            let name = try decoder.singleValueContainer().decode(String.self)
            self = Code(rawValue: name) ?? .internalFailure
        }
    }

    /// The kind, for programs.
    public let code: Code

    /// The resource, property or file the failure is about, as the operator wrote it.
    ///
    /// For a declared configuration this is the path of the field (`loadBalancers[0].listeners[1].port`),
    /// which the reader of the file turns into `file:line`.
    public let subject: String

    /// What is wrong, in one sentence that ends with a full stop.
    public let message: String

    /// What the reader can do about it, as an instruction.
    public let hint: String?

    /// Creates an error from its parts, already worded.
    public init(_ code: Code, subject: String, message: String, hint: String?) {
        self.code = code
        self.subject = subject
        self.message = message
        self.hint = hint
    }

    /// The same failure told about another subject, for callers who know better where it stands.
    public func about(_ subject: String) -> OperatorError {
        OperatorError(self.code, subject: subject, message: self.message, hint: self.hint)
    }

    /// A value outside its documented range; ranges are refused, never clamped.
    public static func outOfRange(
        _ property: String,
        got value: String,
        allowed: String
    ) -> OperatorError {
        OperatorError(
            .valueOutOfRange,
            subject: property,
            message: "\(property) is \(value), outside \(allowed).",
            hint: "Choose a value within \(allowed); nothing was changed."
        )
    }
}

extension OperatorError: CustomStringConvertible {
    public var description: String {
        guard let hint else { return "\(self.code.rawValue): \(self.message)" }
        return "\(self.code.rawValue): \(self.message) \(hint)"
    }
}
