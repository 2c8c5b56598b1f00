import Testing

@testable import Model

@Suite("Request record")
struct RequestRecordTests {
    static let line = """
        h2 2026-01-05T09:37:12.071902Z app/edge/78b889fe26824b20 198.51.100.23:51544 10.0.1.11:8443 0.001 0.012 \
        0.000 200 204 34 366 "GET https://api.test:8443/a%20b?q=1 HTTP/2.0" "curl \\x22x\\x22" ECDHE TLSv1.3 \
        arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/api-v2/73e2d6bc24d8a067 "Root=1" "api.test" "-" 10 \
        2026-01-05T09:37:12.064000Z "forward" "-" "-" "10.0.1.11:8443" "204" "-" "-" \
        TID_00000000000000010000000000000002 "-" "-" "-" 127.0.0.1
        """

    @Test("A line is read word by word")
    func read() throws {
        let request = try #require(RequestRecord(Self.line))
        #expect(request.kind == "h2")
        #expect(request.time.iso8601.hasPrefix("2026-01-05T09:37:12"))
        #expect(request.client?.description == "198.51.100.23:51544")
        #expect(request.target == "10.0.1.11:8443" && request.targetGroup == "api-v2")
        #expect(request.milliseconds == 13)
        #expect((request.status, request.targetStatus) == (200, 204))
        #expect((request.receivedBytes, request.sentBytes) == (34, 366))
        #expect((request.method, request.host, request.port) == ("GET", "api.test", 8_443))
        #expect(request.path == "/a%20b?q=1")
        #expect(request.userAgent == #"curl \x22x\x22"#)
        #expect((request.tlsVersion, request.rulePriority) == ("TLSv1.3", "10"))
        #expect(request.connection == "TID_00000000000000010000000000000002")
        #expect(request.errorReason == nil)
    }

    @Test("What is missing is nothing, and what is no line is none")
    func missing() throws {
        let bare = """
            http 2026-01-05T09:37:12.071902Z app/edge/1 [2001:db8::1]:51544 - -1 -1 -1 - - 0 0 "- http://-:80- -" \
            "-" - - - "-" "-" "-" - 2026-01-05T09:37:12.064000Z "-" "-" "-" "-" "-" "-" "-" TID_1 "-" "-" "-" ::1
            """
        let request = try #require(RequestRecord(bare))
        #expect(request.status == nil && request.milliseconds == nil && request.target == nil)
        #expect(request.client?.address == IPAddress(v6: 0x2001_0db8_0000_0000, 1))
        for line in ["", "http", "http yesterday" + String(repeating: " -", count: 40)] {
            #expect(RequestRecord(line) == nil)
        }
    }
}
