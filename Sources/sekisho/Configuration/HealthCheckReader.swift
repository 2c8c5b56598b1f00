import Model
import Yams

/// Reads `healthCheck` of a target group; what is left out has ELBv2's default for targets like its own.
enum HealthCheckReader {
    private static let trafficPort = "traffic-port"

    static func read(
        _ field: Field,
        for targets: TargetGroup.TargetProtocol,
        version: TargetGroup.ProtocolVersion,
        isFunction: Bool
    ) -> HealthCheck? {
        let keys = [
            "healthyThresholdCount", "intervalSeconds", "matcher", "path", "port", "protocol",
            "timeoutSeconds", "unhealthyThresholdCount",
        ]
        guard let mapping = field.mapping(of: "a health check", keys: keys) else { return nil }
        for key in isFunction ? ["port", "protocol"] : [] {
            mapping.optional(key)?.refuse(
                "A function is checked by an invocation at its baseURL.",
                hint: "Remove \(key)."
            )
        }
        let chosen = mapping.optional("protocol")?.choice(of: HealthCheck.CheckProtocol.self)
        var check =
            isFunction
            ? HealthCheck.standardForFunctions : .standard(for: targets, version: version, by: chosen)
        if let port = mapping.optional("port"), port.node.string != Self.trafficPort,
            let number = port.integer(in: 1...65_535)
        {
            check.port = UInt16(clamping: number)
        }
        if let path = mapping.optional("path")?.text() { check.path = path }
        Self.read(mapping.optional("intervalSeconds"), HealthCheck.intervals, into: &check.intervalSeconds)
        Self.read(mapping.optional("timeoutSeconds"), HealthCheck.timeouts, into: &check.timeoutSeconds)
        Self.read(
            mapping.optional("healthyThresholdCount"),
            HealthCheck.thresholds,
            into: &check.healthyThresholdCount
        )
        Self.read(
            mapping.optional("unhealthyThresholdCount"),
            HealthCheck.thresholds,
            into: &check.unhealthyThresholdCount
        )
        if let field = mapping.optional("matcher"), let text = field.text() {
            let codes = HealthCheck.codes(for: targets, version: version)
            if let matcher = StatusMatcher(text, within: codes) {
                check.matcher = matcher
            } else {
                let example = version == .grpc ? "12, 0,12 or 0-99" : "200, 200,202 or 200-299"
                field.refuse(
                    "matcher is \"\(text)\".",
                    hint: "Write codes from \(codes.lowerBound) to \(codes.upperBound), such as \(example)."
                )
            }
        }
        return check
    }

    private static func read(_ field: Field?, _ range: ClosedRange<Int>, into value: inout Int) {
        if let number = field?.integer(in: range) { value = number }
    }
}
