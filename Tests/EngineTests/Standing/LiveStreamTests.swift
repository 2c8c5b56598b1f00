import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// The same for what is not a request after another: streams of HTTP/2, WebSockets, relays.
@Suite("Judging clients of streams and tunnels again", .ownThreads)
struct LiveStreamTests {
    let world: LiveWorld

    init() throws {
        self.world = try LiveWorld()
    }

    /// What each of a target's connections has said, which it sends back.
    private final class Heard: Sendable {
        private let all = Mutex<[UInt8]>([])

        var text: String { String(decoding: self.all.withLock { $0 }, as: UTF8.self) }

        func target(answering answer: String? = nil) throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                if let answer {
                    _ = try socket.receive(until: "\r\n\r\n")
                    try socket.send(answer)
                }
                while true {
                    let bytes = try socket.receive()
                    if bytes.isEmpty { return }
                    self.all.withLock { $0 += bytes }
                    try socket.send(bytes)
                }
            }
        }
    }

    @Test("An idle connection of HTTP/2 is told to go; another client's goes on")
    func idleHTTP2() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(try .fixed("in"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let doomed = try HTTP2Client(to: endpoint, self.world.doomed)
        let kept = try HTTP2Client(to: endpoint, self.world.kept)
        #expect(try doomed.get()?.isOK == true)
        #expect(try kept.get()?.isOK == true)
        try await engine.run([listener.with(self.world.revoking)])
        doomed.readToEnd()
        #expect(doomed.goAway == 0)
        #expect(try kept.get()?.isOK == true)
        #expect(await engine.record { $0.tls?.cut == .policyChanged }?.tls?.outcome == .refused(.crlHit))
        await engine.stop()
    }

    @Test("A stream in hand is answered; one begun after the change is not, and the connection ends")
    func streamInHand() async throws {
        let mayAnswer = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !mayAnswer.withLock({ $0 }) { usleep(2_000) }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        }
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(.forward(target.endpoint))
        try await engine.run([listener])
        let doomed = try HTTP2Client(to: engine.endpoint(listener), self.world.doomed)
        let first = try doomed.request()
        #expect(try await RelayTests.waits { target.connectionCount == 1 })
        try await engine.run([listener.with(self.world.revoking)])
        let second = try doomed.request()
        // It is read before the first is answered: the PING behind it has an answer.
        try doomed.send(HTTP2Client.frame(6, [UInt8](repeating: 1, count: 8)))
        while let frame = doomed.next(), frame.type != 6 {}
        mayAnswer.withLock { $0 = true }
        let answers = doomed.answers([first, second])
        #expect(answers[first]?.text == "late")
        #expect(answers[second]?.isOK != true)
        doomed.readToEnd()
        #expect(doomed.goAway == 0)
        #expect(target.connectionCount == 1)
        await engine.stop()
    }

    /// The rate leaves the second tunnel alone for a second; what it says meanwhile is the secret.
    @Test("A WebSocket is cut, and no byte passes after the change; another client's goes on")
    func webSocket() async throws {
        let heard = Heard()
        let target = try heard.target(answering: WebSocketTests.accepted)
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(.forward(target.endpoint)) { $0.cutsPerSecond = 1 }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        func tunnel(_ certificate: IssuedCertificate) throws -> SecureClient {
            let client = try self.world.connect(certificate, to: endpoint)
            try client.send(WebSocketTests.offer + "e")
            var answer = ""
            while !answer.hasSuffix("\r\n\r\ne") {
                answer += String(decoding: try client.receive(), as: UTF8.self)
            }
            return client
        }
        let doomed = try (0..<3).map { _ in try tunnel(self.world.doomed) }
        let kept = try tunnel(self.world.kept)
        try await engine.run([listener.with(self.world.revoking)])
        for client in doomed.dropFirst().reversed() {
            try? client.send("LATE")
            #expect(client.receiveToEnd() == "")
        }
        #expect(doomed[0].receiveToEnd() == "")
        try kept.send("on")
        #expect(try kept.receive() == Array("on".utf8))
        #expect(heard.text == "eeeeon")
        #expect(engine.counters(listener)?.cut == 3)
        await engine.stop()
    }

    /// The answer that would make the tunnel comes after the change.
    @Test("A switch answered after the change begins no tunnel")
    func lateSwitch() async throws {
        let mayAnswer = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !mayAnswer.withLock({ $0 }) { usleep(2_000) }
            try socket.send(WebSocketTests.accepted)
            _ = try socket.receive()
        }
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(.forward(target.endpoint))
        try await engine.run([listener])
        let doomed = try self.world.connect(self.world.doomed, to: engine.endpoint(listener))
        try doomed.send(WebSocketTests.offer)
        #expect(try await RelayTests.waits { target.connectionCount == 1 })
        try await engine.run([listener.with(self.world.revoking)])
        mayAnswer.withLock { $0 = true }
        #expect(!doomed.receiveToEnd().contains("101"))
        await engine.stop()
    }

    @Test("A relay of a TLS listener is cut, and no byte passes after the change; another client's goes on")
    func relay() async throws {
        let heard = Heard()
        let target = try heard.target()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.relay(
            tls: self.world.pki.served(self.world.before),
            to: [target.endpoint]
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let clients = try [self.world.doomed, self.world.doomed, self.world.kept].map {
            let client = try self.world.connect($0, to: endpoint)
            try client.send("e")
            #expect(try client.receive() == [0x65])
            return client
        }
        try await engine.run([listener.with(self.world.revoking)])
        try? clients[1].send("LATE")
        for client in clients.prefix(2) { #expect(((try? client.receive()) ?? []) == []) }
        try clients[2].send("on")
        #expect(try clients[2].receive() == Array("on".utf8))
        #expect(heard.text == "eeeon")
        #expect(await engine.record { $0.tls?.cut != nil }?.tls?.trace?.refusal == .crlHit)
        #expect(engine.counters(listener)?.cut == 2)
        await engine.stop()
    }

    @Test("A relay ends when its client's certificate does")
    func relayNotAfter() async throws {
        let target = try Heard().target()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.relay(
            tls: self.world.pki.served(self.world.before),
            to: [target.endpoint]
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let short = try #require(
            try self.world.connectShortLived { certificate in
                let client = try self.world.connect(certificate, to: endpoint)
                try client.send("e")
                return try client.receive().isEmpty ? nil : client
            }
        )
        #expect(await engine.record(within: 60) { $0.tls?.cut == .timePassed } != nil)
        #expect(((try? short.receive()) ?? []) == [])
        await engine.stop()
    }
}
