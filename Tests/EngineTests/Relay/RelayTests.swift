import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// TCP listeners: every byte, in order, in both directions, and every end as it was meant.
@Suite("TCP listeners", .ownThreads)
struct RelayTests {
    static func noise(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count / 8).flatMap { _ in
            withUnsafeBytes(of: generator.next()) { Array($0) }
        }
    }

    /// A target that sends back what it got, once the client has finished.
    static func mirror() throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            let all = socket.receiveToEnd()
            try socket.send(all)
        }
    }

    /// An address where nobody listens.
    static func nowhere() throws -> Endpoint {
        Endpoint(address: .loopback, port: try FreePorts.block(of: 1))
    }

    /// Nothing is read of the target until all has been sent, so both kernels and the relay must hold back.
    @Test("Large data arrives whole in both directions, past slow readers, mostly spliced")
    func large() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try ScriptedTarget { socket in
            var all: [UInt8] = []
            while true {
                let bytes = try socket.receive(atMost: 50_000)
                if bytes.isEmpty { break }
                all += bytes
                usleep(200)
            }
            try socket.send(all)
        }
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let sent = Self.noise(16_777_216)
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(sent)
        client.finishSending()
        usleep(300_000)
        var received: [UInt8] = []
        while let bytes = try? client.receive(atMost: 30_000), !bytes.isEmpty { received += bytes }
        #expect(received == sent)
        let tally = engine.engine.relayTally
        #expect(tally.splicedBytes + tally.copiedBytes == UInt64(2 * sent.count))
        #expect(tally.splicedBytes > UInt64(sent.count))
        #expect(await engine.record { $0.tls == nil && $0.loadBalancerPath.hasPrefix("net/") } != nil)
        await engine.stop()
    }

    @Test("Data crosses in both directions at once, on many connections")
    func crossing() async throws {
        let engine = RunningEngine(workers: 2)
        let target = try ScriptedTarget { socket in
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { return }
                try socket.send(bytes)
            }
        }
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        for _ in 0..<4 {
            let client = try RawSocket(to: engine.endpoint(listener))
            let sent = Self.noise(2_097_152)
            BlockingThread.start {
                try? client.send(sent)
                client.finishSending()
            }
            #expect(client.receiveToEnd() == sent)
        }
        await engine.stop()
    }

    @Test("A target that has finished sending is still sent to")
    func targetFinishesFirst() async throws {
        let engine = RunningEngine(workers: 1)
        let received = Mutex<[UInt8]>([])
        let target = try ScriptedTarget { socket in
            try socket.send("bye")
            socket.finishSending()
            let all = socket.receiveToEnd()
            received.withLock { $0 = all }
        }
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        #expect(client.receiveToEnd() == Array("bye".utf8))
        try client.send("after")
        client.finishSending()
        #expect(try await Self.waits { received.withLock { $0 == Array("after".utf8) } })
        #expect(try await Self.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    @Test("A reset of one side is a reset of the other", arguments: [true, false])
    func reset(byClient: Bool) async throws {
        let engine = RunningEngine(workers: 1)
        let sawReset = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(exactly: 4)
            try socket.send("pong")
            if byClient {
                do { _ = try socket.receive() } catch { sawReset.withLock { $0 = true } }
            } else {
                socket.resetOnClose()
            }
        }
        let listener = ServedListener.relay(to: [target.endpoint])
        try await engine.run([listener])
        var client: RawSocket? = try RawSocket(to: engine.endpoint(listener))
        try client?.send("ping")
        #expect(try client?.receive(exactly: 4) == Array("pong".utf8))
        if byClient {
            client?.resetOnClose()
            client = nil
            #expect(try await Self.waits { sawReset.withLock { $0 } })
        } else {
            #expect(throws: SystemCallFailure.self) { try client?.receive() }
        }
        #expect(try await Self.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }

    @Test("A target that refuses is passed over, whichever turn it is")
    func failover() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try Self.mirror()
        let listener = ServedListener.relay(to: [try Self.nowhere(), target.endpoint])
        try await engine.run([listener])
        for _ in 0..<3 {
            let client = try RawSocket(to: engine.endpoint(listener))
            try client.send("x")
            client.finishSending()
            #expect(client.receiveToEnd() == [0x78])
        }
        await engine.stop()
    }

    @Test("Without a target that accepts, the connection is reset and counted")
    func noTarget() async throws {
        let engine = RunningEngine(workers: 1)
        let refused = ServedListener.relay(to: [try Self.nowhere(), try Self.nowhere()])
        let empty = ServedListener.relay(to: [])
        try await engine.run([refused, empty])
        for listener in [refused, empty] {
            let client = try? RawSocket(to: engine.endpoint(listener))
            #expect(client?.receiveToEnd() ?? [] == [])
            #expect(try await Self.waits { engine.engine.counters().listeners[listener.id]?.rejected == 1 })
            #expect(try await Self.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        }
        await engine.stop()
    }

    @Test("Connections take turns among the targets")
    func turns() async throws {
        let engine = RunningEngine(workers: 1)
        let targets = [try Self.mirror(), try Self.mirror(), try Self.mirror()]
        let listener = ServedListener.relay(to: targets.map(\.endpoint))
        try await engine.run([listener])
        for _ in 0..<6 {
            let client = try RawSocket(to: engine.endpoint(listener))
            client.finishSending()
            _ = client.receiveToEnd()
        }
        #expect(targets.map(\.connectionCount) == [2, 2, 2])
        await engine.stop()
    }

    @Test("A connection without a byte in either direction is reset at its idle timeout, not before")
    func idle() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try ScriptedTarget { socket in
            while true { try socket.send(socket.receive(exactly: 1)) }
        }
        let listener = ServedListener.relay(to: [target.endpoint], idleTimeout: .milliseconds(600))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        for _ in 0..<5 {
            try client.send("x")
            #expect(try client.receive(exactly: 1) == [0x78])
            usleep(200_000)
        }
        let start = Clock.monotonicMilliseconds()
        #expect(throws: SystemCallFailure.self) { try client.receive(exactly: 1) }
        #expect(Clock.monotonicMilliseconds() - start < 5_000)
        await engine.stop()
    }

    @Test("A removed listener's connections go on; one that now speaks HTTP lets no old bytes through")
    func removal() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try ScriptedTarget { socket in
            while true { try socket.send(socket.receive(exactly: 1)) }
        }
        let removed = ServedListener.relay(to: [target.endpoint])
        let changed = ServedListener.relay(to: [target.endpoint])
        try await engine.run([removed, changed])
        let first = try RawSocket(to: engine.endpoint(removed))
        let second = try RawSocket(to: engine.endpoint(changed))
        for client in [first, second] {
            try client.send("x")
            #expect(try client.receive(exactly: 1) == [0x78])
        }
        try await engine.run([.test(id: changed.id, action: try .fixed("now HTTP"))])
        try first.send("y")
        #expect(try first.receive(exactly: 1) == [0x79])
        #expect(second.receiveToEnd() == [])
        await engine.stop()
        #expect(first.receiveToEnd() == [])
    }

    /// Asks again and again, at most 5 s.
    static func waits(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
