import HTTP
import Testing

/// What a target is sent, byte for byte.
@Suite("Request forwarding")
struct RequestForwardingTests {
    private let trace = "Root=1-695b8648-5f84e1c2a7d3940b6e21f0c8"

    @Test("End-to-end headers come first and as they came, ours follow, identity headers end the head")
    func wholeHead() {
        let request = ParsedRequest(
            """
            GET /a/b?c=d HTTP/1.1\r
            User-Agent:  probe/1.4 \r
            Host: Edge.Example.NET\r
            accept:*/*\r
            Connection: keep-alive\r
            Cookie: a=b; c="d"\r
            \r

            """
        )
        #expect(
            request.forwarded(identity: "X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7\r\n") == """
                GET /a/b?c=d HTTP/1.1\r
                User-Agent:  probe/1.4 \r
                Host: edge.example.net\r
                accept:*/*\r
                Cookie: a=b; c="d"\r
                X-Forwarded-For: 198.51.100.23\r
                X-Forwarded-Proto: https\r
                X-Forwarded-Port: 443\r
                X-Amzn-Trace-Id: Root=1-695b8648-5f84e1c2a7d3940b6e21f0c8\r
                X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7\r
                \r

                """
        )
    }

    @Test("Every hop-by-hop header ends here, with all that Connection lists")
    func hopByHop() {
        let request = ParsedRequest(
            """
            POST / HTTP/1.1\r
            Host: a.test\r
            Connection: close, X-Secret, Upgrade, HTTP2-Settings\r
            connection: x-other\r
            X-Secret: 1\r
            x-other: 2\r
            X-Kept: 3\r
            Keep-Alive: timeout=5\r
            Proxy-Connection: keep-alive\r
            TE: trailers\r
            Trailer: X-Sum\r
            Transfer-Encoding: chunked\r
            Upgrade: h2c\r
            HTTP2-Settings: AAMAAABkAAQAAP__\r
            Expect: 100-continue\r
            X-SECRET: 4\r
            \r

            """
        )
        #expect(
            request.forwarded(port: 8080, isTLS: false) == """
                POST / HTTP/1.1\r
                Host: a.test:8080\r
                X-Kept: 3\r
                Transfer-Encoding: chunked\r
                X-Forwarded-For: 198.51.100.23\r
                X-Forwarded-Proto: http\r
                X-Forwarded-Port: 8080\r
                X-Amzn-Trace-Id: Root=1-695b8648-5f84e1c2a7d3940b6e21f0c8\r
                \r

                """
        )
    }

    /// Otherwise a client could hide its address, move the end of its body or choose another host.
    @Test("Connection cannot list away what we write or frame with")
    func protectedFromConnection() {
        let request = ParsedRequest(
            """
            POST / HTTP/1.1\r
            Connection: Host, Content-Length, X-Forwarded-For, X-Forwarded-Proto, X-Amzn-Trace-Id\r
            Connection: X-Amzn-Mtls-Clientcert-Subject\r
            Host: a.test\r
            Content-Length: 0005\r
            X-Forwarded-For: 192.0.2.1\r
            X-Amzn-Trace-Id: Root=1-00000000-000000000000000000000001\r
            \r

            """
        )
        #expect(
            request.forwarded(identity: "X-Amzn-Mtls-Clientcert-Subject: CN=a\r\n") == """
                POST / HTTP/1.1\r
                Host: a.test\r
                Content-Length: 5\r
                X-Forwarded-For: 192.0.2.1, 198.51.100.23\r
                X-Forwarded-Proto: https\r
                X-Forwarded-Port: 443\r
                X-Amzn-Trace-Id: Self=1-695b8648-5f84e1c2a7d3940b6e21f0c8;Root=1-00000000-000000000000000000000001\r
                X-Amzn-Mtls-Clientcert-Subject: CN=a\r
                \r

                """
        )
    }

    @Test(
        "A target is asked in origin-form whatever form came",
        arguments: [
            ("GET http://Other.test:8080/x?y HTTP/1.1", "GET /x?y HTTP/1.1", "Host: other.test:8080"),
            ("GET https://other.test HTTP/1.1", "GET / HTTP/1.1", "Host: other.test"),
            ("GET http://other.test?y=/z HTTP/1.1", "GET /?y=/z HTTP/1.1", "Host: other.test"),
            ("OPTIONS http://other.test HTTP/1.1", "OPTIONS * HTTP/1.1", "Host: other.test"),
            ("OPTIONS http://other.test/ HTTP/1.1", "OPTIONS / HTTP/1.1", "Host: other.test"),
            ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1", "Host: a.test"),
            ("\r\nGET // HTTP/1.1", "GET // HTTP/1.1", "Host: a.test"),
            ("get /a HTTP/1.0", "get /a HTTP/1.1", "Host: a.test"),
        ]
    )
    func forms(line: String, forwardedLine: String, host: String) {
        let forwarded = lines(of: ParsedRequest("\(line)\r\nHost: a.test\r\n\r\n").forwarded())
        #expect(forwarded.prefix(2) == [forwardedLine, host])
    }

    @Test(
        "Host names the listener's port unless that is a default",
        arguments: [
            ("A.test", UInt16(443), "a.test"), ("a.test:443", 443, "a.test"), ("a.test:80", 80, "a.test"),
            ("a.test:8443", 443, "a.test:8443"), ("a.test", 8443, "a.test:8443"),
            ("a.test:8443", 8443, "a.test:8443"), ("a.test:9", 8443, "a.test:9"),
            ("[2001:DB8::1]", 80, "[2001:db8::1]"),
            ("[2001:db8::1]", 8443, "[2001:db8::1]:8443"), ("[::1]:443", 443, "[::1]"),
        ]
    )
    func hosts(value: String, port: UInt16, forwarded: String) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n")
        #expect(request.forwardedLines(port: port).first == "Host: \(forwarded)")
    }

    @Test("A target always gets one Host, also from an HTTP/1.0 client that sends none")
    func hostForHTTP10() {
        let plain = ParsedRequest("GET / HTTP/1.0\r\n\r\n").forwarded(defaultHost: "edge.test")
        #expect(lines(of: plain)[1] == "Host: edge.test")
        let absolute = ParsedRequest("GET http://b.test/ HTTP/1.0\r\n\r\n").forwarded(
            defaultHost: "edge.test"
        )
        #expect(lines(of: absolute)[1] == "Host: b.test")
        #expect(!absolute.contains("edge.test"))
    }

    @Test("Forwarded addresses are joined into one line, the peer's last")
    func forwardedFor() {
        let request = ParsedRequest(
            "GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1,192.0.2.2\r\nHost: a\r\nx-forwarded-for: ::1 \r\n"
                + "X-Forwarded-For:\r\nX-Forwarded-Proto: ftp\r\nX-Forwarded-Port: 1\r\n\r\n"
        )
        #expect(
            request.forwardedLines().filter { $0.lowercased().hasPrefix("x-forwarded") } == [
                "X-Forwarded-For: 192.0.2.1,192.0.2.2, ::1, 198.51.100.23", "X-Forwarded-Proto: https",
                "X-Forwarded-Port: 443",
            ]
        )
    }

    @Test(
        "A trace keeps its Root and gets a fresh Self",
        arguments: [
            ("", "Root=F"), ("Root=1-a-b", "Self=F;Root=1-a-b"),
            ("Self=1-x-y;Root=1-a-b", "Self=F;Root=1-a-b"),
            ("Root=1-a-b;Self=1-x-y; CalledFrom=app", "Self=F;Root=1-a-b;CalledFrom=app"),
            ("CalledFrom=app", "Root=F;CalledFrom=app"), ("Self=1-x-y", "Root=F"), (";;", "Root=F"),
            ("Root=1-a-b\r\nX-Amzn-Trace-Id: Root=1-c-d", "Root=F"),
        ]
    )
    func traces(value: String, expected: String) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\nX-Amzn-Trace-Id: \(value)\r\n\r\n")
        let fresh = "1-695b8648-5f84e1c2a7d3940b6e21f0c8"
        #expect(
            request.forwardedLines().filter { $0.lowercased().hasPrefix("x-amzn-trace-id") }
                == ["X-Amzn-Trace-Id: " + expected.replacing("=F", with: "=\(fresh)")]
        )
    }

    @Test("A trace in a head over 7 KiB is written afresh")
    func traceOfLargeHead() {
        let padding = String(repeating: "p", count: 7 * 1024)
        let request = ParsedRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Amzn-Trace-Id: Root=1-a-b\r\nX: \(padding)\r\n\r\n"
        )
        #expect(request.forwardedLines().last == "X-Amzn-Trace-Id: \(self.trace)")
    }
}
