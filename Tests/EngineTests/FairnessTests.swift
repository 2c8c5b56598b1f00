import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// One peer that never pauses must not have a worker for itself.
@Suite("Fairness", .ownThreadsAlone)
struct FairnessTests {
    enum Flood: Sendable, CaseIterable {
        /// A response without end, to a client that reads as fast as it can.
        case response
        /// Interim responses without end.
        case interim
        /// A request body without end, to a target that reads as fast as it can.
        case upload
        /// Bytes without end on a connection that is being closed.
        case afterRefusal
    }

    @Test("A flood on one connection delays no other for long", arguments: Flood.allCases)
    func flood(kind: Flood) async throws {
        let isOver = IsOver()
        let block = [UInt8](repeating: 0x61, count: 1_000_000)
        let interim = Array(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 10_000).utf8)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            switch kind {
            case .response:
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000\r\n\r\n")
                while !isOver.value { try socket.send(block) }
            case .interim:
                while !isOver.value { try socket.send(interim) }
            case .upload, .afterRefusal:
                while !isOver.value { if try socket.receive(atMost: 1_000_000).isEmpty { return } }
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        let quick = ServedListener.test("quick", action: try .fixed("quick"))
        try await engine.run([listener, quick])
        let flooded = try engine.endpoint(listener)
        BlockingThread.start {
            guard let client = try? RawSocket(to: flooded) else { return }
            switch kind {
            case .response, .interim:
                try? client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                while !isOver.value {
                    if (try? client.receive(atMost: 1_000_000))?.isEmpty ?? true { return }
                }
            case .upload:
                try? client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000000\r\n\r\n")
                while !isOver.value { if (try? client.send(block)) == nil { return } }
            case .afterRefusal:
                try? client.send("nonsense\r\n\r\n")
                while !isOver.value { if (try? client.send(block)) == nil { return } }
            }
        }
        try await Task.sleep(for: .milliseconds(100))
        // A worker that is not fair answers when the flood ends, which is never: the time only has to end.
        for _ in 0..<20 {
            let client = try RawSocket(to: engine.endpoint(quick))
            client.setTimeout(seconds: 20)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = try? client.receive(until: "quick")
            #expect(answer != nil)
            if answer == nil { break }
        }
        isOver.set()
        await engine.stop()
    }

    private final class IsOver: Sendable {
        private let flag = Atomic<Bool>(false)
        var value: Bool { self.flag.load(ordering: .relaxed) }
        func set() { self.flag.store(true, ordering: .relaxed) }
    }
}
