import HTTP
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Checks of targets that speak HTTP/2, by a running engine whose seconds last 20 ms.
@Suite("Health checks in HTTP/2", .ownThreads)
struct HTTP2CheckTests {
    private static let group = ResourceID(bits: 78)

    private static func run(
        _ targets: [Endpoint],
        _ version: TargetGroup.ProtocolVersion,
        beside listeners: [ServedListener] = [],
        on engine: RunningEngine,
        check change: (inout HealthCheck) -> Void = { _ in }
    ) async throws {
        var check = HealthCheck.standard(for: .http, version: version)
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        change(&check)
        let served = ServedTargetGroup(
            id: Self.group,
            targets: targets,
            healthCheck: check,
            isUsed: true,
            protocolVersion: version
        )
        let action = ServedAction.forward(targetGroupID: Self.group, targets: targets)
        try await engine.run(listeners + [.test(action: action)], targetGroups: [served])
    }

    /// Waits until every target has been judged, at most 10 s.
    private static func health(_ engine: RunningEngine) async throws -> TargetGroupHealth {
        for _ in 0..<1_000 {
            if let health = engine.engine.counters().targetGroups?[Self.group],
                health.others.allSatisfy({ $0.state == .unhealthy })
            {
                return health
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try #require(engine.engine.counters().targetGroups?[Self.group])
    }

    @Test("A group of HTTP/2 is asked in HTTP/2, and its targets are judged by their status")
    func http2() async throws {
        let good = try HTTP2Target { _ in HTTP2Target.Reply(body: Array("well".utf8)) }
        let bad = try HTTP2Target { _ in HTTP2Target.Reply(head: "HTTP/1.1 503 No\r\n\r\n") }
        let old = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        try await Self.run([good.endpoint, bad.endpoint, old.endpoint], .http2, on: engine)
        let health = try await Self.health(engine)
        #expect(health.healthy == 1)
        #expect(health.others.map(\.target) == [bad.endpoint, old.endpoint])
        #expect(health.others.first?.description == "Health checks failed with these codes: [503]")
        let head = try #require(good.requests.first).head.lowercased()
        #expect(head.hasPrefix("get / http/1.1\r\n"))
        #expect(head.contains("user-agent: elb-healthchecker/2.0\r\n"))
        #expect(!head.contains("connection:"))
        await engine.stop()
    }

    @Test("A group of gRPC is called, and its targets are judged by the status of the call")
    func grpc() async throws {
        @Sendable func reply(_ trailers: String, body: [UInt8] = []) -> HTTP2Target.Reply {
            HTTP2Target.Reply(
                head: "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n\r\n",
                body: body,
                trailers: trailers
            )
        }
        let unknown = try HTTP2Target { _ in reply("grpc-status: 12\r\n") }
        let serving = try HTTP2Target { _ in reply("grpc-status: 0\r\n", body: [0, 0, 0, 0, 0]) }
        let headOnly = try HTTP2Target { _ in
            HTTP2Target.Reply(head: "HTTP/1.1 200 OK\r\ngrpc-status: 12\r\n\r\n")
        }
        let ill = try HTTP2Target { _ in reply("grpc-status: 14\r\n") }
        let web = try HTTP2Target { _ in HTTP2Target.Reply(head: "HTTP/1.1 404 No\r\n\r\n") }
        let targets = [unknown, serving, headOnly, ill, web].map(\.endpoint)
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        try await Self.run(targets, .grpc, on: engine) { $0.matcher = StatusMatcher("0,12") ?? .ok }
        let health = try await Self.health(engine)
        #expect(health.healthy == 3)
        #expect(health.others.map(\.target) == [ill.endpoint, web.endpoint])
        #expect(health.others.first?.description == "Health checks failed with these codes: [14]")
        #expect(health.others.last?.reason == .failedHealthChecks)
        let request = try #require(unknown.requests.first)
        #expect(request.head.hasPrefix("POST /AWS.ALB/healthcheck HTTP/1.1\r\n"))
        #expect(request.head.contains("content-type: application/grpc\r\n"))
        #expect(request.body == [0, 0, 0, 0, 0])
        await engine.stop()
    }

    /// The target is a listener of the same engine.
    @Test("Over TLS the target must agree on HTTP/2")
    func overTLS() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(20))
        let open = ServedListener.test("open", tls: pki.served(.off), action: try .fixed("hello"))
        try await engine.run([open])
        let target = try engine.endpoint(open)
        try await Self.run([target], .http2, beside: [open], on: engine) { $0.protocol = .https }
        #expect(try await Self.health(engine).healthy == 1)
        await engine.stop()
    }

    /// A relay's bytes come to an end with the health of its target, unless the group says otherwise.
    @Test("Connections to a TCP target are reset when it becomes unhealthy", arguments: [true, false])
    func resets(terminates: Bool) async throws {
        let target = try ScriptedTarget { socket in
            while true { try socket.send(try socket.receive()) }
        }
        // Checked at another port, where nobody is.
        let nobody = try ScriptedTarget { _ in }
        nobody.refuseConnections()
        var attributes = TargetGroupAttributes(for: .tcp)
        attributes.terminatesUnhealthy = terminates
        var check = HealthCheck.standard(for: .tcp)
        check.port = nobody.endpoint.port
        let engine = RunningEngine(workers: 1, healthCheckSecond: .milliseconds(200))
        let listener = ServedListener.relay(to: [target.endpoint])
        func group(_ check: HealthCheck) -> ServedTargetGroup {
            ServedTargetGroup(
                id: ResourceID(bits: 1),
                targets: [target.endpoint],
                healthCheck: check,
                isUsed: true,
                attributes: attributes,
                isRelayed: true
            )
        }
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        var good = check
        good.port = nil
        try await engine.run([listener], targetGroups: [group(good)])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("hello\n")
        #expect(try client.receive(until: "\n") == "hello\n")
        try await engine.run([listener], targetGroups: [group(check)])
        for _ in 0..<3_000 {
            let health = engine.engine.counters().targetGroups?[ResourceID(bits: 1)]
            if health?.others.first?.state == .unhealthy { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        if terminates {
            #expect(client.receiveToEnd().isEmpty)
        } else {
            try client.send("still here\n")
            #expect(try client.receive(until: "\n") == "still here\n")
        }
        await engine.stop()
    }
}
