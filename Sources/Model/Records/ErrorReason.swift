/// Why a request was answered with an error; field `error_reason` of the access log (`alb-mtls` 3.1).
public enum ErrorReason: String, Hashable, Sendable, Codable, CaseIterable {
    case groupCookieInvalid = "AWSALBTGCookieInvalid"
    case weightedGroupsUnhandledException = "WeightedTargetGroupsUnhandledException"

    // Counted as `LambdaUserError`.
    case lambdaAccessDenied = "LambdaAccessDenied"
    /// What the function is to be given is no UTF-8.
    case lambdaBadRequest = "LambdaBadRequest"
    case lambdaInvalidResponse = "LambdaInvalidResponse"
    /// A body beyond 1 MiB.
    case lambdaRequestTooLarge = "LambdaRequestTooLarge"
    /// A response beyond 1 MiB.
    case lambdaResponseTooLarge = "LambdaResponseTooLarge"
    case lambdaResourceNotFound = "LambdaResourceNotFound"
    case lambdaThrottling = "LambdaThrottling"
    case lambdaUnhandled = "LambdaUnhandled"
    case lambdaWebsocketNotSupported = "LambdaWebsocketNotSupported"
    // What AWS Lambda could not set up for the function.
    case lambdaEC2AccessDenied = "LambdaEC2AccessDeniedException"
    case lambdaEC2Throttled = "LambdaEC2ThrottledException"
    case lambdaEC2Unexpected = "LambdaEC2UnexpectedException"
    case lambdaENILimitReached = "LambdaENILimitReachedException"
    case lambdaInvalidRuntime = "LambdaInvalidRuntimeException"
    case lambdaInvalidSecurityGroup = "LambdaInvalidSecurityGroupIDException"
    case lambdaInvalidSubnet = "LambdaInvalidSubnetIDException"
    case lambdaInvalidZipFile = "LambdaInvalidZipFileException"
    case lambdaKMSAccessDenied = "LambdaKMSAccessDeniedException"
    case lambdaKMSDisabled = "LambdaKMSDisabledException"
    case lambdaKMSInvalidState = "LambdaKMSInvalidStateException"
    case lambdaKMSNotFound = "LambdaKMSNotFoundException"
    case lambdaSubnetAddressLimitReached = "LambdaSubnetIPAddressLimitReachedException"

    // Counted as `LambdaInternalError`.
    case lambdaConnectionError = "LambdaConnectionError"
    case lambdaConnectionTimeout = "LambdaConnectionTimeout"
    case lambdaServiceException = "LambdaServiceException"
    case lambdaUnhandledException = "LambdaUnhandledException"

    /// Whose mistake the failure of a function is; nil where no function has failed.
    public var functionFault: FunctionFault? {
        switch self {
        case .groupCookieInvalid, .weightedGroupsUnhandledException:
            nil
        case .lambdaAccessDenied, .lambdaBadRequest, .lambdaInvalidResponse, .lambdaRequestTooLarge,
            .lambdaResponseTooLarge, .lambdaResourceNotFound, .lambdaThrottling, .lambdaUnhandled,
            .lambdaWebsocketNotSupported, .lambdaEC2AccessDenied, .lambdaEC2Throttled, .lambdaEC2Unexpected,
            .lambdaENILimitReached, .lambdaInvalidRuntime, .lambdaInvalidSecurityGroup, .lambdaInvalidSubnet,
            .lambdaInvalidZipFile, .lambdaKMSAccessDenied, .lambdaKMSDisabled, .lambdaKMSInvalidState,
            .lambdaKMSNotFound, .lambdaSubnetAddressLimitReached:
            .user
        case .lambdaConnectionError, .lambdaConnectionTimeout, .lambdaServiceException,
            .lambdaUnhandledException:
            .internal
        }
    }

    /// The two counters that ELBv2 keeps of functions.
    public enum FunctionFault: Hashable, Sendable {
        case user
        case `internal`
    }
}
