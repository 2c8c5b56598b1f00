import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What a stranger may cost, from the outside.
@Suite("Limits", .ownThreads)
struct LimitTests {
    private func status(_ request: [UInt8]) async throws -> String {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: try .fixed("through"))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try? client.send(request)
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        await engine.stop()
        return String(answer.prefix(12))
    }

    @Test("A head that is too long is refused, ended or not", arguments: [true, false])
    func longHead(isEnded: Bool) async throws {
        let line = "X-Filler: \(String(repeating: "x", count: 8_000))\r\n"
        let head =
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: line, count: 9))" + (isEnded ? "\r\n" : "")
        #expect(try await self.status(Array(head.utf8)) == "HTTP/1.1 400")
    }

    @Test("A line that is too long, and too many lines, are refused")
    func lines() async throws {
        let long = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 17_000))\r\n\r\n"
        #expect(try await self.status(Array(long.utf8)) == "HTTP/1.1 400")
        let many = "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 300))\r\n"
        #expect(try await self.status(Array(many.utf8)) == "HTTP/1.1 400")
    }

    /// A peer that sends a byte now and then is as dead as one that sends none.
    @Test("A handshake that does not finish is ended at its deadline, whatever trickles in")
    func slowHandshake() async throws {
        let pki = try TestPKI()
        var tuning = EngineTuning()
        tuning.handshakeDeadline = .seconds(2)
        let engine = RunningEngine(tuning: tuning)
        let listener = ServedListener.test(tls: pki.served(.off), action: try .fixed("through"))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        let start = Clock.wall()
        BlockingThread.start {
            let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
            for byte in hello + [UInt8](repeating: 0, count: 60) where (try? client.send([byte])) != nil {
                usleep(50_000)
            }
        }
        // The engine's own clock: this task may be kept waiting by others.
        var ended: ConnectionRecord?
        for _ in 0..<2 where ended == nil { ended = await engine.record { $0.isFailure } }
        let elapsed = (ended?.time.microseconds ?? 0) - start.microseconds
        #expect(elapsed > 1_800_000)
        #expect(elapsed < 5_000_000)
        #expect(await engine.record { $0.tls?.outcome == .failed(.timeout) } != nil)
        await engine.stop()
    }

    /// Memory for a client that does not read is bounded: the target is no longer read either.
    @Test("A client that does not read stops its target, and the rest arrives when it does")
    func backPressure() async throws {
        // More than every buffer between here and there can hold.
        let size = 60_000_000
        let sent = Mutex(false)
        let target = try ScriptedTarget { socket in
            socket.setTimeout(seconds: 60)
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try socket.send([UInt8](repeating: 0x61, count: size))
            sent.withLock { $0 = true }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await Task.sleep(for: .milliseconds(500))
        #expect(!sent.withLock { $0 })
        _ = try client.receive(until: "\r\n\r\n")
        #expect(try client.receive(exactly: size).allSatisfy { $0 == 0x61 })
        await engine.stop()
    }
}
