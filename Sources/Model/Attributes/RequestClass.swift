/// How far a request is from what the standard wants; field `classification` of the access log.
public enum RequestClass: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case compliant = "Compliant"
    /// Not as the standard has it, and no danger.
    case acceptable = "Acceptable"
    /// Two readers may read it in two ways.
    case ambiguous = "Ambiguous"
    /// Two readers will.
    case severe = "Severe"

    private var rank: Int {
        switch self {
        case .compliant: 0
        case .acceptable: 1
        case .ambiguous: 2
        case .severe: 3
        }
    }

    public static func < (left: RequestClass, right: RequestClass) -> Bool { left.rank < right.rank }
}

/// Why a request is not compliant; field `classification_reason` of the access log (`alb-mtls` 3.2).
public enum ClassificationReason: String, Hashable, Sendable, Codable, CaseIterable {
    case getHeadZeroContentLength = "GetHeadZeroContentLength"
    case nonCompliantHeader = "NonCompliantHeader"
    case nonCompliantVersion = "NonCompliantVersion"
    case spaceInURI = "SpaceInUri"

    case ambiguousURI = "AmbiguousUri"
    case bothTeClPresent = "BothTeClPresent"
    case duplicateContentLength = "DuplicateContentLength"
    case emptyHeader = "EmptyHeader"
    case suspiciousHeader = "SuspiciousHeader"
    case undefinedContentLengthSemantics = "UndefinedContentLengthSemantics"
    case undefinedTransferEncodingSemantics = "UndefinedTransferEncodingSemantics"

    case badContentLength = "BadContentLength"
    case badHeader = "BadHeader"
    case badTransferEncoding = "BadTransferEncoding"
    case badURI = "BadUri"
    case badMethod = "BadMethod"
    case badVersion = "BadVersion"
    case multipleContentLength = "MultipleContentLength"
    case multipleTransferEncodingChunked = "MultipleTransferEncodingChunked"
    case suspiciousTeClPresent = "SuspiciousTeClPresent"

    /// The class that a request with this reason has at least.
    public var requestClass: RequestClass {
        switch self {
        case .getHeadZeroContentLength, .nonCompliantHeader, .nonCompliantVersion, .spaceInURI:
            .acceptable
        case .ambiguousURI, .bothTeClPresent, .duplicateContentLength, .emptyHeader, .suspiciousHeader,
            .undefinedContentLengthSemantics, .undefinedTransferEncodingSemantics:
            .ambiguous
        case .badContentLength, .badHeader, .badTransferEncoding, .badURI, .badMethod, .badVersion,
            .multipleContentLength, .multipleTransferEncodingChunked, .suspiciousTeClPresent:
            .severe
        }
    }
}
