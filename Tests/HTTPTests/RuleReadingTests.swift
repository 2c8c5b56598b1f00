import HTTP
import Model
import Testing

/// What rules ask of a request head, and what redirects make of it.
@Suite("What rules read of a request")
struct RuleReadingTests {
    private func text(_ bytes: UnsafeRawBufferPointer?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "The host is the name alone, from wherever the target takes it",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: A.Test:8443\r\n\r\n", "A.Test"),
            ("GET / HTTP/1.1\r\nHost: a.test.\r\n\r\n", "a.test"),
            ("GET / HTTP/1.1\r\nHost: a.test.:80\r\n\r\n", "a.test"),
            ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "[::1]"),
            ("GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n", "b.test"),
            ("GET / HTTP/1.0\r\n\r\n", ""),
        ]
    )
    func host(head: String, host: String) {
        let request = ParsedRequest(head)
        #expect(request.bytes.withUnsafeBytes { self.text(request.head.hostName(in: $0)) } == host)
    }

    @Test("The target gets the host that rules have read", arguments: ["a.test.", "A.TEST", "a.test.:443"])
    func forwardedHost(host: String) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(request.forwarded(port: 443).contains("\r\nHost: a.test\r\n"))
    }

    @Test(
        "Path and query are told apart at the first question mark",
        arguments: [
            ("/a?b?c", "/a", "b?c"), ("/a", "/a", nil), ("/?", "/", ""), ("http://a.test", "/", nil),
            ("http://a.test?x", "/", "x"), ("http://a.test/y?x", "/y", "x"),
        ]
    )
    func target(target: String, path: String, query: String?) {
        let request = ParsedRequest("GET \(target) HTTP/1.1\r\nHost: a.test\r\n\r\n")
        request.bytes.withUnsafeBytes { head in
            #expect(self.text(request.head.path(in: head)) == path)
            #expect(self.text(request.head.query(in: head)) == query)
        }
    }

    @Test(
        "A header counts if the target will see what the client said in it",
        arguments: [
            ("X-Env: blue", "x-env", true), ("X-Env: green\r\nx-ENV: blue", "X-Env", true),
            ("X-Env: green", "X-Env", false), ("X_Env: blue", "X-Env", false),
            ("X-Env: blue\r\nConnection: x-env", "X-Env", false),
            ("X-Amzn-Mtls-Clientcert-Leaf: blue", "X-Amzn-Mtls-Clientcert-Leaf", false),
            ("X-Forwarded-Proto: blue", "X-Forwarded-Proto", false), ("TE: blue", "TE", false),
        ]
    )
    func header(lines: String, name: String, expected: Bool) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: a.test\r\n\(lines)\r\n\r\n")
        let found = request.bytes.withUnsafeBytes { head in
            Array(name.utf8).withUnsafeBytes { name in
                request.head.hasHeader(name, in: head) { String(decoding: $0, as: UTF8.self) == "blue" }
            }
        }
        #expect(found == expected)
    }

    @Test(
        "The first cookie of a name is found, whatever stands around it",
        arguments: [
            ("Cookie: a=1", "1"), ("Cookie: b=2; a=1", "1"), ("Cookie: b=2;a=1;a=3", "1"),
            ("Cookie: b=2\r\ncookie: a=1", "1"), ("Cookie: a=", ""), ("Cookie: a=b=c", "b=c"),
            ("Cookie: a", nil), ("Cookie: aa=1; A=1", nil), ("X-Cookie: a=1", nil), ("Cookie: ;; ;", nil),
        ]
    )
    func cookie(lines: String, value: String?) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: a.test\r\n\(lines)\r\n\r\n")
        #expect(request.bytes.withUnsafeBytes { self.text(request.head.cookie("a", in: $0)) } == value)
    }

    @Test(
        "Parameters of a query are decoded one by one",
        arguments: [
            ("a=b", ["a|b"]), ("a=b&c", ["a|b", "c|"]), ("a=b=c&&=d", ["a|b=c", "|", "|d"]),
            ("%61=%62%26c", ["a|b&c"]), ("a=%zz%4", ["a|%zz%4"]), ("a=+", ["a|+"]), ("", []),
        ]
    )
    func parameters(query: String, expected: [String]) {
        let scratch = ByteBuffer(capacity: 1)
        var found: [String] = []
        Array(query.utf8).withUnsafeBytes { query in
            var parameters = QueryParameters(query)
            while let keyEnd = parameters.next(into: scratch) {
                let text = Array(scratch.text.utf8)
                found.append(
                    String(decoding: text[..<keyEnd], as: UTF8.self) + "|"
                        + String(decoding: text[keyEnd...], as: UTF8.self)
                )
            }
        }
        #expect(found == expected)
    }

    @Test(
        "A redirect is filled in with what the request had",
        arguments: [
            (Redirect(protocol: "HTTPS", port: "443", statusCode: .found), "https://a.test:443/p/q?x=1"),
            (Redirect(host: "www.#{host}", statusCode: .found), "http://www.a.test:8080/p/q?x=1"),
            (Redirect(path: "/new/#{path}", query: "", statusCode: .found), "http://a.test:8080/new/p/q"),
            (
                Redirect(path: "/", query: "h=#{host}&n=#{port}&s=#{protocol}&#{query}", statusCode: .found),
                "http://a.test:8080/?h=a.test&n=8080&s=http&x=1"
            ),
        ]
    )
    func location(redirect: Redirect, location: String) {
        let out = ByteBuffer(capacity: 1)
        let (host, path, query) = (Array("A.test".utf8), Array("/p/q".utf8), Array("x=1".utf8))
        host.withUnsafeBytes { host in
            path.withUnsafeBytes { path in
                query.withUnsafeBytes { query in
                    let facts = RedirectTemplate.Facts(
                        isTLS: false,
                        host: host,
                        port: 8080,
                        path: path,
                        query: query
                    )
                    RedirectTemplate(redirect).writeLocation(facts, to: out)
                }
            }
        }
        #expect(out.text == location)
    }
}
