import Testing

@testable import sekisho

/// What the echo target says, byte by byte.
@Suite("Echo exchange")
struct EchoExchangeTests {
    private func answer(_ request: String, step: Int = .max) -> (text: String, isClosing: Bool) {
        var exchange = EchoExchange()
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            exchange.receive(rest.prefix(step))
            rest = rest.dropFirst(step)
        }
        return (String(decoding: exchange.output, as: UTF8.self), exchange.isClosing)
    }

    @Test(
        "Request line, headers and body size come back, however the bytes arrive",
        arguments: [1, 7, 1_000]
    )
    func echo(step: Int) {
        let request = "POST /a?b HTTP/1.1\r\nHost: x\r\nA:  1\r\na: 2\r\nContent-Length: 5\r\n\r\nhello"
        let answer = self.answer(request, step: step)
        #expect(answer.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(
            answer.text.hasSuffix(
                "\r\n\r\nPOST /a?b HTTP/1.1\nHost: x\nA:  1\na: 2\nContent-Length: 5\n\nbody: 5 bytes\n"
            )
        )
        #expect(!answer.isClosing)
    }

    @Test("A chunked body is counted, with extensions and trailers", arguments: [1, 1_000])
    func chunked(step: Int) {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answer = self.answer(head + "5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n", step: step)
        #expect(answer.text.hasSuffix("body: 15 bytes\n"))
        #expect(!answer.isClosing)
    }

    @Test("Requests on one connection are answered one after another")
    func keepAlive() {
        let answer = self.answer("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\nGET /3")
        #expect(answer.text.contains("GET /1 ") && answer.text.contains("GET /2 "))
        #expect(!answer.text.contains("GET /3"))
        #expect(answer.isClosing)
    }

    @Test(
        "What can be read in two ways is refused and ends the connection",
        arguments: [
            "GET /\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "GET / HTTP/1.1\r\nbad header: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        ]
    )
    func refused(request: String) {
        let answer = self.answer(request)
        #expect(answer.text.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.isClosing)
    }

    @Test("A head past the bound is refused")
    func headTooLong() {
        let answer = self.answer(
            "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: EchoLimits.headBytes)
        )
        #expect(answer.text.hasPrefix("HTTP/1.1 431 "))
        #expect(answer.isClosing)
    }

    @Test("As a function it is invoked by the Invoke API and nothing else", arguments: [7, 100_000])
    func function(step: Int) {
        func answer(_ path: String, _ event: String) -> String {
            var exchange = EchoExchange(.function)
            var rest = Array(
                "POST \(path) HTTP/1.1\r\nContent-Length: \(event.utf8.count)\r\n\r\n\(event)".utf8
            )[...]
            while !rest.isEmpty {
                exchange.receive(rest.prefix(step))
                rest = rest.dropFirst(step)
            }
            return String(decoding: exchange.output, as: UTF8.self)
        }
        let path = "/2015-03-31/functions/show-headers/invocations"
        let event = #"{"httpMethod":"GET","path":"/a","headers":{"b":"2","a":"1"},"body":""}"#
        let answered = answer(path, event)
        #expect(answered.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
        #expect(answered.contains(#""body":"GET \/a as function show-headers got it\na: 1\nb: 2\n""#))
        #expect(answer(path, "nonsense").hasSuffix(#"{"statusCode":400}"#))
        let other = answer("/2015-03-31/functions/other/invocations", event)
        #expect(
            other.hasPrefix("HTTP/1.1 404 ") && other.contains("X-Amzn-ErrorType: ResourceNotFoundException")
        )
        #expect(
            answer(path, String(repeating: "x", count: EchoLimits.eventBytes + 1)).hasPrefix("HTTP/1.1 413 ")
        )
    }
}
