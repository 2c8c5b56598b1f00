import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// TLS listeners that ask clients for certificates: whose bytes reach a target, and whose never do.
@Suite("TLS listeners that verify", .ownThreads)
struct VerifyingRelayTests {
    let pki: TestPKI
    let client: IssuedCertificate

    init() throws {
        self.pki = try TestPKI()
        self.client = try self.pki.client(.valid)
    }

    /// A target that sends every byte back, and what reached it in all.
    private final class Heard: Sendable {
        private let all = Mutex<[UInt8]>([])

        var bytes: [UInt8] { self.all.withLock { $0 } }

        func target() throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                while true {
                    let bytes = try socket.receive()
                    if bytes.isEmpty { return }
                    self.all.withLock { $0 += bytes }
                    try socket.send(bytes)
                }
            }
        }
    }

    @Test(
        "Only clients that the trust store vouches for are heard, and the log tells why the others are not",
        arguments: [
            (nil, "no-cert"), (TestPKI.Client.valid, nil), (.expired, "expired"), (.unknownCA, "unknown-ca"),
            (.selfSigned, "unknown-ca"), (.serverOnlyEKU, "bad-usage"),
        ] as [(TestPKI.Client?, String?)]
    )
    func verify(kind: TestPKI.Client?, refusal: String?) async throws {
        let engine = RunningEngine(workers: 1)
        let heard = Heard()
        let target = try heard.target()
        let listener = ServedListener.relay(
            tls: self.pki.served(self.pki.verification()),
            to: [target.endpoint]
        )
        try await engine.run([listener])
        let context = try self.pki.context(kind.map(self.pki.client))
        let client = try? SecureClient(to: engine.endpoint(listener), context: context)
        try? client?.send("secret")
        let answer = (try? client?.receive()) ?? []
        let record = try #require(await engine.record { $0.tls != nil })
        #expect(record.tls?.mode == .verify)
        if refusal == nil {
            #expect(answer == Array("secret".utf8))
            #expect(record.tls?.outcome == .success)
            #expect(record.tls?.leaf != nil)
        } else {
            #expect(answer == [])
            #expect(record.isFailure)
            #expect(target.connectionCount == 0)
            #expect(engine.engine.counters().listeners[listener.id]?.failures == 1)
        }
        await engine.stop()
    }

    @Test("In passthrough any certificate will do, or none; the log tells which")
    func passthrough() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try Heard().target()
        let listener = ServedListener.relay(tls: self.pki.served(.passthrough), to: [target.endpoint])
        try await engine.run([listener])
        for identity in [nil, try self.pki.client(.expired)] {
            let client = try SecureClient(
                to: engine.endpoint(listener),
                context: self.pki.context(identity)
            )
            try client.send("x")
            #expect(try client.receive() == [0x78])
            let record = await engine.record { ($0.tls?.leaf != nil) == (identity != nil) }
            #expect(record?.tls?.mode == .passthrough)
        }
        await engine.stop()
    }

    /// What the client sends after the acknowledgement is the secret; the target is asked what it heard.
    @Test(
        "A connection that the new policy has not judged is cut before the flip is acknowledged",
        arguments: [ClientPolicy.off, .passthrough]
    )
    func cut(before: ClientPolicy) async throws {
        let engine = RunningEngine()
        let heard = Heard()
        let target = try heard.target()
        let listener = ServedListener.relay(tls: self.pki.served(before), to: [target.endpoint])
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(nil))
        try client.send("early")
        #expect(try client.receive() == Array("early".utf8))
        try await engine.run([listener.with(self.pki.verification())])
        #expect(engine.engine.counters().listeners[listener.id]?.open == 0)
        try? client.send("LATE")
        #expect(((try? client.receive()) ?? []) == [])
        #expect(heard.bytes == Array("early".utf8))
        await engine.stop()
    }

    @Test("Another trust store cuts whom it has not judged; a mode that asks for less cuts nobody")
    func otherStore() async throws {
        let engine = RunningEngine(workers: 1)
        let heard = Heard()
        let target = try heard.target()
        let listener = ServedListener.relay(
            tls: self.pki.served(self.pki.verification()),
            to: [target.endpoint]
        )
        try await engine.run([listener])
        let context = try self.pki.context(self.client)
        let first = try SecureClient(to: engine.endpoint(listener), context: context)
        try first.send("1")
        #expect(try first.receive() == [0x31])
        for policy in [ClientPolicy.passthrough, .off] {
            try await engine.run([listener.with(policy)])
            try first.send("2")
            #expect(try first.receive() == [0x32])
        }
        let other = self.pki.verification(anchors: [self.pki.otherRoot.certificatePEM])
        try await engine.run([listener.with(other)])
        try? first.send("3")
        #expect(((try? first.receive()) ?? []) == [])
        #expect(heard.bytes == Array("122".utf8))
        await engine.stop()
    }

    @Test("A handshake held back across a flip comes to nothing, and all counts return")
    func heldHandshake() async throws {
        let engine = RunningEngine(workers: 1)
        let heard = Heard()
        let target = try heard.target()
        let listener = ServedListener.relay(tls: self.pki.served(.passthrough), to: [target.endpoint])
        try await engine.run([listener])
        let held = try HeldHandshake(to: engine.endpoint(listener), context: self.pki.context(nil))
        try await engine.run([listener.with(self.pki.verification())])
        try? held.finish(sending: "LATE")
        #expect(held.receiveToEnd() == "")
        #expect(await engine.record { $0.tls?.outcome == .failed(.stopped) } != nil)
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    /// An address is what clients know: what it demands holds for whoever is connected to it.
    @Test(
        "Where an address comes to verify, connections of what was there before are cut",
        arguments: [true, false]
    )
    func otherListener(hadTLS: Bool) async throws {
        let engine = RunningEngine(workers: 1)
        let heard = Heard()
        let target = try heard.target()
        let endpoint = Endpoint(address: .loopback, port: try FreePorts.block(of: 1))
        let before = ServedListener.relay(
            at: endpoint,
            tls: hadTLS ? self.pki.served(.off) : nil,
            to: [target.endpoint]
        )
        try await engine.run([before])
        let plain = hadTLS ? nil : try RawSocket(to: endpoint)
        let client = hadTLS ? try SecureClient(to: endpoint, context: self.pki.context(nil)) : nil
        try plain?.send("1")
        try client?.send("1")
        #expect(try await RelayTests.waits { heard.bytes == [0x31] })
        // Gone for a moment, so that nothing but the address connects the two.
        try await engine.run([])
        try await engine.run([
            .relay(at: endpoint, tls: self.pki.served(self.pki.verification()), to: [target.endpoint])
        ])
        try? plain?.send("2")
        try? client?.send("2")
        #expect((plain?.receiveToEnd() ?? []).filter { $0 != 0x31 } == [])
        #expect(((try? client?.receive()) ?? [0x31]).filter { $0 != 0x31 } == [])
        #expect(heard.bytes == [0x31])
        await engine.stop()
    }

    private final class Flags: Sendable {
        let isVerified = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)
        let running = Atomic<Int>(3)
    }

    /// Clients without certificates write `V` while verify is acknowledged, and `o` while it may not be.
    ///
    /// A byte is chosen when the handshake is over, so that a `V` can only be sent on a connection that
    /// verify refused or should have cut.
    @Test("Across many flips under load, no byte of an unverified client passes a listener in verify")
    func load() async throws {
        let engine = RunningEngine()
        let heard = Heard()
        let target = try heard.target()
        let listener = ServedListener.relay(tls: self.pki.served(.off), to: [target.endpoint])
        let verifying = listener.with(self.pki.verification())
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let anonymous = try self.pki.context(nil)
        let flags = Flags()
        for _ in 0..<3 {
            BlockingThread.start {
                while !flags.isOver.load(ordering: .acquiring) {
                    guard let client = try? SecureClient(to: endpoint, context: anonymous) else { continue }
                    for _ in 0..<50 {
                        let byte = flags.isVerified.load(ordering: .acquiring) ? "V" : "o"
                        guard (try? client.send(byte)) != nil, let answer = try? client.receive(),
                            !answer.isEmpty
                        else { break }
                    }
                }
                flags.running.wrappingSubtract(1, ordering: .relaxed)
            }
        }
        for round in 0..<12 {
            let before = heard.bytes.count
            #expect(try await RelayTests.waits { heard.bytes.count > before })
            try await engine.run([verifying])
            flags.isVerified.store(true, ordering: .releasing)
            if round % 3 == 0 {
                let client = try SecureClient(to: endpoint, context: self.pki.context(self.client))
                try client.send("c")
                #expect(try client.receive() == [0x63])
            }
            try await Task.sleep(for: .milliseconds(10))
            flags.isVerified.store(false, ordering: .releasing)
            try await engine.run([listener])
        }
        flags.isOver.store(true, ordering: .releasing)
        #expect(try await RelayTests.waits { flags.running.load(ordering: .relaxed) == 0 })
        let bytes = heard.bytes
        #expect(!bytes.contains(UInt8(ascii: "V")))
        #expect(bytes.count(where: { $0 == UInt8(ascii: "o") }) > 12)
        await engine.stop()
    }
}
