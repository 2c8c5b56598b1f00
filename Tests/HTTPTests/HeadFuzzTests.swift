import HTTP
import Testing

/// Mutated heads from a seeded generator: nothing crashes, and what is passed on means what was read.
@Suite("Mutated heads")
struct HeadFuzzTests {
    static let requests = [
        "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nUser-Agent: probe/1.4\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a.test:8443\r\nContent-Length: 10\r\nConnection: close, X-A\r\nX-A: b\r\n\r\n",
        "PUT http://b.test/x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "HEAD / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]\r\nX-Amzn-Mtls-Clientcert-Subject: CN=root\r\nX-Amzn-Trace-Id: Root=1-a-b\r\n"
            + "x_amzn_mtls_clientcert: a\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close, X-A\r\nX-A: b\r\n\r\n",
        "HTTP/1.0 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 404\r\nServer: x\r\n\r\n",
    ]

    private static let interesting: [[UInt8]] = [
        [0], [9], [10], [13], [32], [127], [255], Array(":".utf8), Array(",".utf8), Array("_".utf8),
        Array("\r\n".utf8), Array("\r\n\r\n".utf8), Array("\r\n ".utf8), Array("Host: c\r\n".utf8),
        Array("Content-Length: 3\r\n".utf8), Array("Transfer-Encoding: chunked\r\n".utf8),
        Array("Connection: Host, Content-Length\r\n".utf8), Array("Content_Length: 3\r\n".utf8),
        Array("chunked".utf8),
    ]

    private func mutate(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            let piece = Self.interesting.randomElement(using: &generator) ?? []
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 3:
                let lineStart = (bytes[..<index].lastIndex(of: 10) ?? -1) + 1
                bytes.insert(contentsOf: piece, at: lineStart)
            case 4:
                let end = min(bytes.count, index + Int.random(in: 0...30, using: &generator))
                bytes.insert(contentsOf: bytes[index..<end], at: end)
            default: bytes.insert(contentsOf: piece, at: index)
            }
        }
        return bytes
    }

    @Test("What is forwarded of a mutated request reads the same again", arguments: requests)
    func mutatedRequest(text: String) {
        var generator = SeededGenerator(seed: 0x5EC1)
        var complete = 0
        for _ in 0..<20_000 {
            let request = ParsedRequest(self.mutate(text, &generator))
            guard request.result == .complete else { continue }
            complete += 1
            let forwarded = request.forwarded(identity: "X-Amzn-Mtls-Clientcert: ours\r\n", defaultHost: "d")
            let again = ParsedRequest(Array(forwarded.utf8))
            let names = lines(of: forwarded).dropFirst().map {
                String($0.prefix { $0 != ":" }.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
            }
            let isSound =
                again.result == .complete && again.head.framing == request.head.framing
                && again.head.isHead == request.head.isHead
                && ["host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"]
                    .allSatisfy { name in names.count { $0 == name } == 1 }
                && names.count { $0.hasPrefix("x-amzn-mtls-") } == 1
                && !["connection", "te", "upgrade", "expect", "keep-alive"].contains(where: names.contains)
            guard isSound else {
                Issue.record("\(String(decoding: request.bytes, as: UTF8.self)) became \(forwarded)")
                return
            }
        }
        // Otherwise the mutations only try the first check.
        #expect(complete > 500)
    }

    @Test("What is forwarded of a mutated response reads the same again", arguments: responses)
    func mutatedResponse(text: String) {
        var generator = SeededGenerator(seed: 0x5EC2)
        var complete = 0
        for _ in 0..<20_000 {
            let response = ParsedResponse(self.mutate(text, &generator))
            guard response.result == .complete else { continue }
            complete += 1
            let forwarded = response.forwarded()
            let again = ParsedResponse(Array(forwarded.utf8))
            guard again.result == .complete, again.head.framing == response.head.framing,
                again.head.status == response.head.status
            else {
                Issue.record("\(String(decoding: response.bytes, as: UTF8.self)) became \(forwarded)")
                return
            }
        }
        #expect(complete > 500)
    }

    @Test("A mutated chunked body means the same in one piece and byte by byte")
    func chunks() {
        var generator = SeededGenerator(seed: 0x5EC3)
        let body = "5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX-Sum: 1\r\n\r\n"
        for _ in 0..<20_000 {
            let bytes = self.mutate(body, &generator)
            let whole = ChunkedDecoderTests.decode(bytes, pieceBytes: bytes.count)
            guard whole == ChunkedDecoderTests.decode(bytes, pieceBytes: 1) else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self))")
                return
            }
        }
    }
}
