import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Peers that follow no protocol; each test ends with everything given back.
@Suite("Hostile peers", .ownThreadsAlone)
struct HostilePeerTests {
    private func settled(_ engine: RunningEngine, _ listener: ServedListener) async -> ListenerCounters? {
        for _ in 0..<1_000 where engine.engine.counters().listeners[listener.id]?.open != 0 {
            try? await Task.sleep(for: .milliseconds(5))
        }
        return engine.engine.counters().listeners[listener.id]
    }

    /// A fixed seed: a failure is found again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return self.state >> 11 ^ self.state << 31
        }
    }

    @Test("Noise at a TLS listener is counted once per connection and leaves nothing behind")
    func noiseAtTLS() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine()
        let listener = ServedListener.test(
            tls: pki.served(pki.verification()),
            action: try .fixed("through")
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        var dice = Dice(state: 7)
        let hello = try self.clientHello(pki)
        let count = 400
        for round in 0..<count {
            let client = try RawSocket(to: endpoint)
            var bytes = hello
            switch round % 4 {
            case 0:
                bytes = (0..<Int.random(in: 1...2_000, using: &dice)).map { _ in
                    UInt8.random(in: 0...255, using: &dice)
                }
            case 1:
                for _ in 0..<3 {
                    bytes[Int.random(in: 5..<bytes.count, using: &dice)] = UInt8.random(
                        in: 0...255,
                        using: &dice
                    )
                }
            case 2: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &dice))
            default: bytes += (0..<200).map { _ in UInt8.random(in: 0...255, using: &dice) }
            }
            try? client.send(bytes)
            if round.isMultiple(of: 3) { client.reset() } else { client.finishSending() }
            if round.isMultiple(of: 5) { _ = client.receiveToEnd() }
        }
        for _ in 0..<1_000 where engine.counters(listener)?.failures != UInt64(count) {
            try await Task.sleep(for: .milliseconds(10))
        }
        let counters = try #require(await self.settled(engine, listener))
        #expect(counters.open == 0)
        #expect(counters.accepted == UInt64(count))
        #expect(counters.failures == UInt64(count))
        #expect(counters.requests == 0)
        await engine.stop()
        // Failures that are alike share records, each in one.
        #expect(engine.records.reduce(0) { $0 + $1.attempts } == UInt64(count))
    }

    private func clientHello(_ pki: TestPKI) throws -> [UInt8] {
        let window = CipherWindow()
        let connection = try TLS.ClientConnection(
            context: pki.context(nil),
            window: window,
            serverName: "localhost",
            resuming: nil
        )
        _ = connection.handshake()
        return Array(window.output)
    }

    @Test("Noise at an HTTP listener leaves nothing behind, and the next client is served")
    func noiseAtHTTP() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine()
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        var dice = Dice(state: 11)
        let pieces = [
            "GET / HTTP/1.1\r\n", "POST /x HTTP/1.1\r\n", "Host: a\r\n", "\r\n", "\r\n\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: 9223372036854775807\r\n", "Content-Length: 18446744073709551615\r\n",
            "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "7fffffffffffffff\r\n",
            "fffffffffffffffff\r\n",
            "X: y\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n", "Connection: keep-alive, x\r\n",
            "\u{0}", "\n",
            " ", "HEAD / HTTP/1.0\r\n", "-1\r\n", "8000000000000000\r\nx", "OPTIONS * HTTP/1.1\r\n",
        ]
        for round in 0..<1_500 {
            let client = try RawSocket(to: endpoint)
            client.setTimeout(seconds: 1)
            var text = round.isMultiple(of: 2) ? "POST / HTTP/1.1\r\nHost: a\r\n" : ""
            for _ in 0..<Int.random(in: 1...10, using: &dice) {
                text += pieces.randomElement(using: &dice) ?? ""
            }
            try? client.send(text)
            if round.isMultiple(of: 3) { client.reset() } else { client.finishSending() }
            if round.isMultiple(of: 7) { _ = client.receiveToEnd() }
        }
        let client = try RawSocket(to: endpoint)
        try client.send("GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).contains("GET /alive "))
        #expect(await self.settled(engine, listener)?.open == 0)
        await engine.stop()
    }

    /// Descriptors are counted by what they are: other tests open sockets at the same time, so only a growth
    /// in proportion to the connections means something.
    @Test("Three thousand connections, dropped in every phase, leave no descriptor open")
    func descriptors() async throws {
        let silent = try ScriptedTarget { socket in
            _ = try? socket.receive(); _ = try? socket.receive()
        }
        let engine = RunningEngine()
        let listener = ServedListener.test(action: .forward(silent.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let before = Self.descriptorCount()
        for round in 0..<3_000 {
            let client = try RawSocket(to: endpoint)
            switch round % 4 {
            case 0: break
            case 1: try? client.send("GET / HT")
            case 2: try? client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            default: try? client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nabc")
            }
            // Who only closes may still read; a request in hand ends with a reset.
            if round % 8 == 0 || round % 4 == 2 { client.reset() }
        }
        #expect(await self.settled(engine, listener)?.open == 0)
        for _ in 0..<200 where Self.descriptorCount() > before + 300 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(Self.descriptorCount() <= before + 300)
        await engine.stop()
    }

    private static func descriptorCount() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return -1 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }

    /// Half-closed and stalled peers are where event loops spin.
    @Test("Peers that close halfway or stall cost no processor time")
    func noBusyLoop() async throws {
        let halfClosing = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"
                    + String(repeating: "x", count: 5_000_000)
            )
            socket.finishSending()
            Glibc.sleep(6)
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(halfClosing.endpoint))
        let silentTarget = try ScriptedTarget { _ in Glibc.sleep(6) }
        let waiting = ServedListener.test("waiting", action: .forward(silentTarget.endpoint))
        try await engine.run([listener, waiting])
        // Does not read: bytes for it pend, its target has closed halfway.
        let stalled = try RawSocket(to: engine.endpoint(listener))
        try stalled.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        // Has closed halfway and waits for an answer that does not come.
        let half = try RawSocket(to: engine.endpoint(waiting))
        try half.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        half.finishSending()
        try await Task.sleep(for: .milliseconds(800))
        let before = Self.workerTicks()
        try await Task.sleep(for: .seconds(2))
        let ticks = Self.workerTicks() - before
        // Other tests have workers too, and use some.
        #expect(ticks < 150)
        withExtendedLifetime((stalled, half)) {}
        await engine.stop()
    }

    /// Clock ticks (100 a second) spent by all workers of this process.
    private static func workerTicks() -> Int {
        guard let directory = opendir("/proc/self/task") else { return 0 }
        defer { closedir(directory) }
        var sum = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int(name) != nil, let file = fopen("/proc/self/task/\(name)/stat", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 1_024)
            guard fgets(&line, 1_024, file) != nil else { continue }
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.contains("(worker "), let close = text.lastIndex(of: ")") else { continue }
            let fields = text[close...].split(separator: " ")
            sum += (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
        }
        return sum
    }
}
