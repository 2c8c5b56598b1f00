import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// WebSocket: what becomes a tunnel, what does not, and what ends one.
@Suite("WebSocket", .ownThreads)
struct WebSocketTests {
    static let offer =
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    static let accepted =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

    /// A target that switches, then sends every byte back; and what reached it in all.
    private final class Heard: Sendable {
        private let all = Mutex<[UInt8]>([])
        let heads = Mutex<[String]>([])

        var bytes: [UInt8] { self.all.withLock { $0 } }

        func target(greeting: String = "") throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                let head = try socket.receive(until: "\r\n\r\n")
                self.heads.withLock { $0.append(head) }
                try socket.send(WebSocketTests.accepted + greeting)
                while true {
                    let bytes = try socket.receive()
                    if bytes.isEmpty { return }
                    self.all.withLock { $0 += bytes }
                    try socket.send(bytes)
                }
            }
        }
    }

    @Test("Bytes cross in both directions, those that came with the heads first")
    func tunnel() async throws {
        let heard = Heard()
        let target = try heard.target(greeting: "welcome")
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        // Looks like a request, and is none.
        let early = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        try client.send(Self.offer + early)
        let head = try client.receive(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(head.contains("Upgrade: websocket\r\n") && head.contains("Connection: Upgrade\r\n"))
        #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(try client.receive(until: "welcome") == "welcome")
        #expect(try client.receive(exactly: early.utf8.count) == Array(early.utf8))
        let sent = RelayTests.noise(4_000_000)
        BlockingThread.start {
            try? client.send(sent)
            client.finishSending()
        }
        #expect(client.receiveToEnd() == sent)
        #expect(heard.bytes == Array(early.utf8) + sent)
        let seen = try #require(heard.heads.withLock { $0.first })
        #expect(seen.contains("Upgrade: websocket\r\n") && seen.contains("Connection: Upgrade\r\n"))
        #expect(seen.contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
        #expect(target.connectionCount == 1)
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    /// The pipelined request must be parsed as one, once, and only after the refusal.
    @Test("A target that refuses leaves HTTP as it was, and what was sent behind is the next request")
    func refused() async throws {
        let heads = Mutex<[String]>([])
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                let count = heads.withLock { heads in
                    heads.append(head)
                    return heads.count
                }
                if count == 1 { usleep(200_000) }
                try socket.send("HTTP/1.1 \(count == 1 ? "400 No" : "200 OK")\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        let next = "GET /next HTTP/1.1\r\nHost: a\r\nX-Amzn-Mtls-Clientcert-Leaf: forged\r\n\r\n"
        try client.send(Self.offer + next)
        #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 400 No\r\n"))
        #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
        let seen = heads.withLock { $0 }
        #expect(seen.count == 2)
        #expect(seen.last?.hasPrefix("GET /next HTTP/1.1\r\n") == true)
        #expect(seen.last?.contains("forged") == false)
        #expect(seen.last?.contains("Upgrade") == false)
        await engine.stop()
    }

    @Test(
        "A switch that nobody asked for, or to something else, is 502",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Self.accepted),
            ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", Self.accepted),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", Self.accepted),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
                Self.accepted
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
                Self.accepted
            ),
            ("GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", Self.accepted),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Content-Length: 0\r\n\r\n", Self.accepted
            ),
            (Self.offer, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
            (Self.offer, "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"),
            (Self.offer, "HTTP/1.1 101 Switching\r\n\r\n"),
        ]
    )
    func unasked(request: String, answer: String) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(answer + "tunnelled")
            _ = try? socket.receive()
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(request)
        client.finishSending()
        let all = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(all.hasPrefix("HTTP/1.1 502 "), "\(all)")
        #expect(!all.contains("tunnelled"))
        await engine.stop()
    }

    @Test(
        "A group of HTTP/2 has no WebSockets: the request is 464, and its target hears nothing",
        arguments: [TargetGroup.ProtocolVersion.http2, .grpc]
    )
    func groupOfHTTP2(version: TargetGroup.ProtocolVersion) async throws {
        let heard = Heard()
        let target = try heard.target()
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let id = ResourceID.random()
        let listener = ServedListener.test(
            tls: pki.served(.off),
            action: .forward(targetGroupID: id, targets: [target.endpoint])
        )
        var check = HealthCheck()
        check.protocol = .tcp
        let group = ServedTargetGroup(
            id: id,
            targets: [target.endpoint],
            healthCheck: check,
            isUsed: true,
            protocolVersion: version
        )
        try await engine.run([listener], targetGroups: [group])
        let client = try SecureClient(to: engine.endpoint(listener), context: pki.context(nil))
        try client.send(Self.offer + "tunnelled")
        #expect(client.receiveToEnd().hasPrefix("HTTP/1.1 464 "))
        #expect(heard.heads.withLock { $0.isEmpty })
        await engine.stop()
    }

    /// By RFC 8441, which we do not offer, and by the header that HTTP/2 has not.
    @Test(
        "A client of HTTP/2 gets no WebSocket, and the target hears nothing of it",
        arguments: [
            [(":method", "CONNECT"), (":protocol", "websocket")],
            [(":method", "GET"), ("upgrade", "websocket"), ("connection", "upgrade")],
        ]
    )
    func clientOfHTTP2(fields: [(String, String)]) async throws {
        let target = try ScriptedTarget { _ = try $0.receive() }
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let common = [(":scheme", "https"), (":authority", "localhost"), (":path", "/chat")]
        let pseudo = fields.filter { $0.0.hasPrefix(":") }
        let answer = try client.get(pseudo + common + fields.filter { !$0.0.hasPrefix(":") })
        #expect(answer?.block.isEmpty == true && answer?.reset != nil, "\(String(describing: answer))")
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    /// The client is told apart by the headers on the request that asks for the switch.
    @Test("On a verify listener the request names the client, forged names do not, and the tunnel is its own")
    func identity() async throws {
        let pki = try TestPKI()
        let heard = Heard()
        let target = try heard.target()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: pki.served(pki.verification()),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let client = try SecureClient(
            to: engine.endpoint(listener),
            context: pki.context(try pki.client(.valid))
        )
        try client.send(
            Self.offer.replacing(
                "Upgrade: WebSocket\r\n",
                with: "Upgrade: WebSocket\r\nX-Amzn-Mtls-Clientcert-Subject: CN=forged\r\n"
            )
        )
        try client.send("ping")
        var all = ""
        while !all.hasSuffix("ping") { all += String(decoding: try client.receive(), as: UTF8.self) }
        #expect(all.hasPrefix("HTTP/1.1 101"))
        let head = try #require(heard.heads.withLock { $0.first })
        #expect(head.contains("X-Amzn-Mtls-Clientcert-Subject: CN=valid"))
        #expect(!head.contains("forged"))
        client.close()
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    /// What the client sends after the acknowledgement is the secret; the target is asked what it heard.
    @Test(
        "A flip to verify cuts the tunnels it has not judged before it is acknowledged",
        arguments: [ClientPolicy.off, .passthrough]
    )
    func flip(before: ClientPolicy) async throws {
        let pki = try TestPKI()
        let heard = Heard()
        let target = try heard.target()
        let engine = RunningEngine()
        let listener = ServedListener.test(tls: pki.served(before), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: pki.context(nil))
        try client.send(Self.offer + "early")
        #expect(try await RelayTests.waits { heard.bytes == Array("early".utf8) })
        // A flip that asks for less, or for the same, ends nothing.
        try await engine.run([listener.with(.off)])
        try client.send("still")
        #expect(try await RelayTests.waits { heard.bytes == Array("earlystill".utf8) })
        try await engine.run([listener.with(pki.verification())])
        #expect(engine.engine.counters().listeners[listener.id]?.open == 0)
        try? client.send("LATE")
        while let bytes = try? client.receive(), !bytes.isEmpty {}
        #expect(heard.bytes == Array("earlystill".utf8))
        await engine.stop()
    }

    /// The answer that would make the tunnel comes after the flip.
    @Test("A switch answered after a flip to verify begins no tunnel")
    func lateAnswer() async throws {
        let pki = try TestPKI()
        let mayAnswer = Mutex(false)
        let heard = Mutex(0)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !mayAnswer.withLock({ $0 }) { usleep(2_000) }
            try socket.send(Self.accepted)
            let count = try socket.receive().count
            heard.withLock { $0 += count }
        }
        let engine = RunningEngine()
        let listener = ServedListener.test(tls: pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: pki.context(nil))
        try client.send(Self.offer + "LATE")
        #expect(try await RelayTests.waits { target.connectionCount == 1 })
        try await engine.run([listener.with(pki.verification())])
        mayAnswer.withLock { $0 = true }
        let answer = client.receiveToEnd()
        #expect(!answer.contains("101"))
        #expect(heard.withLock { $0 } == 0)
        await engine.stop()
    }

    @Test("A tunnel without a byte in either direction ends with the idle timeout")
    func idle() async throws {
        var attributes = LoadBalancerAttributes.standard
        attributes.idleTimeoutSeconds = 1
        let heard = Heard()
        let target = try heard.target()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint), attributes: attributes)
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(Self.offer)
        _ = try client.receive(until: "\r\n\r\n")
        #expect(client.receiveToEnd() == [])
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    @Test("A target that breaks off resets the client; one that ends, ends it", arguments: [true, false])
    func targetEnds(isReset: Bool) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(Self.accepted)
            _ = try socket.receive(exactly: 4)
            try socket.send("bye")
            if isReset { socket.resetOnClose() }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(Self.offer)
        _ = try client.receive(until: "\r\n\r\n")
        try client.send("ping")
        var sawReset = false
        do { while try !client.receive().isEmpty {} } catch { sawReset = true }
        #expect(sawReset == isReset)
        await engine.stop()
    }

    @Test("A tunnel goes through to targets over TLS")
    func overTLS() async throws {
        let pki = try TestPKI()
        let target = try SecureTarget.listen(pki.served(.off)) { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(Self.accepted)
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { break }
                try socket.send(bytes)
            }
            try socket.finishSending()
        }
        let gate = try await TargetTLSTests.Gate(target.endpoint)
        let client = try gate.client()
        try client.send(Self.offer)
        #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
        let sent = RelayTests.noise(2_000_000)
        BlockingThread.start {
            try? client.send(sent)
            client.finishSending()
        }
        #expect(client.receiveToEnd() == sent)
        await gate.engine.stop()
    }
}
