import Glibc
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What becomes of relays when something runs out: time, patience, pipes.
@Suite("Relays at their limits", .ownThreads)
struct RelayLimitTests {
    private func echo() throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { return }
                try socket.send(bytes)
            }
        }
    }

    @Test("A connection goes on after the gate was told to end, and the gate ends with it")
    func finishesInGrace() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.echo()
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let client = try RawSocket(to: endpoint)
        try client.send("before")
        #expect(try client.receive(exactly: 6) == Array("before".utf8))
        let start = Clock.monotonicMilliseconds()
        async let stop: Void = engine.engine.stop(grace: .seconds(60))
        // The listening socket is closed before anything else: then the end has begun.
        while (try? RawSocket(to: endpoint)) != nil { try await Task.sleep(for: .milliseconds(5)) }
        try client.send("after")
        #expect(try client.receive(exactly: 5) == Array("after".utf8))
        client.finishSending()
        #expect(client.receiveToEnd() == [])
        await stop
        #expect(Clock.monotonicMilliseconds() - start < 30_000)
        await engine.stop()
    }

    @Test("A connection that goes on for longer than the gate may wait is reset")
    func outlastsGrace() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.echo()
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("x")
        _ = try client.receive(exactly: 1)
        await engine.engine.stop(grace: .milliseconds(50))
        #expect(throws: SystemCallFailure.self) { try client.receive() }
        await engine.stop()
    }

    private var impatient: EngineTuning {
        var tuning = EngineTuning()
        tuning.handshakeDeadline = .milliseconds(300)
        return tuning
    }

    /// A byte now and then keeps nobody in.
    @Test("What stands in front has a deadline, whatever trickles in", arguments: [true, false])
    func prefaceDeadline(isHeader: Bool) async throws {
        let engine = RunningEngine(tuning: self.impatient)
        let target = try self.echo()
        let listener = ServedListener.relay(
            to: [target.endpoint],
            acceptsProxyProtocol: isHeader,
            routes: ["a.test": [target.endpoint]]
        )
        try await engine.run([listener])
        let source = Endpoint(address: .loopback, port: 1)
        let first = isHeader ? ProxyHeader(source: source, destination: source).bytes : [0x16, 3, 1, 2, 0, 1]
        let client = try RawSocket(to: engine.endpoint(listener))
        BlockingThread.start {
            for byte in first.dropLast() {
                guard (try? client.send([byte])) != nil else { return }
                usleep(40_000)
            }
        }
        #expect((try? client.receive()) ?? [] == [])
        let counters = engine.engine.counters().listeners[listener.id]
        #expect(counters?.rejectedByReason == [.preface: 1])
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    @Test("A relay that needs more memory than there is, is cut and counted")
    func outOfMemory() async throws {
        var tuning = EngineTuning()
        tuning.bufferedBytes = 1
        tuning.relayPipes = 0
        let engine = RunningEngine(tuning: tuning)
        let target = try ScriptedTarget { socket in
            try socket.send([UInt8](repeating: 0x61, count: 60_000_000))
        }
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        #expect(
            try await RelayTests.waits {
                engine.engine.counters().listeners[listener.id]?.rejectedByReason == [.memory: 1]
            }
        )
        withExtendedLifetime(client) {}
        await engine.stop()
    }

    @Test("Without a pipe to spare, bytes are copied and arrive all the same", arguments: [0, 1])
    func withoutPipes(pipes: Int) async throws {
        var tuning = EngineTuning()
        tuning.relayPipes = pipes
        let engine = RunningEngine(tuning: tuning)
        let target = try RelayTests.mirror()
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let sent = RelayTests.noise(4_194_304)
        // Each has bytes that the target takes and the client does not: with a pipe, it keeps it.
        let clients = try (0..<3).map { _ in try RawSocket(to: engine.endpoint(listener)) }
        for client in clients {
            try client.send(sent)
            client.finishSending()
        }
        for client in clients { #expect(client.receiveToEnd() == sent) }
        let tally = engine.engine.relayTally
        #expect(tally.copiedBytes + tally.splicedBytes == UInt64(6 * sent.count))
        if pipes == 0 { #expect(tally.splicedBytes == 0) } else { #expect(tally.copiedBytes > 0) }
        await engine.stop()
    }
}
