/// Why a function gave no answer that could be passed on.
extension ErrorReason {
    /// What the client of a function is answered (`elbv2-api` 5.4).
    public var functionStatus: Int {
        switch self {
        case .lambdaBadRequest, .lambdaWebsocketNotSupported: 400
        case .lambdaRequestTooLarge: 413
        case .lambdaConnectionTimeout: 504
        default: 502
        }
    }

    /// Where an invocation ended without the Invoke API's word: by the status the client is answered with.
    ///
    /// nil where it was the client that failed.
    public init?(functionStatus status: Int) {
        switch status {
        case 502: self = .lambdaConnectionError
        case 504: self = .lambdaConnectionTimeout
        default: return nil
        }
    }

    /// What an error answer of the Invoke API means, from its status and the name in `X-Amzn-ErrorType`.
    ///
    /// The name outranks the status. Names and statuses: AWS Lambda API reference, Invoke.
    public init(invokeStatus status: Int, errorType: String) {
        // Some services put an address behind the name.
        let name = errorType.prefix { $0 != ":" && $0 != "," && $0 != " " }
        if let reason = Self.byErrorType[String(name)] ?? Self(rawValue: "Lambda\(name)") {
            self = reason
            return
        }
        switch status {
        case 401, 403: self = .lambdaAccessDenied
        case 404: self = .lambdaResourceNotFound
        case 413: self = .lambdaRequestTooLarge
        case 429: self = .lambdaThrottling
        default: self = .lambdaServiceException
        }
    }

    /// Where ALB's word is not AWS Lambda's with `Lambda` in front.
    private static let byErrorType: [String: ErrorReason] = [
        "AccessDeniedException": .lambdaAccessDenied, "ExpiredTokenException": .lambdaAccessDenied,
        "IncompleteSignatureException": .lambdaAccessDenied,
        "InvalidSignatureException": .lambdaAccessDenied,
        "MissingAuthenticationTokenException": .lambdaAccessDenied,
        "UnrecognizedClientException": .lambdaAccessDenied,
        "InvalidRequestContentException": .lambdaBadRequest,
        "InvalidParameterValueException": .lambdaBadRequest,
        "RequestTooLargeException": .lambdaRequestTooLarge,
        "ResourceNotFoundException": .lambdaResourceNotFound,
        "TooManyRequestsException": .lambdaThrottling, "ThrottlingException": .lambdaThrottling,
    ]
}
