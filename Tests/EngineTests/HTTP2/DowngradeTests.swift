import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What a target of HTTP/1.1 receives of an HTTP/2 request, byte by byte: one request, in one reading.
///
/// What has no such reading is refused; see `HTTP2Tests`.
@Suite("From HTTP/2 to HTTP/1.1", .ownThreads)
struct DowngradeTests {
    private static let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    /// The request line, header lines and body that came in over one connection.
    private func received(
        _ fields: [(String, String)],
        _ body: String?,
        trailers: [(String, String)] = []
    ) async throws -> (head: String, rest: String) {
        let bytes = Mutex<[UInt8]>([])
        let target = try ScriptedTarget { socket in
            while true {
                let more = try socket.receive()
                guard !more.isEmpty else { return }
                let text = bytes.withLock { all in
                    all += more
                    return String(decoding: all, as: UTF8.self)
                }
                // The end of what follows is the same in all of these requests.
                guard text.hasSuffix("\r\n0\r\n\r\n") || text.hasSuffix("Host: a\r\n\r\n") || body == nil
                else { continue }
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let stream = try client.request(fields, ends: body == nil)
        if let body {
            let isLast: UInt8 = trailers.isEmpty ? 1 : 0
            try client.send(HTTP2Client.frame(0, flags: isLast, stream: stream, Array(body.utf8)))
        }
        if !trailers.isEmpty {
            try client.send(HTTP2Client.frame(1, flags: 5, stream: stream, HTTP2Client.block(trailers)))
        }
        #expect(client.answers([stream])[stream]?.isOK == true)
        await engine.stop()
        let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        return (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    @Test("A body that reads like a request stays a body, with a length and without")
    func body() async throws {
        let size = Self.smuggled.utf8.count
        let chunked = try await self.received(HTTP2Client.fields("POST"), Self.smuggled)
        #expect(chunked.rest == "\(String(size, radix: 16))\r\n\(Self.smuggled)\r\n0\r\n\r\n")
        #expect(chunked.head.lowercased().contains("\r\ntransfer-encoding: chunked"))
        #expect(!chunked.head.lowercased().contains("content-length"))
        let fields = HTTP2Client.fields("POST") + [("content-length", "\(size)")]
        let counted = try await self.received(fields, Self.smuggled)
        #expect(counted.rest == Self.smuggled)
        #expect(counted.head.lowercased().contains("\r\ncontent-length: \(size)"))
        #expect(!counted.head.lowercased().contains("transfer-encoding"))
    }

    @Test("Trailers become neither headers nor lines behind the last chunk")
    func trailers() async throws {
        let trailers = [("x-late", "1"), ("x-amzn-mtls-clientcert-leaf", "forged")]
        let got = try await self.received(HTTP2Client.fields("POST"), "hi", trailers: trailers)
        #expect(got.rest == "2\r\nhi\r\n0\r\n\r\n")
        #expect(!got.head.contains("x-late") && !got.head.contains("forged"))
    }

    @Test(
        "A request without a body has neither length nor coding, and its own line and host",
        arguments: [
            ("/", "GET / HTTP/1.1"), ("//a//b", "GET //a//b HTTP/1.1"), ("/a?b=/c", "GET /a?b=/c HTTP/1.1"),
            ("/%0d%0aX:y", "GET /%0d%0aX:y HTTP/1.1"),
        ]
    )
    func withoutBody(path: String, line: String) async throws {
        let fields =
            HTTP2Client.fields("GET", path) + [("host", "LOCALHOST"), ("x-twice", "1"), ("x-twice", "2")]
        let got = try await self.received(fields, nil)
        let lines = got.head.components(separatedBy: "\r\n")
        #expect(lines.first == line)
        #expect(got.rest.isEmpty)
        #expect(lines.filter { $0.lowercased().hasPrefix("host:") }.count == 1)
        #expect(lines.filter { $0.hasPrefix("x-twice: ") } == ["x-twice: 1", "x-twice: 2"])
        let names = lines.map { $0.lowercased().prefix { $0 != ":" } }
        #expect(!names.contains("content-length") && !names.contains("transfer-encoding"))
        #expect(!names.contains("connection") && !names.contains { $0.hasPrefix(":") })
    }
}

extension String {
    /// The parts between separators of more than one character.
    fileprivate func components(separatedBy separator: String) -> [String] {
        self.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
