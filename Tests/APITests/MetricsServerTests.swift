import Model
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite("Metrics server")
struct MetricsServerTests {
    private static let anyPort = Endpoint(address: .loopback, port: 0)

    /// The text is made by a task, which other tests may hold up for longer than a gate would wait.
    private static var patient: MetricsLimits {
        var limits = MetricsLimits()
        limits.textSeconds = 600
        return limits
    }

    /// On a thread of its own: a test that waits must not keep the text from being made.
    private static func ask(_ request: String, at endpoint: Endpoint) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            BlockingThread.start {
                let answer = Result { () throws -> String in
                    let client = try RawSocket(to: endpoint)
                    client.setTimeout(seconds: 600)
                    try client.send(request)
                    return String(decoding: client.receiveToEnd(), as: UTF8.self)
                }
                continuation.resume(with: answer)
            }
        }
    }

    @Test("GET gets the text, HEAD its head, and the connection ends")
    func answers() async throws {
        let server = try MetricsServer(at: Self.anyPort, limits: Self.patient) { "a 1\n" }
        let get = try await Self.ask("GET /metrics?x=y HTTP/1.1\r\nHost: a\r\n\r\n", at: server.endpoint)
        #expect(get.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(
            get.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n")
        )
        #expect(get.hasSuffix("\r\n\r\na 1\n"))
        let head = try await Self.ask("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n", at: server.endpoint)
        #expect(head.contains("Content-Length: 4\r\n") && head.hasSuffix("\r\n\r\n"))
        server.stop()
    }

    @Test(
        "Anything else is refused",
        arguments: [
            ("GET / HTTP/1.1", "404 "), ("POST /metrics HTTP/1.1", "405 "), ("GET /metrics", "400 "),
            ("GET /metrics HTTP/2", "400 "), ("\u{0}\u{1} x y z", "400 "), ("GET /metricsx HTTP/1.1", "404 "),
        ]
    )
    func refusals(line: String, status: String) async throws {
        let server = try MetricsServer(at: Self.anyPort, limits: Self.patient) { "a 1\n" }
        let answer = try await Self.ask("\(line)\r\nHost: a\r\n\r\n", at: server.endpoint)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
        server.stop()
    }

    @Test("A head without end is cut, and so is who comes when all places are taken")
    func hostile() async throws {
        var limits = Self.patient
        limits.requestDeadline = .seconds(600)
        limits.connections = 3
        let server = try MetricsServer(at: Self.anyPort, limits: limits) { "a 1\n" }
        let long = try RawSocket(to: server.endpoint)
        try? long.send("GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 100_000))
        #expect(long.receiveToEnd().isEmpty)
        var silent = try (0..<limits.connections).map { _ in try RawSocket(to: server.endpoint) }
        // Places are taken in the order of coming.
        let late = try RawSocket(to: server.endpoint)
        #expect(late.receiveToEnd().isEmpty)
        #expect(silent.count == limits.connections)
        silent = []
        var answer = ""
        // A place is free once the server has seen that its client is gone.
        while answer.isEmpty {
            answer = try await Self.ask("GET /metrics HTTP/1.1\r\n\r\n", at: server.endpoint)
        }
        #expect(answer.hasSuffix("a 1\n"))
        server.stop()
    }

    @Test("Who says nothing is cut at the deadline")
    func silence() async throws {
        var limits = Self.patient
        limits.requestDeadline = .milliseconds(50)
        let server = try MetricsServer(at: Self.anyPort, limits: limits) { "a 1\n" }
        let answer = try await Self.ask("GET /metrics", at: server.endpoint)
        #expect(answer.isEmpty)
        server.stop()
    }

    @Test("The text is made once for many who ask at once")
    func cached() async throws {
        let calls = Calls()
        var limits = Self.patient
        limits.freshness = .seconds(600)
        let server = try MetricsServer(at: Self.anyPort, limits: limits) { "a \(calls.next())\n" }
        for _ in 0..<20 {
            let answer = try await Self.ask("GET /metrics HTTP/1.1\r\n\r\n", at: server.endpoint)
            #expect(answer.hasSuffix("a 1\n"))
        }
        #expect(calls.count == 1)
        server.stop()
    }

    @Test("A gate that is stopping answers 503, and an address that is taken is told")
    func failures() async throws {
        let server = try MetricsServer(at: Self.anyPort, limits: Self.patient) { nil }
        let answer = try await Self.ask("GET /metrics HTTP/1.1\r\n\r\n", at: server.endpoint)
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        let error = #expect(throws: OperatorError.self) { try MetricsServer(at: server.endpoint) { nil } }
        #expect(error?.code == .addressInUse)
        server.stop()
    }

    private final class Calls: Sendable {
        private let number = Atomic<Int>(0)
        var count: Int { self.number.load(ordering: .relaxed) }
        func next() -> Int { self.number.wrappingAdd(1, ordering: .relaxed).newValue }
    }
}
