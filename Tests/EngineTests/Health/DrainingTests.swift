import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What becomes of a target that leaves its group, and of what it has in hand.
@Suite("Draining", .ownThreads)
struct DrainingTests {
    private static let group = ResourceID(bits: 93)
    private static let listenerID = ResourceID(bits: 94)

    private static func served(
        _ targets: [Endpoint],
        drained: Set<Endpoint> = [],
        delay: Int = 300,
        protocol: TargetGroup.TargetProtocol = .http,
        terminates: Bool = false
    ) -> ServedTargetGroup {
        var attributes = TargetGroupAttributes(for: `protocol`)
        attributes.deregistrationDelaySeconds = delay
        attributes.terminatesDeregistered = terminates
        return ServedTargetGroup(
            id: Self.group,
            targets: targets,
            drained: drained,
            healthCheck: HealthCheck(),
            isUsed: true,
            attributes: attributes,
            isRelayed: `protocol` == .tcp
        )
    }

    private static func listener(_ targets: [Endpoint]) -> ServedListener {
        .test(id: Self.listenerID, action: .forward(targetGroupID: Self.group, targets: targets))
    }

    /// No check comes within these tests.
    private static func engine() -> RunningEngine {
        RunningEngine(workers: 1, healthCheckSecond: .seconds(10_000))
    }

    /// A target that answers when it is told to, and counts its requests.
    private final class Patient: Sendable {
        let isOver = Mutex(false)
        let requests = Atomic<Int>(0)

        func start() throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                while true {
                    _ = try socket.receive(until: "\r\n\r\n")
                    self.requests.add(1, ordering: .relaxed)
                    while !self.isOver.withLock({ $0 }) { usleep(2_000) }
                    try socket.send("HTTP/1.1 200 Late\r\nContent-Length: 0\r\n\r\n")
                }
            }
        }
    }

    private static func begin(_ engine: RunningEngine, _ patient: Patient) throws -> RawSocket {
        let client = try RawSocket(to: engine.endpoint(Self.listener([])))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while patient.requests.load(ordering: .relaxed) == 0 { usleep(2_000) }
        return client
    }

    private static func status(_ engine: RunningEngine) throws -> String {
        let client = try RawSocket(to: engine.endpoint(Self.listener([])))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try client.receive(until: "\r\n")
    }

    @Test("A request in hand is answered, and no other goes there, not on its connection either")
    func finishes() async throws {
        let patient = Patient()
        let (old, new) = (try patient.start(), try ScriptedTarget.discarding())
        let engine = Self.engine()
        try await engine.run([Self.listener([old.endpoint])], targetGroups: [Self.served([old.endpoint])])
        let client = try Self.begin(engine, patient)
        try await engine.run([Self.listener([new.endpoint])], targetGroups: [Self.served([new.endpoint])])
        let health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.total == 1)
        #expect(health.departed?.map(\.target) == [old.endpoint])
        #expect(health.departed?.map(\.state) == [.draining])
        #expect(health.departed?.map(\.reason) == [.deregistrationInProgress])
        let left = try #require(health.departed?.first?.remainingSeconds)
        #expect((1...300).contains(left))
        for _ in 0..<4 { #expect(try Self.status(engine) == "HTTP/1.1 200 OK\r\n") }
        patient.isOver.withLock { $0 = true }
        #expect(try client.receive(until: "\r\n") == "HTTP/1.1 200 Late\r\n")
        // It is back: what it kept open of the time before is not used.
        try await engine.run([Self.listener([old.endpoint])], targetGroups: [Self.served([old.endpoint])])
        #expect(try Self.status(engine) == "HTTP/1.1 200 Late\r\n")
        #expect(old.connectionCount == 2)
        #expect(engine.engine.counters().targetGroups?[Self.group]?.departed?.map(\.target) == [new.endpoint])
        await engine.stop()
    }

    @Test("After the delay a request in hand is answered with 502", arguments: [0, 1])
    func delayIsOver(delay: Int) async throws {
        let patient = Patient()
        let (old, new) = (try patient.start(), try ScriptedTarget.discarding())
        let engine = Self.engine()
        try await engine.run([Self.listener([old.endpoint])], targetGroups: [Self.served([old.endpoint])])
        let client = try Self.begin(engine, patient)
        let without = Self.served([new.endpoint], delay: delay)
        try await engine.run([Self.listener([new.endpoint])], targetGroups: [without])
        #expect(try client.receive(until: "\r\n") == "HTTP/1.1 502 Bad Gateway\r\n")
        let health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.departed?.map(\.state) == [.unused])
        #expect(health.departed?.map(\.reason) == [.notRegistered])
        // The next change forgets it.
        try await engine.run([Self.listener([new.endpoint])], targetGroups: [without])
        #expect(engine.engine.counters().targetGroups?[Self.group]?.departed == nil)
        patient.isOver.withLock { $0 = true }
        await engine.stop()
    }

    @Test("A WebSocket goes on for the delay, with a cookie of its target, and is cut then")
    func tunnel() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            )
            while true { try socket.send(try socket.receive()) }
        }
        let new = try ScriptedTarget.discarding()
        let engine = Self.engine()
        func group(_ target: ScriptedTarget, delay: Int) -> ServedTargetGroup {
            var attributes = TargetGroupAttributes()
            attributes.deregistrationDelaySeconds = delay
            attributes.stickiness.isEnabled = true
            return ServedTargetGroup(
                id: Self.group,
                targets: [target.endpoint],
                healthCheck: HealthCheck(),
                isUsed: true,
                attributes: attributes
            )
        }
        try await engine.run([Self.listener([target.endpoint])], targetGroups: [group(target, delay: 300)])
        let client = try RawSocket(to: engine.endpoint(Self.listener([])))
        try client.send(
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        let head = try client.receive(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(head.contains("Set-Cookie: AWSALB="))
        try await engine.run([Self.listener([new.endpoint])], targetGroups: [group(new, delay: 300)])
        try client.send("still here\n")
        #expect(try client.receive(until: "\n") == "still here\n")
        try await engine.run([Self.listener([target.endpoint])], targetGroups: [group(target, delay: 0)])
        try await engine.run([Self.listener([new.endpoint])], targetGroups: [group(new, delay: 0)])
        #expect(client.receiveToEnd().isEmpty)
        await engine.stop()
    }

    @Test("Draining by hand is the same, and the target stays a member that can be restored")
    func byHand() async throws {
        let patient = Patient()
        let (old, other) = (try patient.start(), try ScriptedTarget.discarding())
        let both = [old.endpoint, other.endpoint]
        let engine = Self.engine()
        // Alone at first, so that the request goes there.
        try await engine.run([Self.listener([old.endpoint])], targetGroups: [Self.served([old.endpoint])])
        let client = try Self.begin(engine, patient)
        let drained = Self.served(both, drained: [old.endpoint], delay: 1)
        try await engine.run([Self.listener([other.endpoint])], targetGroups: [drained])
        var health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.total == 2)
        #expect(health.others.first?.state == .draining)
        for _ in 0..<4 { #expect(try Self.status(engine) == "HTTP/1.1 200 OK\r\n") }
        #expect(try client.receive(until: "\r\n") == "HTTP/1.1 502 Bad Gateway\r\n")
        health = try #require(engine.engine.counters().targetGroups?[Self.group])
        #expect(health.others.first?.state == .unused)
        #expect(health.others.first?.reason == .invalidState)
        patient.isOver.withLock { $0 = true }
        try await engine.run([Self.listener(both)], targetGroups: [Self.served(both)])
        let answers = try (0..<4).map { _ in try Self.status(engine) }
        #expect(Set(answers) == ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 Late\r\n"])
        await engine.stop()
    }

    @Test("A gate that starts with a drained target waits for nothing")
    func started() throws {
        let endpoint = Endpoint(address: .loopback, port: 80)
        let group = try CheckedGroup(Self.served([endpoint], drained: [endpoint]), running: nil)
        #expect(group.health.others.map(\.state) == [.unused])
        #expect(group.health.total == 1)
    }

    @Test("A connection to a target that has left is reset after the delay where the group says so")
    func relays() async throws {
        let target = try ScriptedTarget { socket in
            while true { try socket.send(try socket.receive()) }
        }
        let other = try ScriptedTarget { _ in }
        let engine = Self.engine()
        func listener(_ target: ScriptedTarget) -> ServedListener {
            ServedListener(
                id: Self.listenerID,
                name: "relay",
                loadBalancerPath: "net/test/0123456789abcdef",
                endpoint: Endpoint(address: .loopback, port: 0),
                tls: nil,
                action: .forward(targetGroupID: Self.group, targets: [target.endpoint]),
                relay: ServedRelay(
                    defaultGroup: ServedRelayGroup(targetGroupID: Self.group, targets: [target.endpoint])
                )
            )
        }
        func group(_ target: ScriptedTarget, terminates: Bool) -> ServedTargetGroup {
            Self.served([target.endpoint], delay: 0, protocol: .tcp, terminates: terminates)
        }
        try await engine.run([listener(target)], targetGroups: [group(target, terminates: false)])
        let client = try RawSocket(to: engine.endpoint(listener(target)))
        try client.send("hello\n")
        #expect(try client.receive(until: "\n") == "hello\n")
        try await engine.run([listener(other)], targetGroups: [group(other, terminates: false)])
        try client.send("still here\n")
        #expect(try client.receive(until: "\n") == "still here\n")

        try await engine.run([listener(target)], targetGroups: [group(target, terminates: false)])
        try await engine.run([listener(other)], targetGroups: [group(other, terminates: true)])
        #expect(client.receiveToEnd().isEmpty)
        await engine.stop()
    }
}
