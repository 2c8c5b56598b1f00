import Model
import TestSupport
import Testing

@testable import Engine

/// An entry of the access log like the one in ALB's documentation.
enum AccessSample {
    static func entry() throws -> AccessEntry {
        let listener = ServedListener(
            id: ResourceID(bits: 1),
            name: "front",
            loadBalancerPath: "app/edge/78b889fe26824b20",
            endpoint: Endpoint(address: .loopback, port: 0),
            tls: nil,
            action: try .fixed("through"),
            accessLog: ServedAccessLog(
                certificateARNs: ["arn:aws:acm:local:000000000000:certificate/0000000000000001"],
                targetGroupARNs: [Self.targetGroup: "arn:aws:elasticloadbalancing:local:000000000000:tg"]
            )
        )
        let context = AccessContext(listener, endpoint: Endpoint(address: .loopback, port: 8080))
        return AccessEntry(
            context: try #require(context),
            tls: nil,
            traceID: TraceID(high: 1, low: 2),
            client: Endpoint(address: IPAddress(v4: 0xC633_6417), port: 51_544),
            nodeAddress: .loopback,
            kind: .http,
            created: Timestamp(microseconds: 1_767_605_832_064_000)
        )
    }

    static let targetGroup = ResourceID(bits: 0x3621_7df1_30c2_4248)
}
