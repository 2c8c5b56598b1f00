import HTTP
import Model
import Testing

/// What load balancer attributes change in the head that a target gets.
@Suite("Attributes in forwarded heads")
struct AttributeForwardingTests {
    private func lines(
        _ headers: String,
        _ change: (inout LoadBalancerAttributes) -> Void
    ) -> [String] {
        var attributes = LoadBalancerAttributes()
        change(&attributes)
        return ParsedRequest("GET / HTTP/1.1\r\n\(headers)\r\n", attributes: attributes)
            .forwardedLines(port: 8443)
    }

    @Test(
        "X-Forwarded-For is appended to, kept or removed",
        arguments: [
            (ForwardedForMode.append, "", ["X-Forwarded-For: 198.51.100.23"]),
            (.append, "x-forwarded-for: a\r\n", ["X-Forwarded-For: a, 198.51.100.23"]),
            (.preserve, "", []),
            (.preserve, "x-forwarded-for: a, b\r\n", ["X-Forwarded-For: a, b"]),
            (
                .preserve, "x-forwarded-for: a\r\nX-Forwarded-For:\r\nX-Forwarded-For: b\r\n",
                [
                    "X-Forwarded-For: a, b"
                ]
            ),
            (.remove, "x-forwarded-for: a\r\n", []),
            (.remove, "", []),
        ]
    )
    func forwardedFor(mode: ForwardedForMode, headers: String, expected: [String]) {
        let lines = self.lines("Host: a\r\n\(headers)") { $0.forwardedFor = mode }
        #expect(lines.filter { $0.lowercased().hasPrefix("x-forwarded-for") } == expected)
    }

    /// A rule must not decide by what the target never sees.
    @Test("A removed X-Forwarded-For is none for rules either")
    func removedForRules() {
        var attributes = LoadBalancerAttributes()
        attributes.forwardedFor = .remove
        let request = ParsedRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: b\r\n\r\n",
            attributes: attributes
        )
        let name = Array("x-forwarded-for".utf8)
        let isSeen = request.bytes.withUnsafeBytes { head in
            name.withUnsafeBytes { request.head.hasHeader($0, in: head) { _ in true } }
        }
        #expect(!isSeen)
    }

    @Test("Host goes on as it came where it is to be preserved, and in one form otherwise")
    func host() {
        #expect(self.lines("Host: A.Test.\r\n") { _ in }.first == "Host: a.test:8443")
        #expect(self.lines("Host: A.Test.\r\n") { $0.preservesHostHeader = true }.first == "Host: A.Test.")
    }

    /// RFC 9112 3.2.2: what the header says is no part of such a request.
    @Test("The absolute form outranks a preserved Host")
    func absoluteForm() {
        var attributes = LoadBalancerAttributes()
        attributes.preservesHostHeader = true
        let request = ParsedRequest("GET http://B.test/ HTTP/1.1\r\nHost: a\r\n\r\n", attributes: attributes)
        #expect(request.forwardedLines().filter { $0.hasPrefix("Host") } == ["Host: B.test"])
    }

    @Test("Names with other characters than letters, digits and hyphens go on unless they are to be dropped")
    func invalidNames() {
        let headers = "Host: a\r\nX_User: a\r\nX-User: b\r\nX.Y: c\r\n"
        let kept = self.lines(headers) { _ in }.filter { $0.hasPrefix("X_") || $0.hasPrefix("X.") }
        #expect(kept == ["X_User: a", "X.Y: c"])
        let lines = self.lines(headers) { $0.dropsInvalidHeaderFields = true }
        #expect(!lines.contains { $0.hasPrefix("X_") || $0.hasPrefix("X.") })
        #expect(lines.contains("X-User: b"))
    }

    @Test(
        "What a client says about its own TLS does not go on",
        arguments: ["X-Amzn-Tls-Version", "x_amzn_tls_cipher_suite", "X-Amzn-TLS-Anything"]
    )
    func forgedTLS(name: String) {
        #expect(!self.lines("Host: a\r\n\(name): forged\r\n") { _ in }.contains { $0.contains("forged") })
    }
}
