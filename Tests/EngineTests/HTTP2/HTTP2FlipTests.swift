import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Security: what a connection was judged by before a flip is worth nothing after it, for each stream anew.
@Suite("HTTP/2 across flips", .ownThreads)
struct HTTP2FlipTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    @Test("An idle connection of a laxer mode is told to go, and no stream is answered on it")
    func idle() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: try .fixed("hello"))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        #expect(try client.get()?.isOK == true)
        try await engine.run([listener.with(self.pki.verification())])
        if let stream = try? client.request() { #expect(client.answers([stream])[stream]?.isOK != true) }
        client.readToEnd()
        #expect(client.goAway == 0)
        #expect(engine.engine.counters().listeners[listener.id]?.requests == 1)
        await engine.stop()
    }

    @Test("A stream in hand is answered, and one begun beside it after the flip is not")
    func besideAStreamInHand() async throws {
        let isFlipped = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !isFlipped.withLock({ $0 }) { usleep(5_000) }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let first = try client.request()
        while target.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await engine.run([listener.with(self.pki.verification())])
        let second = try client.request()
        // The second is read before the first is answered: the PING behind it has an answer.
        try client.send(HTTP2Client.frame(6, [UInt8](repeating: 1, count: 8)))
        while let frame = client.next(), frame.type != 6 {}
        #expect(client.goAway == 0)
        isFlipped.withLock { $0 = true }
        let answers = client.answers([first, second])
        #expect(answers[first]?.text == "late")
        #expect(answers[second]?.isOK != true)
        client.readToEnd()
        #expect(target.connectionCount == 1)
        #expect(engine.engine.counters().listeners[listener.id]?.requests == 1)
        await engine.stop()
    }

    @Test("A handshake held back until after the flip opens no stream")
    func heldHandshake() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: try .fixed("through"))
        try await engine.run([listener])
        var offer = ClientContext.Offer()
        offer.protocols = ["h2"]
        let held = try HeldHandshake(
            to: engine.endpoint(listener),
            context: try ClientContext(offer: offer)
        )
        try await engine.run([listener.with(self.pki.verification())])
        let request = HTTP2Client.frame(1, flags: 5, stream: 1, HTTP2Client.block(HTTP2Client.fields()))
        try? held.finish(sending: HTTP2Client.preface + HTTP2Client.frame(4) + request)
        #expect(!held.receiveToEnd().contains("through"))
        #expect(engine.engine.counters().listeners[listener.id]?.requests == 0)
        await engine.stop()
    }

    @Test("On a stop, streams in hand are answered, and the connection ends with GOAWAY")
    func stop() async throws {
        let isStopping = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !isStopping.withLock({ $0 }) { usleep(5_000) }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let streams = try [client.request(), client.request()]
        while target.connectionCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
        async let stopped: Void = engine.engine.stop(grace: .seconds(20))
        while client.goAway == nil, client.next() != nil {}
        #expect(client.goAway == 0)
        isStopping.withLock { $0 = true }
        #expect(client.answers(streams).values.count { $0.text == "late" } == 2)
        client.readToEnd()
        client.close()
        await stopped
        await engine.stop()
    }

    /// What HTTP/1.1 asks of each request is asked of each stream, whatever others of its connection do.
    @Test("A verified name is not reached through a stream of another name's connection")
    func verifiedName() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let served = self.pki.served(.off)
        let listener = ServedListener.test(
            tls: ServedTLS(
                certificateChain: served.certificateChain,
                privateKey: served.privateKey,
                clientPolicy: .off,
                namePolicies: [
                    ServedNamePolicy(
                        names: ["special.test", "*.special.test"],
                        policy: self.pki.verification()
                    )
                ]
            ),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for serverName in ["open.test", nil] {
            for host in [
                "special.test", "SPECIAL.Test", "special.test.", "special.test:443", "a.b.special.test",
                "special.test.:8443",
            ] {
                for name in [":authority", "host"] {
                    let client = try HTTP2Client(to: endpoint, serverName: serverName)
                    let fields = [(":method", "GET"), (":scheme", "https"), (":path", "/")]
                    let named = name == "host" ? fields + [(name, host)] : [(name, host)] + fields
                    #expect(try client.get(named)?.isMisdirected == true, "\(name): \(host)")
                    // The connection is as good as before for names of its own.
                    #expect(try client.get() != nil)
                }
            }
        }
        let known = try HTTP2Client(to: endpoint, self.pki.client(.valid), serverName: "special.test")
        let fields = [(":method", "GET"), (":scheme", "https"), (":path", "/")]
        let own = try #require(try known.get([(":authority", "a.special.test")] + fields))
        #expect(own.text.contains("\r\nx-amzn-mtls-clientcert-subject: "))
        #expect(try known.get([(":authority", "open.test")] + fields)?.isMisdirected == true)
        await engine.stop()
    }
}
