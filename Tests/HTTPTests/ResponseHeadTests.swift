import HTTP
import Testing

@Suite("Response head")
struct ResponseHeadTests {
    @Test(
        "Framing follows status, request method and headers",
        arguments: [
            ("200 OK", "Content-Length: 5\r\n", false, BodyFraming.length(5), true),
            ("200 OK", "Transfer-Encoding: chunked\r\n", false, .chunked, true),
            ("200 OK", "", false, .untilClose, false),
            ("200 OK", "Content-Length: 0\r\nConnection: close\r\n", false, .length(0), false),
            ("200 OK", "Content-Length: 5\r\n", true, .none, false),
            ("200 OK", "Transfer-Encoding: chunked\r\n", true, .none, false),
            ("200 OK", "", true, .none, true),
            ("204 No Content", "", false, .none, true),
            ("204 No Content", "Content-Length: 5\r\n", false, .none, false),
            ("304 Not Modified", "", false, .none, true),
            ("304 Not Modified", "Content-Length: 5\r\n", false, .none, false),
            ("100 Continue", "", false, .none, true),
            ("103 Early Hints", "Transfer-Encoding: chunked\r\n", false, .none, false),
            ("404 Not Found", "Content-Length: 1\r\n", false, .length(1), true),
        ]
    )
    func framing(line: String, headers: String, toHead: Bool, framing: BodyFraming, isPersistent: Bool) {
        let response = ParsedResponse("HTTP/1.1 \(line)\r\n\(headers)\r\n", isResponseToHead: toHead)
        #expect(response.result == .complete)
        #expect(response.head.framing == framing)
        #expect(response.head.isPersistent == isPersistent)
        #expect(response.head.status == Int(line.prefix(3)))
    }

    @Test("An HTTP/1.0 target keeps its connection only if it says so")
    func persistenceOfHTTP10() {
        let length = "Content-Length: 1\r\n"
        #expect(!ParsedResponse("HTTP/1.0 200 OK\r\n\(length)\r\n").head.isPersistent)
        #expect(
            ParsedResponse("HTTP/1.0 200 OK\r\n\(length)Connection: Keep-Alive\r\n\r\n").head.isPersistent
        )
        #expect(!ParsedResponse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").head.isPersistent)
    }

    @Test(
        "A response that could end elsewhere for the client is a bad gateway",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\rY: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
            "HTTP/1.1 200 O\u{0}K\r\n\r\n", "HTTP/1.1 200 O\rK\r\n\r\n", "HTTP/1.1 200 OK\n\r\n",
            "HTTP/1.1 200OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n",
            "HTTP/1.1  200 OK\r\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
            "HTTP/1.1\r\n\r\n", "",
            "\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        ]
    )
    func refused(text: String) {
        #expect(ParsedResponse(text).refusedStatus == 502)
    }

    @Test("The client gets end-to-end headers as they came and the framing it is told")
    func forwarded() {
        let response = ParsedResponse(
            """
            HTTP/1.0 200 Fine\r
            Server: target/1\r
            Connection: keep-alive, X-Internal\r
            X-Internal: 1\r
            Content-Length: 5\r
            Keep-Alive: timeout=5\r
            Set-Cookie: a=b\r
            set-cookie:c=d \r
            Upgrade: h2c\r
            Trailer: X\r
            \r

            """
        )
        let start = "HTTP/1.1 200 Fine\r\nServer: target/1\r\nSet-Cookie: a=b\r\nset-cookie:c=d \r\n"
        #expect(response.forwarded() == start + "Content-Length: 5\r\n\r\n")
        #expect(response.forwarded(closes: true) == start + "Content-Length: 5\r\nConnection: close\r\n\r\n")
        #expect(response.forwarded(minor: 0) == start + "Content-Length: 5\r\nConnection: keep-alive\r\n\r\n")
        #expect(response.forwarded(framing: .chunked) == start + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(response.forwarded(framing: .untilClose) == start + "Connection: close\r\n\r\n")
    }

    @Test("Only a response that stands for a body tells the length of one it does not have")
    func lengthWithoutBody() {
        let head = ParsedResponse("HTTP/1.1 200 OK\r\nContent-Length: 007\r\n\r\n", isResponseToHead: true)
        #expect(head.forwarded() == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
        let unchanged = ParsedResponse("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")
        #expect(unchanged.forwarded() == "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")
        let empty = ParsedResponse("HTTP/1.1 204\r\nContent-Length: 7\r\n\r\n")
        #expect(empty.forwarded() == "HTTP/1.1 204 \r\n\r\n")
    }

    @Test("An interim response says nothing about the connection")
    func interim() {
        let hints = ParsedResponse("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\n")
        #expect(hints.forwarded(closes: true) == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    }
}
