import Foundation
import Model
import TestSupport
import Testing

@testable import sekisho

@Suite("Access log line")
struct AccessLogLineTests {
    private static func line(
        status: String = "502",
        request: String = "GET http://a:8080/ HTTP/1.1"
    ) -> String {
        """
        http 2026-01-05T09:37:12.071902Z app/edge/78b889fe26824b20 198.51.100.23:51544 - -1 -1 -1 \(status) \
        - 0 0 "\(request)" "a \\x22b" - - - "-" "-" "-" - 2026-01-05T09:37:12.064000Z "-" "-" "-" "-" "-" "-" \
        "-" TID_00000000000000010000000000000002 "-" "-" "-" 127.0.0.1
        """
    }

    @Test("The fields that have a value are an object, escapes left as they are")
    func json() throws {
        let json = AccessLogLine(alb: Self.line()).json
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
        #expect(object["elb_status_code"] == "502")
        #expect(object["user_agent"] == #"a \x22b"#)
        #expect(object["request_line"] == "GET http://a:8080/ HTTP/1.1")
        #expect(object["ip_address"] == "127.0.0.1")
        #expect(object["redirect_url"] == nil)
        #expect(AccessLogLine.names.count == 34)
        #expect(LogWords.split(Self.line()).count == 34)
    }

    @Test(
        "A status is matched whole or by its digits",
        arguments: [
            ("502", true), ("5xx", true), ("50X", true), ("4xx", false), ("503", false), ("5x", false),
        ]
    )
    func status(pattern: String, matches: Bool) {
        #expect(AccessLogLine(alb: Self.line()).hasStatus(pattern) == matches)
    }

    @Test(
        "The listener is told by the port in the request line, whatever the client wrote behind it",
        arguments: [
            ("GET http://a:8080/x:9090/ HTTP/1.1", true), ("- http://127.0.0.1:8080- -", true),
            ("GET http://[::1]:8080?q:1 HTTP/1.1", true), ("GET http://a:80801/ HTTP/1.1", false),
            ("OPTIONS http://a:8080* HTTP/1.1", true),
        ]
    )
    func port(request: String, matches: Bool) {
        let line = AccessLogLine(alb: Self.line(request: request))
        #expect(line.isAbout(port: 8080, loadBalancer: nil) == matches)
        #expect(line.isAbout(port: 8080, loadBalancer: "app/edge/78b889fe26824b20") == matches)
        #expect(!line.isAbout(port: 8080, loadBalancer: "app/other/1"))
    }

    @Test("A followed file gives whole lines, also across its being moved aside")
    func following() throws {
        let home = try TemporaryDirectory()
        let path = try home.write("old\n", to: "access.log")
        var file = FollowedFile(path: path)
        #expect(file.start == 4)
        #expect(file.newLines() == [])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("one\ntw".utf8))
        #expect(file.newLines() == ["one"])
        try handle.write(contentsOf: Data("o\nlast\n".utf8))
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).1")
        _ = try home.write("new\n", to: "access.log")
        #expect(file.newLines() == ["two", "last", "new"])
        #expect(file.newLines() == [])
    }

    @Test("A file that is not there yet is waited for")
    func missing() throws {
        let home = try TemporaryDirectory()
        var file = FollowedFile(path: home.file("access.log"))
        #expect(file.newLines() == [])
        _ = try home.write("new\n", to: "access.log")
        #expect(file.newLines() == ["new"])
    }
}
