import HTTP
import Testing

/// What is read, and above all what is not: the known ways to smuggle a request past a gateway.
@Suite("Request head")
struct RequestHeadTests {
    /// Puts lines after a request line and `Host`.
    private func post(_ headers: String) -> ParsedRequest {
        ParsedRequest("POST /upload HTTP/1.1\r\nHost: a.test\r\n\(headers)\r\n")
    }

    @Test(
        "Framing is told from the one header that gives it",
        arguments: [
            ("", BodyFraming.none),
            ("Content-Length: 0\r\n", .length(0)),
            ("Content-Length: 5\r\n", .length(5)),
            ("content-length:  005\t\r\n", .length(5)),
            ("Content-Length: 9223372036854775807\r\n", .length(9_223_372_036_854_775_807)),
            ("Transfer-Encoding: chunked\r\n", .chunked),
            ("TRANSFER-ENCODING:\tChunked \r\n", .chunked),
        ]
    )
    func framing(headers: String, framing: BodyFraming) {
        let request = self.post(headers)
        #expect(request.result == .complete)
        #expect(request.head.framing == framing)
    }

    @Test(
        "Framing that two readers could read in two ways is refused",
        arguments: [
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400),
            ("Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n", 400),
            ("Transfer-Encoding: xchunked\r\n", 501),
            ("Transfer-Encoding: chunked, chunked\r\n", 501),
            ("Transfer-Encoding: gzip, chunked\r\n", 501),
            ("Transfer-Encoding: chunked;q=1\r\n", 501),
            ("Transfer-Encoding: \"chunked\"\r\n", 501),
            ("Transfer-Encoding: identity\r\n", 501),
            ("Transfer-Encoding:\r\n", 501),
            ("Transfer-Encoding: \u{0B}chunked\r\n", 400),
            ("Transfer-Encoding: chunked\u{0}\r\n", 400),
            ("Transfer-Encoding : chunked\r\n", 400),
            ("Transfer-Encoding\t: chunked\r\n", 400),
            (" Transfer-Encoding: chunked\r\n", 400),
            ("X: y\r\n Transfer-Encoding: chunked\r\n", 400),
            ("X: y\nTransfer-Encoding: chunked\r\n", 400),
            ("X: y\rTransfer-Encoding: chunked\r\n", 400),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
            ("Content-Length: 5, 5\r\n", 400),
            ("Content-Length: +5\r\n", 400),
            ("Content-Length: -5\r\n", 400),
            ("Content-Length: 0x5\r\n", 400),
            ("Content-Length: 5 5\r\n", 400),
            ("Content-Length: 5.0\r\n", 400),
            ("Content-Length:\r\n", 400),
            ("Content-Length: 9223372036854775808\r\n", 413),
            ("Content-Length: 18446744073709551621\r\n", 413),
            ("Content-Length: 99999999999999999999999999\r\n", 413),
        ]
    )
    func smuggling(headers: String, status: Int) {
        #expect(self.post(headers).refusedStatus == status)
    }

    @Test("HTTP/1.0 knows no transfer codings")
    func transferEncodingInHTTP10() {
        let request = ParsedRequest("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(request.refusedStatus == 400)
    }

    @Test(
        "A request line is method, target and version between single spaces",
        arguments: [
            ("GET / HTTP/1.1", 0), ("get / HTTP/1.1", 0), ("M-SEARCH /?a=b HTTP/1.1", 0),
            ("GET http://a.test/ HTTP/1.1", 0), ("GET HTTPS://a.test:8443?q HTTP/1.1", 0),
            ("OPTIONS * HTTP/1.1", 0), ("GET //a.test/ HTTP/1.1", 0), ("\r\nGET / HTTP/1.1", 0),
            ("\(String(repeating: "M", count: 40)) / HTTP/1.1", 0),
            ("\(String(repeating: "M", count: 41)) / HTTP/1.1", 400),
            ("GET  / HTTP/1.1", 400), ("GET /  HTTP/1.1", 400), ("GET / HTTP/1.1 ", 400),
            (" GET / HTTP/1.1", 400),
            ("GET\t/ HTTP/1.1", 400), ("GET / a HTTP/1.1", 400), ("GET /", 400), ("GET", 400), ("", 400),
            ("G@T / HTTP/1.1", 400), ("GET /\u{7F} HTTP/1.1", 400), ("GET /\u{1} HTTP/1.1", 400),
            ("GET /ü HTTP/1.1", 400), ("GET /a#b HTTP/1.1", 400), ("GET a HTTP/1.1", 400),
            ("GET * HTTP/1.1", 400),
            ("GET ftp://a.test/ HTTP/1.1", 400), ("GET http:/// HTTP/1.1", 400),
            ("GET http://u@a.test/ HTTP/1.1", 400), ("\r\n\r\nGET / HTTP/1.1", 400),
            ("\nGET / HTTP/1.1", 400),
            ("GET / HTTP/1.1\rX: y", 400), ("GET / HTTP/1.1\nX: y", 400), ("GET / http/1.1", 400),
            ("GET / HTTP/11", 400), ("GET / HTTP/1.1x", 400), ("GET / XTTP/1.1", 400),
            ("GET / HTTP/1.2", 505), ("GET / HTTP/2.0", 505), ("PRI * HTTP/2.0", 505),
            ("GET / HTTP/0.9", 505),
            ("CONNECT a.test:443 HTTP/1.1", 501), ("CONNECT / HTTP/1.1", 501), ("TRACE / HTTP/1.1", 405),
        ]
    )
    func requestLine(line: String, status: Int) {
        #expect(ParsedRequest("\(line)\r\nHost: a.test\r\n\r\n").refusedStatus == status)
    }

    @Test(
        "Exactly one well-formed Host decides where a request goes",
        arguments: [
            ("Host: a.test\r\n", 0), ("Host: A.Test:8443\r\n", 0), ("Host: [2001:db8::1]:443\r\n", 0),
            ("Host: 192.0.2.1\r\n", 0), ("Host: under_score.test\r\n", 0),
            ("", 400), ("Host:\r\n", 400), ("Host: a\r\nHost: a\r\n", 400), ("Host: a\r\nhost: b\r\n", 400),
            ("Host: a, b\r\n", 400), ("Host: a b\r\n", 400), ("Host: u@a\r\n", 400), ("Host: a/b\r\n", 400),
            ("Host: a:\r\n", 400), ("Host: a:0\r\n", 400), ("Host: a:65536\r\n", 400),
            ("Host: a:80a\r\n", 400),
            ("Host: a:000080\r\n", 400), ("Host: :80\r\n", 400), ("Host: [::1\r\n", 400),
            ("Host: []\r\n", 400),
            ("Host: [::1%eth0]\r\n", 400), ("Host: [::1]a\r\n", 400), ("Host: a%41\r\n", 400),
        ]
    )
    func host(headers: String, status: Int) {
        #expect(ParsedRequest("GET / HTTP/1.1\r\n\(headers)\r\n").refusedStatus == status)
    }

    @Test("HTTP/1.0 needs no Host, but takes no two either")
    func hostInHTTP10() {
        #expect(ParsedRequest("GET / HTTP/1.0\r\n\r\n").result == .complete)
        #expect(ParsedRequest("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n").refusedStatus == 400)
    }

    @Test(
        "A header line is a token, a colon and text without control characters",
        arguments: [
            ("X-A:b\r\n", 0), ("X-A:\r\n", 0), ("X-A: b\tc \u{FC}\r\n", 0), ("!#$%&'*+-.^_`|~09aZ: b\r\n", 0),
            (": b\r\n", 400), ("X A: b\r\n", 400), ("X-A b\r\n", 400), ("X-A\r\n", 400),
            ("X\u{FC}: b\r\n", 400),
            ("X(: b\r\n", 400), ("X-A : b\r\n", 400), ("X-A: b\r\n\tc\r\n", 400), ("X-A: a\u{0}b\r\n", 400),
            ("X-A: \u{7F}\r\n", 400), ("X-A: a\u{8}\r\n", 400), ("X-A: a\nX-B: b\r\n", 400),
            ("X-A: b\r\r\n", 400),
            ("X-A: b\n\r\n", 400),
        ]
    )
    func headerLine(line: String, status: Int) {
        #expect(self.post(line).refusedStatus == status)
    }

    @Test("A head that does not end with its empty line is refused")
    func exactEnd() {
        for text in ["", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\nX"] {
            #expect(ParsedRequest(text).refusedStatus == 400, "\(text)")
        }
    }

    /// The bounds are those of `EngineLimits`: 16 KiB a line, 64 KiB a head, 256 lines.
    @Test("Each bound is met exactly and not exceeded")
    func bounds() {
        let target = String(repeating: "a", count: 16_384 - "GET / HTTP/1.1\r\n".utf8.count)
        #expect(ParsedRequest("GET /\(target) HTTP/1.1\r\nHost: a\r\n\r\n").result == .complete)
        #expect(ParsedRequest("GET /\(target)a HTTP/1.1\r\nHost: a\r\n\r\n").refusedStatus == 414)

        let value = String(repeating: "v", count: 16_384 - "X: \r\n".utf8.count)
        #expect(self.post("X: \(value)\r\n").result == .complete)
        #expect(self.post("X: \(value)v\r\n").refusedStatus == 400)

        let many = String(repeating: "X: y\r\n", count: 255)
        #expect(self.post(many).result == .complete)
        #expect(self.post(many + "X: y\r\n").refusedStatus == 400)

        let start = "POST /upload HTTP/1.1\r\nHost: a.test\r\n".utf8.count
        let fourLines = String(repeating: "X: \(String(repeating: "v", count: 13_000))\r\n", count: 4)
        let rest = 65_536 - start - fourLines.utf8.count - "X: \r\n\r\n".utf8.count
        #expect(self.post(fourLines + "X: \(String(repeating: "v", count: rest))\r\n").result == .complete)
        #expect(
            self.post(fourLines + "X: \(String(repeating: "v", count: rest + 1))\r\n").refusedStatus == 400
        )
    }

    @Test(
        "A connection is kept as version and options say",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
            ("1.1", "Connection: x, CLOSE\r\n", false),
            ("1.1", "Connection: keep-alive\r\nConnection: close\r\n", false), ("1.0", "", false),
            ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
            ("1.1", "Connection: closed\r\n", true), ("1.1", "Connection: ,, \r\n", true),
        ]
    )
    func persistence(version: String, headers: String, isPersistent: Bool) {
        let request = ParsedRequest("GET / HTTP/\(version)\r\nHost: a\r\n\(headers)\r\n")
        #expect(request.result == .complete)
        #expect(request.head.isPersistent == isPersistent)
        #expect(request.head.minorVersion == (version == "1.1" ? 1 : 0))
    }

    @Test("Connection options are tokens, and few")
    func connectionOptions() {
        #expect(self.post("Connection: a b\r\n").refusedStatus == 400)
        #expect(self.post("Connection: \"close\"\r\n").refusedStatus == 400)
        let options = (0..<32).map { "o\($0)" }.joined(separator: ",")
        #expect(self.post("Connection: \(options)\r\n").result == .complete)
        #expect(self.post("Connection: \(options)\r\nConnection: one-more\r\n").refusedStatus == 400)
    }

    @Test("Only an HTTP/1.1 client with a body to send waits for 100 Continue")
    func expectations() {
        #expect(self.post("Content-Length: 5\r\nExpect: 100-Continue\r\n").head.expectsContinue)
        #expect(self.post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n").head.expectsContinue)
        #expect(!self.post("Expect: 100-continue\r\n").head.expectsContinue)
        #expect(!self.post("Content-Length: 0\r\nExpect: 100-continue\r\n").head.expectsContinue)
        #expect(!self.post("Content-Length: 5\r\n").head.expectsContinue)
        let old = ParsedRequest("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(old.result == .complete)
        #expect(!old.head.expectsContinue)
        #expect(self.post("Expect: 200-ok\r\n").refusedStatus == 417)
    }

    @Test("Methods are told apart by case, and upgrades are noticed")
    func methods() {
        #expect(ParsedRequest("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").head.isHead)
        #expect(!ParsedRequest("head / HTTP/1.1\r\nHost: a\r\n\r\n").head.isHead)
        for (method, isIdempotent) in [
            ("GET", true), ("HEAD", true), ("PUT", true), ("POST", false), ("get", false),
        ] {
            #expect(
                ParsedRequest("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n").head.isIdempotent == isIdempotent
            )
        }
        #expect(self.post("Connection: upgrade\r\nUpgrade: websocket\r\n").head.hasUpgrade)
        #expect(!self.post("").head.hasUpgrade)
    }

    @Test("More than thirty forwarded addresses are a circle")
    func forwardedAddresses() {
        let thirty = Array(repeating: "192.0.2.1", count: 30).joined(separator: ", ")
        #expect(self.post("X-Forwarded-For: \(thirty)\r\n").result == .complete)
        #expect(self.post("X-Forwarded-For: \(thirty)\r\nX-Forwarded-For: ::1\r\n").refusedStatus == 463)
    }

    @Test("A parser that refused a head reads the next one as if it were its first")
    func reuse() {
        let head = RequestHead()
        let bad = Array(
            "HEAD / HTTP/1.0\r\nUpgrade: x\r\nContent-Length: 5\r\nHost: a\r\nHost: b\r\n\r\n".utf8
        )
        let good = Array("POST / HTTP/1.1\r\nHost: c\r\n\r\n".utf8)
        #expect(bad.withUnsafeBytes { head.parse($0) } != .complete)
        #expect(good.withUnsafeBytes { head.parse($0) } == .complete)
        #expect(head.framing == .none && !head.isHead && !head.hasUpgrade && head.isPersistent)
        #expect(head.minorVersion == 1)
    }
}
