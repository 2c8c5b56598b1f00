/// What is counted of the requests that one listener sent to one target group, by ELBv2's names.
public enum GroupMetric: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// Requests for which a target could be chosen.
    case requests = "RequestCount"
    case grpcRequests = "GrpcRequestCount"
    case connectionErrors = "TargetConnectionErrorCount"
    case tlsErrors = "TargetTLSNegotiationErrorCount"
    case target2XX = "HTTPCode_Target_2XX_Count"
    case target3XX = "HTTPCode_Target_3XX_Count"
    case target4XX = "HTTPCode_Target_4XX_Count"
    case target5XX = "HTTPCode_Target_5XX_Count"
    case functionUserErrors = "LambdaUserError"
    case functionInternalErrors = "LambdaInternalError"

    public var meaning: String {
        switch self {
        case .requests: "Requests for which a target could be chosen."
        case .grpcRequests: "Requests to target groups of gRPC."
        case .connectionErrors: "Requests whose target could not be connected to."
        case .tlsErrors: "Requests whose target could be connected to, but not agreed with on TLS."
        case .target2XX: "Responses of targets with a status of 200 to 299."
        case .target3XX: "Responses of targets with a status of 300 to 399."
        case .target4XX: "Responses of targets with a status of 400 to 499."
        case .target5XX: "Responses of targets with a status of 500 to 599."
        case .functionUserErrors: "Requests that failed by a function's own doing."
        case .functionInternalErrors: "Requests that failed because a function could not be called."
        }
    }
}
