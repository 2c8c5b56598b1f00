import Model

/// Why a head was refused, and the status the client gets for it.
///
/// The status is all a peer is told; the reason is for the operator.
public struct HTTPRefusal: Equatable, Sendable {
    public let status: Int
    public let reason: Reason

    public enum Reason: Equatable, Sendable {
        case headTooLarge, headerLineTooLong, tooManyHeaders, requestLineTooLong
        case badLineEnd, badRequestLine, badMethod, badVersion, badStatusLine
        case badTarget, spaceInTarget, controlInTarget
        case badHeaderName, badHeaderValue, foldedHeader, emptyHeader
        case missingHost, severalHosts, badHost
        case badContentLength, severalContentLengths, contentLengthTooLarge
        case severalTransferEncodings, transferEncodingWithContentLength, transferEncodingInHTTP10
        case unknownTransferEncoding
        case badConnectionOption, tooManyConnectionOptions
        case tooManyForwardedAddresses
        case unknownExpectation
        case unsupportedVersion, connectNotSupported, traceNotAllowed
        case unexpectedSwitchingProtocols
        /// It has a reading, and `DesyncMitigationMode` does not let it through.
        case notCompliant
    }

    /// A request head longer than `EngineLimits.headBytes`, for the caller that waits for its end.
    public static let headTooLarge = HTTPRefusal(.headTooLarge)

    /// A request refused with the status that belongs to the reason.
    init(_ reason: Reason) {
        self.reason = reason
        self.status =
            switch reason {
            // Too large heads are 400 as with ALB (`elbv2-api` 5.4), which knows no 431.
            case .headTooLarge, .headerLineTooLong, .tooManyHeaders: 400
            case .requestLineTooLong: 414
            case .contentLengthTooLarge: 413
            case .unknownExpectation: 417
            // Load balancers answer this one when a chain of proxies has outgrown 30 addresses.
            case .tooManyForwardedAddresses: 463
            case .traceNotAllowed: 405
            // A gateway is no tunnel; RFC 9110 15.6.2 is for methods that are not supported for any target.
            case .connectNotSupported, .unknownTransferEncoding: 501
            case .unsupportedVersion: 505
            default: 400
            }
    }

    /// A target's response that cannot be passed on (RFC 9110 15.6.3).
    init(response reason: Reason) {
        self.reason = reason
        self.status = 502
    }
}

extension HTTPRefusal.Reason {
    /// What ALB calls this defect of a request; nil where it has no name for it.
    var classification: ClassificationReason? {
        switch self {
        case .emptyHeader: .emptyHeader
        case .badLineEnd, .badHeaderName, .badHeaderValue, .foldedHeader, .badConnectionOption: .badHeader
        case .badMethod: .badMethod
        case .badVersion: .badVersion
        case .unsupportedVersion: .nonCompliantVersion
        case .badContentLength, .contentLengthTooLarge: .badContentLength
        case .severalContentLengths: .multipleContentLength
        case .severalTransferEncodings, .unknownTransferEncoding, .transferEncodingInHTTP10:
            .badTransferEncoding
        case .transferEncodingWithContentLength: .suspiciousTeClPresent
        case .badTarget: .badURI
        case .spaceInTarget: .spaceInURI
        case .controlInTarget: .ambiguousURI
        case .headTooLarge, .headerLineTooLong, .tooManyHeaders, .requestLineTooLong, .badRequestLine,
            .badStatusLine, .missingHost, .severalHosts, .badHost, .tooManyConnectionOptions,
            .tooManyForwardedAddresses, .unknownExpectation, .connectNotSupported, .traceNotAllowed,
            .unexpectedSwitchingProtocols, .notCompliant:
            nil
        }
    }
}

/// What became of a head.
public enum HeadResult: Equatable, Sendable {
    case complete
    case refused(HTTPRefusal)
}
