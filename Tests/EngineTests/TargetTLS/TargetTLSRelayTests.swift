import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// TLS listeners in front of TLS groups: decrypted on one side, encrypted on the other.
@Suite("TLS listeners in front of TLS groups", .ownThreads)
struct TargetTLSRelayTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func run(
        _ engine: RunningEngine,
        _ targets: [Endpoint],
        _ tls: ServedTargetTLS = ServedTargetTLS(),
        sendsProxyProtocol: Bool = false
    ) async throws -> ServedListener {
        let listener = ServedListener.relay(
            tls: self.pki.served(.off),
            to: targets,
            sendsProxyProtocol: sendsProxyProtocol,
            usesTLS: true
        )
        try await engine.run([listener], targetGroups: [self.group(targets, tls)])
        return listener
    }

    private func group(_ targets: [Endpoint], _ tls: ServedTargetTLS) -> ServedTargetGroup {
        var check = HealthCheck.standard(for: .tls)
        check.intervalSeconds = 300
        return ServedTargetGroup(
            id: ResourceID(bits: 1),
            targets: targets,
            healthCheck: check,
            isUsed: true,
            tls: tls,
            isRelayed: true
        )
    }

    private func client(_ engine: RunningEngine, _ listener: ServedListener) throws -> SecureClient {
        try SecureClient(to: engine.endpoint(listener), context: self.pki.context(nil))
    }

    private static func mirror(_ tls: ServedTLS) throws -> ScriptedTarget {
        try SecureTarget.listen(tls) { socket in
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { break }
                try socket.send(bytes)
            }
            try socket.send("end")
            try socket.finishSending()
        }
    }

    @Test("Bytes cross whole in both directions, and the end of one direction leaves the other open")
    func bytes() async throws {
        let target = try Self.mirror(self.pki.served(.off))
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        let client = try self.client(engine, listener)
        for count in [1, 100_000, 1_000_000].map({ max(8, $0) }) {
            let sent = RelayTests.noise(count)
            var received: [UInt8] = []
            // No more than both kernels hold, so that one thread is enough.
            for start in stride(from: 0, to: sent.count, by: 50_000) {
                let part = Array(sent[start..<min(sent.count, start + 50_000)])
                try client.send(part)
                while received.count < start + part.count { received += try client.receive() }
            }
            #expect(received == sent)
        }
        client.close()
        #expect(client.receiveToEnd() == "end")
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    @Test("Large data arrives whole past a client that reads slowly")
    func large() async throws {
        let sent = RelayTests.noise(16_777_216)
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            _ = try socket.receive()
            try socket.send(sent)
            try socket.finishSending()
            _ = try? socket.receive()
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        let client = try self.client(engine, listener)
        try client.send("go")
        usleep(300_000)
        var received: [UInt8] = []
        while let bytes = try? client.receive(), !bytes.isEmpty { received += bytes }
        #expect(received == sent)
        await engine.stop()
    }

    @Test("What the client said with the end of its handshake, and that it says no more, reaches the target")
    func early() async throws {
        let heard = Mutex<String?>(nil)
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            var all: [UInt8] = []
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { break }
                all += bytes
            }
            heard.withLock { $0 = String(decoding: all, as: UTF8.self) }
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        let client = try self.client(engine, listener)
        try client.send("all of it")
        client.close()
        #expect(try await RelayTests.waits { heard.withLock { $0 } == "all of it" })
        await engine.stop()
    }

    /// A stream that was cut must not look complete, on whichever side.
    @Test(
        "A target that ends without a close_notify, or by a reset, is a reset for the client",
        arguments: [true, false]
    )
    func cutByTarget(isReset: Bool) async throws {
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            _ = try socket.receive()
            try socket.send("part")
            if isReset { socket.resetOnClose() } else { socket.truncate() }
            if !isReset { _ = try? socket.receive() }
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        let client = try self.client(engine, listener)
        try client.send("x")
        // Its bytes may be overtaken by the reset; what must not come is a goodbye.
        while let bytes = try? client.receive(), !bytes.isEmpty {}
        var rest: [UInt8] = [0]
        #expect(rest.withUnsafeMutableBytes { client.connection.read(into: $0) } != .closed)
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    @Test("A client that ends without a close_notify is a reset for the target")
    func cutByClient() async throws {
        let end = Mutex<String?>(nil)
        let target = try SecureTarget.listen(self.pki.served(.off)) { socket in
            do {
                while true {
                    let bytes = try socket.receive()
                    if bytes.isEmpty { break }
                    try socket.send(bytes)
                }
                end.withLock { $0 = "goodbye" }
            } catch {
                end.withLock { $0 = "cut" }
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        do {
            let client = try self.client(engine, listener)
            try client.send("x")
            #expect(try client.receive() == [0x78])
        }
        #expect(try await RelayTests.waits { end.withLock { $0 } == "cut" })
        await engine.stop()
    }

    @Test("A target that fails its verification hears nothing of the client, and the next is tried")
    func verification() async throws {
        let heard = Mutex(0)
        var request = self.pki.request(commonName: "impostor")
        request.ipAddresses = [.loopback]
        request.extendedKeyUsage = [.serverAuth]
        let impostor = try SecureTarget.listen(
            TargetTLSTests.shown(try self.pki.otherRoot.issue(request))
        ) { socket in
            let count = try socket.receive().count
            heard.withLock { $0 += count }
        }
        let plain = try ScriptedTarget { socket in
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { return }
                if String(decoding: bytes, as: UTF8.self).contains("secret") { heard.withLock { $0 += 1 } }
                try socket.send("no TLS")
            }
        }
        let target = try Self.mirror(self.pki.served(.off))
        let engine = RunningEngine(workers: 1)
        let targets = [impostor.endpoint, plain.endpoint, target.endpoint]
        let tls = ServedTargetTLS(
            verification: ServedTargetTLS.Verification(anchors: [self.pki.root.certificatePEM])
        )
        let listener = try await self.run(engine, targets, tls)
        // Between the first check and the last only some of them may be chosen.
        while engine.engine.counters().targetGroups?[ResourceID(bits: 1)]?.healthy != targets.count {
            try await Task.sleep(for: .milliseconds(10))
        }
        for _ in 0..<3 {
            let client = try self.client(engine, listener)
            try client.send("secret")
            #expect(try client.receive() == Array("secret".utf8))
            client.close()
        }
        #expect(heard.withLock { $0 } == 0)
        let errors = engine.engine.counters().targetGroups?[ResourceID(bits: 1)]?.tlsErrors ?? []
        #expect(Set(errors.map(\.lastFailure)) == [.untrusted, .notTLS])
        // Without the good one there is none.
        let alone = try await self.run(engine, [impostor.endpoint], tls)
        let client = try self.client(engine, alone)
        try? client.send("secret")
        #expect(((try? client.receive()) ?? []) == [])
        #expect(heard.withLock { $0 } == 0)
        #expect(engine.engine.counters().listeners[alone.id]?.rejectedByReason[.noTarget] == 1)
        await engine.stop()
    }

    @Test("A PROXY header stands in front of the ClientHello, in clear text")
    func proxyHeader() async throws {
        let first = Mutex<[UInt8]>([])
        let target = try ScriptedTarget { socket in
            let bytes = try socket.receive(exactly: 29)
            first.withLock { $0 = bytes }
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint], sendsProxyProtocol: true)
        let client = try? self.client(engine, listener)
        #expect(try await RelayTests.waits { first.withLock { $0.count } == 29 })
        withExtendedLifetime(client) {}
        let bytes = first.withLock { $0 }
        #expect(bytes.starts(with: Array("\r\n\r\n\u{0}\r\nQUIT\n".utf8)))
        // Header and addresses of IPv4 are 28 bytes; then a handshake record.
        #expect(bytes.last == 0x16)
        await engine.stop()
    }

    /// The client's handshake is held while its listener and group go away.
    @Test("A connection whose group is gone is cut, and nothing goes out in clear text")
    func groupGone() async throws {
        let heard = Mutex(0)
        let target = try ScriptedTarget { socket in
            let count = try socket.receive().count
            heard.withLock { $0 += count }
        }
        let engine = RunningEngine(workers: 1)
        let listener = try await self.run(engine, [target.endpoint])
        let held = try HeldHandshake(to: engine.endpoint(listener), context: self.pki.context(nil))
        try await engine.run([])
        try await engine.run([])
        try? held.finish(sending: "secret")
        #expect(held.receiveToEnd() == "")
        #expect(heard.withLock { $0 } == 0)
        await engine.stop()
    }
}
