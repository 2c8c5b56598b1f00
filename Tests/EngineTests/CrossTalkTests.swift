import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Whether what one client causes can become another's answer.
@Suite("Cross-talk", .ownThreads)
struct CrossTalkTests {
    /// Bytes that follow a response were said before the next request was sent, so they cannot be its answer.
    ///
    /// They arrive in the moment in which its connection is taken out of the pool again.
    @Test("What a target says after its response never answers the next request", arguments: ["GET", "HEAD"])
    func surplusBytes(method: String) async throws {
        let poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"
        // Head and body are two reads of the engine exactly, so that the surplus comes with a third.
        let size = 2 * Worker.inputBytes - 43
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n" + String(repeating: "x", count: size)
        try #require(answer.utf8.count == 2 * Worker.inputBytes)
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                if head.contains(" /attack ") {
                    if head.hasPrefix("GET") { try socket.send(answer + poison) }
                    if head.hasPrefix("HEAD") {
                        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(poison.utf8.count)\r\n\r\n")
                        try socket.send(poison)
                    }
                } else {
                    try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
                }
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for _ in 0..<200 {
            let client = try RawSocket(to: endpoint)
            try client.send(
                "\(method) /attack HTTP/1.1\r\nHost: a\r\n\r\nGET /victim HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            _ = try client.receive(until: "\r\n\r\n")
            if method == "GET" { _ = try client.receive(exactly: size) }
            _ = try client.receive(until: "\r\n\r\n")
            #expect(try client.receive(exactly: 4) == Array("good".utf8))
        }
        await engine.stop()
    }

    /// Clients that read slowly, abort in the middle of a body or of an answer, and pipeline, all over the
    /// same pool: each answer names its request.
    @Test("Under load and aborts, every answer belongs to its request")
    func tokens() async throws {
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                let token = head.split(separator: " ")[1]
                var body = "\(token)"
                if let range = head.firstRange(of: "Content-Length: ") {
                    let length = Int(head[range.upperBound...].prefix { $0.isNumber }) ?? 0
                    body += String(decoding: try socket.receive(exactly: length), as: UTF8.self)
                }
                switch token.utf8.last.map({ $0 % 4 }) {
                case 0:
                    try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                case 1:
                    let size = String(body.utf8.count, radix: 16)
                    try socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n")
                    try socket.send("\(body)\r\n0\r\n\r\n")
                case 2:
                    try socket.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Le")
                    try socket.send("ngth: \(body.utf8.count)\r\n\r\n\(body)")
                default:
                    try socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)")
                    return
                }
            }
        }
        let engine = RunningEngine()
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let findings = Findings()
        await withTaskGroup { group in
            for client in 0..<8 {
                group.addTask {
                    await Self.onThread {
                        for round in 0..<150 {
                            Self.converse(endpoint, client * 1_000 + round, findings)
                        }
                    }
                }
            }
        }
        #expect(findings.wrong.withLock { $0 }.prefix(3) == [])
        #expect(findings.answered.load(ordering: .relaxed) > 1_000)
        for _ in 0..<300 where engine.engine.counters().listeners[listener.id]?.open != 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(engine.engine.counters().listeners[listener.id]?.open == 0)
        await engine.stop()
    }

    private final class Findings: Sendable {
        let wrong = Mutex<[String]>([])
        let answered = Atomic<Int>(0)
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { done in
            BlockingThread.start {
                body()
                done.resume()
            }
        }
    }

    /// One connection; the seed decides how it behaves.
    private static func converse(
        _ endpoint: Endpoint,
        _ seed: Int,
        _ findings: Findings
    ) {
        guard let client = try? RawSocket(to: endpoint) else { return }
        let body = String(repeating: "b\(seed);", count: seed % 7 == 0 ? 20_000 : 3)
        let head = { (token: String, length: Int) in
            "POST /\(token) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
        }
        switch seed % 5 {
        case 0:
            // Gives up in the middle of its body.
            try? client.send(head("abort\(seed)", body.utf8.count + 10) + body)
            return client.reset()
        case 1:
            // Gives up while its answer comes.
            try? client.send(head("abort\(seed)", body.utf8.count) + body)
            _ = try? client.receive(atMost: 10)
            return client.reset()
        default:
            let tokens = (0..<3).map { "t\(seed)-\($0)" }
            try? client.send(tokens.map { head($0, body.utf8.count) + body }.joined())
            client.finishSending()
            let all = String(decoding: client.receiveToEnd(), as: UTF8.self)
            let bodies = all.split(separator: "/t").dropFirst().map(String.init)
            for (index, text) in bodies.enumerated() {
                guard index < 3, text.hasPrefix("\(seed)-\(index)b\(seed);"), !text.contains("abort") else {
                    findings.wrong.withLock { $0.append("seed \(seed), answer \(index): \(text.prefix(80))") }
                    return
                }
                findings.answered.wrappingAdd(1, ordering: .relaxed)
            }
        }
    }
}
