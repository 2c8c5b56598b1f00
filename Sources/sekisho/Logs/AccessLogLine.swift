import Model

/// One line of the access log, to be filtered and printed.
struct AccessLogLine: Hashable, Sendable {
    /// The fields' names in ALB's order (`alb-mtls` 3); where ALB's name has a colon, without the port.
    static let names = [
        "type", "time", "elb", "client", "target", "request_processing_time", "target_processing_time",
        "response_processing_time", "elb_status_code", "target_status_code", "received_bytes", "sent_bytes",
        "request_line", "user_agent", "ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id",
        "domain_name", "chosen_cert_arn", "matched_rule_priority", "request_creation_time",
        "actions_executed", "redirect_url", "error_reason", "target_list", "target_status_code_list",
        "classification", "classification_reason", "conn_trace_id", "transformed_host", "transformed_uri",
        "request_transform_status", "ip_address",
    ]

    private static let balancerField = 2
    private static let statusField = 8
    private static let requestField = 12

    /// As ALB writes it.
    let alb: String

    /// An object of the fields that have a value, on one line.
    var json: String {
        "{\(LogFields.members(LogWords.split(self.alb), names: Self.names).joined(separator: ","))}"
    }

    /// Whether the client got a status of this pattern: `502`, or `5xx` for all that begin with 5.
    func hasStatus(_ pattern: String) -> Bool {
        let fields = LogWords.split(self.alb)
        guard fields.count > Self.statusField else { return false }
        let status = fields[Self.statusField]
        return status.count == pattern.count
            && zip(status, pattern.lowercased()).allSatisfy { $0 == $1 || $1 == "x" }
    }

    /// Whether the request came to a listener with this port, of that load balancer where one is named.
    func isAbout(port: UInt16, loadBalancer path: String?) -> Bool {
        let fields = LogWords.split(self.alb)
        guard fields.count > Self.requestField, path == nil || fields[Self.balancerField] == path else {
            return false
        }
        // `METHOD proto://host:port/uri`: neither method nor host has a slash in it, so the third slash or
        // what stands for the URI ends the port.
        let address = fields[Self.requestField].split(separator: "/", omittingEmptySubsequences: false)
        guard address.count > 2 else { return false }
        let literalEnd = address[2].hasPrefix("[") ? address[2].firstIndex(of: "]") : nil
        guard let colon = address[2][(literalEnd ?? address[2].startIndex)...].firstIndex(of: ":") else {
            return false
        }
        return address[2][colon...].dropFirst().prefix { $0.isNumber } == "\(port)"
    }
}
