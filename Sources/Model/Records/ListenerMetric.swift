/// What is counted of a listener's requests and connections, by ELBv2's names (`alb-mtls` 7).
public enum ListenerMetric: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// Of clients and to targets.
    case newConnections = "NewConnectionCount"
    case processedBytes = "ProcessedBytes"
    case ipv6Requests = "IPv6RequestCount"
    case ipv6Bytes = "IPv6ProcessedBytes"
    case functionBytes = "LambdaTargetProcessedBytes"
    /// Rules up to the one that held, as ALB tries them; the default action is none.
    case ruleEvaluations = "RuleEvaluations"
    case fixedResponses = "HTTP_Fixed_Response_Count"
    case redirects = "HTTP_Redirect_Count"
    case redirectsTooLong = "HTTP_Redirect_Url_Limit_Exceeded_Count"
    case droppedInvalidHeaders = "DroppedInvalidHeaderRequestCount"
    /// Statuses that are ours, not a target's.
    case elb3XX = "HTTPCode_ELB_3XX_Count"
    case elb4XX = "HTTPCode_ELB_4XX_Count"
    case elb5XX = "HTTPCode_ELB_5XX_Count"
    case elb500 = "HTTPCode_ELB_500_Count"
    case elb502 = "HTTPCode_ELB_502_Count"
    case elb503 = "HTTPCode_ELB_503_Count"
    case elb504 = "HTTPCode_ELB_504_Count"

    /// What it counts, in one sentence.
    public var meaning: String {
        switch self {
        case .newConnections: "Connections that clients opened to the gate, and the gate to targets."
        case .processedBytes: "Bytes of requests and responses, without TLS and TCP."
        case .ipv6Requests: "Requests of clients with an IPv6 address."
        case .ipv6Bytes: "Bytes of requests and responses of clients with an IPv6 address."
        case .functionBytes: "Bytes of requests that functions answered, and of the responses."
        case .ruleEvaluations: "Rules tried up to the one that held; default actions are none."
        case .fixedResponses: "Fixed responses."
        case .redirects: "Redirects."
        case .redirectsTooLong: "Redirects that were not sent because their address is beyond 8 KiB."
        case .droppedInvalidHeaders: "Requests that lost headers with invalid names."
        case .elb3XX: "Responses with a status of 300 to 399 that the load balancer made."
        case .elb4XX:
            "Responses with a status of 400 to 499 that the load balancer made, gone clients among them."
        case .elb5XX: "Responses with a status of 500 to 599 that the load balancer made."
        case .elb500: "Responses with status 500 that the load balancer made."
        case .elb502: "Responses with status 502 that the load balancer made."
        case .elb503: "Responses with status 503 that the load balancer made."
        case .elb504: "Responses with status 504 that the load balancer made."
        }
    }
}
