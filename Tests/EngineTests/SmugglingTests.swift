import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// One message that two readers could take for two, as a target receives it byte for byte.
@Suite("Smuggling", .ownThreads)
struct SmugglingTests {
    private final class Tape: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var text: String { String(decoding: self.bytes.withLock { $0 }, as: UTF8.self) }
    }

    /// Answers as soon as a head has come, and keeps what comes after.
    private func recordingTarget(_ tape: Tape) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                let bytes = try socket.receive()
                if bytes.isEmpty { return }
                tape.bytes.withLock { $0 += bytes }
                if tape.text.hasSuffix("\r\n\r\n") || tape.text.hasSuffix("END") {
                    try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                }
            }
        }
    }

    private static let refused: [String] = [
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 0, 6\r\n\r\n", "Content-Length: +0\r\n\r\n", "Content-Length: 0x0\r\n\r\n",
        "Content-Length: -1\r\n\r\n", "Content-Length: 18446744073709551616\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 6\r\n\r\n", "Content-Length: \r\n\r\n",
        "Host: b\r\n\r\n", "Foo\r\n\r\n", ": x\r\n\r\n",
    ]

    @Test("A head with two readings never reaches the target, nor does what follows it", arguments: refused)
    func ambiguous(rest: String) async throws {
        let tape = Tape()
        let target = try self.recordingTarget(tape)
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(rest)GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(
            answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 413 ")
                || answer.hasPrefix("HTTP/1.1 501 ")
        )
        #expect(answer.components(of: "HTTP/1.1 ") == 1)
        #expect(tape.text == "")
        await engine.stop()
    }

    @Test(
        "A chunked body that two readers would end differently is cut off before the target has it whole",
        arguments: [
            "5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
            "5\r\nhelloXX0\r\n\r\n",
            "-1\r\nhello\r\n0\r\n\r\n", "8000000000000000\r\nhello", "ffffffffffffffff\r\nhello",
            "5\r\nhello\r\n0\r\nX Y: z\r\n\r\n",
            "5\r\nhello\r\n0\r\nX: \n\r\n\r\n", "5;\u{1}\r\nhello\r\n0\r\n\r\n",
            "5;a\nhello\r\n0\r\n\r\n", "5\rX\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n",
            "\r\n5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n X: y\r\n\r\n", "10000000000000005\r\nhello",
            "5_\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n",
        ],
        DesyncMitigationMode.allCases
    )
    func chunks(body: String, mode: DesyncMitigationMode) async throws {
        var attributes = LoadBalancerAttributes()
        attributes.desyncMitigationMode = mode
        let tape = Tape()
        let target = try self.recordingTarget(tape)
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint), attributes: attributes)
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        _ = client.receiveToEnd()
        #expect(!tape.text.contains("0\r\n\r\n"))
        #expect(!tape.text.contains("smuggled"))
        await engine.stop()
    }

    @Test("Trailers of a request reach nobody, an identity header among them least of all")
    func trailers() async throws {
        let tape = Tape()
        let target = try self.recordingTarget(tape)
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: X-Amzn-Mtls-Clientcert\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nEND\r\n0\r\nX-Amzn-Mtls-Clientcert: forged\r\n\r\n"
        )
        #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
        #expect(tape.text.hasSuffix("3\r\nEND\r\n0\r\n\r\n"))
        #expect(!tape.text.lowercased().contains("mtls"))
        await engine.stop()
    }

    /// The rest of the upload must be neither the next request nor sent on another's connection.
    @Test("An answer before the end of the upload ends the connection, and the pool gets nothing of it")
    func earlyAnswer() async throws {
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                let body = String(head.split(separator: " ")[1])
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for _ in 0..<20 {
            let uploader = try RawSocket(to: endpoint)
            try uploader.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 70\r\n\r\n")
            let head = try uploader.receive(until: "/upload")
            #expect(head.contains("Connection: close\r\n"))
            try? uploader.send(
                "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(uploader.receiveToEnd().isEmpty)
            let next = try RawSocket(to: endpoint)
            try next.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(String(decoding: next.receiveToEnd(), as: UTF8.self).hasSuffix("/next"))
        }
        await engine.stop()
    }

    /// Memory for a target that does not read is bounded: the client is no longer read either.
    @Test("A target that does not read stops its client")
    func deafTarget() async throws {
        let isOver = Mutex(false)
        let target = try ScriptedTarget { _ in while !isOver.withLock({ $0 }) { usleep(10_000) } }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        client.setTimeout(seconds: 1)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        var sent = 0
        let block = [UInt8](repeating: 0x61, count: 1_000_000)
        while sent < 100_000_000, (try? client.send(block)) != nil { sent += block.count }
        #expect(sent < 60_000_000)
        isOver.withLock { $0 = true }
        await engine.stop()
    }
}

extension String {
    fileprivate func components(of separator: String) -> Int {
        self.split(separator: separator, omittingEmptySubsequences: true).count
    }
}
