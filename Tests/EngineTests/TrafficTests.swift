import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Which counter a request adds to: the load balancer's own answers apart from those of targets.
@Suite("Traffic counters", .ownThreads)
struct TrafficTests {
    private static func traffic(
        of listener: ServedListener,
        targetGroups: [ServedTargetGroup] = [],
        _ body: (Endpoint) throws -> Void
    ) async throws -> TrafficCounters {
        let engine = RunningEngine(workers: 1)
        try await engine.run([listener], targetGroups: targetGroups)
        try body(try engine.endpoint(listener))
        // A request is counted when it is over, which may be after its client has seen the end of it.
        while engine.engine.counters().listeners[listener.id]?.open != 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
        let traffic = engine.engine.counters().listeners[listener.id]?.traffic
        await engine.stop()
        return try #require(traffic)
    }

    private static func ask(_ path: String, at endpoint: Endpoint, headers: String = "") throws {
        let client = try RawSocket(to: endpoint)
        try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(headers)Connection: close\r\n\r\n")
        _ = client.receiveToEnd()
    }

    private static let group = ResourceID(bits: 1)

    @Test("A target's statuses are the target's")
    func targets() async throws {
        let target = try ScriptedTarget { socket in
            for status in ["200 OK", "404 Not Found", "503 Busy", "302 Found"] {
                _ = try socket.receive(until: "\r\n\r\n")
                try socket.send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let listener = ServedListener.test(action: .forward(target.endpoint))
        let traffic = try await Self.traffic(of: listener) { endpoint in
            let client = try RawSocket(to: endpoint)
            for _ in 0..<4 {
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.receive(until: "\r\n\r\n")
            }
        }
        let group = try #require(traffic.groups[Self.group])
        #expect(
            group.metrics == [.requests: 4, .target2XX: 1, .target3XX: 1, .target4XX: 1, .target5XX: 1]
        )
        #expect(group.responseTime.count == 4)
        // One of the client, one to the target.
        #expect(traffic.metrics[.newConnections] == 2)
        #expect(traffic.metrics[.processedBytes] ?? 0 > 4 * 28)
        #expect(traffic.metrics.count == 2)
    }

    @Test("Answers of the load balancer are its own")
    func own() async throws {
        let gone = try ScriptedTarget { _ in }
        gone.refuseConnections()
        func rule(_ priority: Int, _ path: String, _ action: ServedAction) -> ServedRule {
            ServedRule(priority: priority, conditions: [.pathPattern(values: [path])], action: action)
        }
        let listener = ServedListener.test(
            action: try .fixed("x", status: 404),
            rules: [
                rule(1, "/go", .redirect(Redirect(path: "/there", statusCode: .found))),
                rule(2, "/gone", .forward(gone.endpoint)),
                rule(3, "/empty", .forward(targetGroupID: ResourceID(bits: 3), targets: [])),
                rule(4, "/long/*", .redirect(Redirect(path: "/x/#{path}/#{path}", statusCode: .found))),
            ]
        )
        let traffic = try await Self.traffic(of: listener) { endpoint in
            for path in ["/", "/go", "/gone", "/empty", "/long/" + String(repeating: "a", count: 8_000)] {
                try Self.ask(path, at: endpoint)
            }
            try Self.ask("/", at: endpoint, headers: "Content-Length: x\r\n")
        }
        var metrics = traffic.metrics
        metrics[.processedBytes] = nil
        metrics[.newConnections] = nil
        #expect(
            metrics == [
                .elb3XX: 1, .elb4XX: 2, .elb5XX: 3, .elb502: 1, .elb503: 1, .fixedResponses: 1, .redirects: 1,
                .redirectsTooLong: 1,
                // All four for the default action, then as many as come up to the one that held.
                .ruleEvaluations: 4 + 1 + 2 + 3 + 4,
            ]
        )
        #expect(traffic.groups[Self.group]?.metrics == [.requests: 1, .connectionErrors: 1])
        // Without a target there is no request of a group's.
        #expect(traffic.groups[ResourceID(bits: 3)] == nil)
    }

    @Test("Headers that are dropped are counted by request")
    func invalidHeaders() async throws {
        var attributes = LoadBalancerAttributes()
        attributes.dropsInvalidHeaderFields = true
        let listener = ServedListener.test(action: try .fixed("x"), attributes: attributes)
        let traffic = try await Self.traffic(of: listener) { endpoint in
            try Self.ask("/", at: endpoint, headers: "a_b: 1\r\nc_d: 2\r\n")
            try Self.ask("/", at: endpoint)
        }
        #expect(traffic.metrics[.droppedInvalidHeaders] == 1)
    }

    @Test("Handshakes are timed, and counters go on across a change of the listener")
    func kept() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let id = ResourceID.random()
        let tls = pki.served(.off)
        let context = try ClientContext(certificateChainPEM: nil, privateKey: nil)
        for word in ["one", "two"] {
            let listener = ServedListener.test(id: id, tls: tls, action: try .fixed(word))
            try await engine.run([listener])
            let client = try SecureClient(to: engine.endpoint(listener), context: context)
            _ = try client.get()
            client.close()
        }
        while engine.engine.counters().listeners[id]?.traffic?.metrics[.fixedResponses] != 2 {
            try await Task.sleep(for: .milliseconds(5))
        }
        let counters = engine.engine.counters()
        #expect(counters.listeners[id]?.traffic?.handshakeTime.count == 2)
        #expect(counters.workers?.count == 1)
        await engine.stop()
    }
}
