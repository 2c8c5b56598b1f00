import Glibc
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// PROXY headers in front of HTTP and HTTPS: believed from the proxies that a listener names, and from nobody
/// else.
@Suite("Proxied clients", .ownThreads)
struct ProxiedClientTests {
    private static let client = IPAddress(v4: 0xC000_0207)  // 192.0.2.7
    private static let header = ProxyHeader(
        source: Endpoint(address: client, port: 4_321),
        destination: Endpoint(address: client, port: 443)
    )
    /// Where the tests' proxy is; other tests' clients come from 127.0.0.1.
    private static let proxy = IPAddress(v4: 0x7F00_0005)

    private func listener(
        tls: ServedTLS? = nil,
        action: ServedAction,
        rules: [ServedRule] = [],
        _ change: (inout LoadBalancerAttributes) -> Void = { _ in }
    ) throws -> ServedListener {
        var attributes = LoadBalancerAttributes()
        change(&attributes)
        return ServedListener(
            id: .random(),
            name: "test",
            loadBalancerPath: "app/test/0123456789abcdef",
            endpoint: Endpoint(address: .loopback, port: 0),
            tls: tls,
            action: action,
            rules: rules,
            attributes: attributes,
            proxyProtocolSources: [try #require(AddressRange("127.0.0.5/32"))]
        )
    }

    private func rejections(_ engine: RunningEngine, _ listener: ServedListener) -> [Rejection: UInt64] {
        engine.engine.counters().listeners[listener.id]?.rejectedByReason ?? [:]
    }

    @Test(
        "A proxy's word is the client's address: for the target, the rules, the log",
        arguments: [1, 7, 500]
    )
    func believed(piece: Int) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let range = try #require(AddressRange("192.0.2.0/24"))
        let listener = try self.listener(
            action: .fixed("not by rule"),
            rules: [
                ServedRule(
                    priority: 1,
                    conditions: [.sourceIP(values: [range])],
                    action: .forward(target.endpoint)
                )
            ]
        )
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener), from: Self.proxy)
        let bytes =
            Self.header.bytes + Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try client.send(bytes[start..<min(start + piece, bytes.count)])
        }
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answer.contains("X-Forwarded-For: 192.0.2.7\r\n"))
        #expect(await engine.record { $0.client == Self.header.source } != nil)
        #expect(engine.records.count == 1)
        await engine.stop()
    }

    /// The load balancer in front is one of ours.
    @Test("A network load balancer in front tells the application one behind it who the client is")
    func chain() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let behind = ServedListener(
            id: .random(),
            name: "behind",
            loadBalancerPath: "app/test/0123456789abcdef",
            endpoint: Endpoint(address: .loopback, port: 0),
            tls: nil,
            action: .forward(target.endpoint),
            proxyProtocolSources: [try #require(AddressRange("127.0.0.1/32"))]
        )
        try await engine.run([behind])
        let front = ServedListener.relay(to: [try engine.endpoint(behind)], sendsProxyProtocol: true)
        try await engine.run([behind, front])
        let client = try RawSocket(to: engine.endpoint(front), from: IPAddress("127.0.0.9"))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answer.contains("X-Forwarded-For: 127.0.0.9\r\n"))
        await engine.stop()
    }

    @Test("Before TLS, too, the header comes first, and the log names the client")
    func beforeTLS() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(tls: pki.served(.off), action: .fixed("through"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let client = try SecureClient(
            to: endpoint,
            context: pki.context(nil),
            preface: Self.header.bytes,
            from: Self.proxy
        )
        #expect(try client.get()?.body == "through")
        let record = await engine.record { $0.client == Self.header.source }
        #expect(record?.tls?.outcome == .success)
        #expect(engine.records.count == 1)
        await engine.stop()
    }

    /// The attack: whoever may connect claims to be somebody else.
    @Test("Nobody else is believed", arguments: [true, false])
    func spoofed(isTLS: Bool) async throws {
        let target = try ScriptedTarget.echo()
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(
            tls: isTLS ? pki.served(.off) : nil,
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(Self.header.bytes)
        try? client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(isTLS || answer.hasPrefix("HTTP/1.1 400 "))
        #expect(!answer.contains("192.0.2.7"))
        #expect(target.connectionCount == 0)
        let record = await engine.record { _ in true }
        #expect(record?.client.address == .loopback)
        await engine.stop()
    }

    @Test("A client beside the proxies needs no header")
    func direct() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answer.contains("X-Forwarded-For: 127.0.0.1\r\n"))
        await engine.stop()
    }

    @Test(
        "A proxy without a good header is refused and counted, and nothing of it goes on",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
            Array("PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n".utf8),
            Array(header.bytes.dropLast()), Array(header.bytes.prefix(14)) + [0xFF, 0xFF], [],
        ] as [[UInt8]]
    )
    func refused(first: [UInt8]) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener), from: Self.proxy)
        try client.send(first)
        client.finishSending()
        #expect(client.receiveToEnd() == [])
        #expect(self.rejections(engine, listener) == [.proxyHeader: 1])
        #expect(target.connectionCount == 0)
        #expect(engine.records.isEmpty)
        await engine.stop()
    }

    @Test(
        "A proxy that does not come to its point is cut at the deadline of handshakes",
        arguments: [true, false]
    )
    func deadline(isTLS: Bool) async throws {
        let pki = try TestPKI()
        var tuning = EngineTuning()
        tuning.handshakeDeadline = .milliseconds(200)
        let engine = RunningEngine(tuning: tuning)
        let listener = try self.listener(tls: isTLS ? pki.served(.off) : nil, action: .fixed("through"))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener), from: Self.proxy)
        try client.send(Self.header.bytes.prefix(20))
        #expect((try? client.receive()) ?? [] == [])
        #expect(self.rejections(engine, listener) == [.proxyHeader: 1])
        #expect(engine.records.isEmpty)
        await engine.stop()
    }

    @Test("A proxy that speaks for itself is its own client")
    func local() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener), from: Self.proxy)
        try client.send(Self.header.bytes.prefix(12) + [0x20, 0, 0, 0])
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answer.contains("X-Forwarded-For: 127.0.0.5\r\n"))
        await engine.stop()
    }

    /// All clients share the proxy's address, and one of them must not use up what the others have.
    @Test("It is the client's connections that are limited, not the proxy's")
    func perSource() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(action: .fixed("through")) { $0.connectionsPerSource = 1 }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        func open(_ address: String) throws -> (socket: RawSocket, isAnswered: Bool) {
            let source = Endpoint(address: try #require(IPAddress(address)), port: 1)
            let socket = try RawSocket(to: endpoint, from: Self.proxy)
            try socket.send(ProxyHeader(source: source, destination: source).bytes)
            try? socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return (socket, (try? socket.receive(until: "through")) != nil)
        }
        let first = try open("2001:db8:0:1::1")
        #expect(first.isAnswered)
        #expect(try !open("2001:db8:0:1::2").isAnswered)
        #expect(try open("2001:db8:0:2::1").isAnswered)
        #expect(try open("192.0.2.1").isAnswered)
        #expect(self.rejections(engine, listener) == [.connectionsPerSource: 1])
        withExtendedLifetime(first) {}
        await engine.stop()
    }
}
