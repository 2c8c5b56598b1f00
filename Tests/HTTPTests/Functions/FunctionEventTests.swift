import Foundation
import Model
import Testing

@testable import HTTP

/// The event of a request, as an independent reader of JSON understands it.
@Suite("Function events")
struct FunctionEventTests {
    private static let arn =
        "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/fn/6b4ecae263d54e74"

    /// The event of a head as it would be forwarded; nil where there is none.
    private func event(
        _ head: String,
        body: [UInt8] = [],
        isMultiValue: Bool = false
    ) throws -> [String: Any]? {
        try self.event(Array(head.utf8), body: body, isMultiValue: isMultiValue)
    }

    private func event(
        _ head: [UInt8],
        body: [UInt8] = [],
        isMultiValue: Bool = false
    ) throws -> [String: Any]? {
        let out = ByteBuffer(capacity: 16)
        let encoding = head.withUnsafeBytes {
            FunctionEvent.begin($0, targetGroupARN: Self.arn, usesMultiValueHeaders: isMultiValue, to: out)
        }
        guard let encoding, body.withUnsafeBytes({ FunctionEvent.finish($0, encoding, to: out) }) else {
            return nil
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(out.bytes)) as? [String: Any])
    }

    @Test("A request becomes the documented event, byte by byte")
    func documented() throws {
        let request = ParsedRequest(
            "POST /orders?page=2 HTTP/1.1\r\nContent-Type: application/json\r\nHost: edge.example.net\r\n"
                + "User-Agent: probe/1.4\r\nContent-Length: 7\r\nX-Amzn-Mtls-Clientcert-Subject: CN=forged\r\n\r\n"
        )
        let forwarded = request.forwarded(identity: "X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7,O=Umbra\r\n")
        let out = ByteBuffer(capacity: 16)
        let encoding = Array(forwarded.utf8).withUnsafeBytes {
            FunctionEvent.begin($0, targetGroupARN: Self.arn, usesMultiValueHeaders: false, to: out)
        }
        #expect(encoding == .text)
        #expect(Array(#"{"n":1}"#.utf8).withUnsafeBytes { FunctionEvent.finish($0, .text, to: out) })
        #expect(
            out.text
                == #"{"requestContext":{"elb":{"targetGroupArn":"\#(Self.arn)"}},"httpMethod":"POST","path":"/orders","#
                + #""queryStringParameters":{"page":"2"},"headers":{"content-type":"application/json","#
                + #""host":"edge.example.net","user-agent":"probe/1.4","content-length":"7","#
                + #""x-forwarded-for":"198.51.100.23","x-forwarded-proto":"https","x-forwarded-port":"443","#
                + #""x-amzn-trace-id":"Root=1-695b8648-5f84e1c2a7d3940b6e21f0c8","#
                + #""x-amzn-mtls-clientcert-subject":"CN=sensor-7,O=Umbra"},"body":"{\"n\":1}","isBase64Encoded":false}"#
        )
    }

    @Test("The last value wins, or all come as lists")
    func values() throws {
        let head = "GET /p?a=1&b&a=%20x&=e&&c=d=e HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nX-B: \r\n\r\n"
        let last = try #require(try self.event(head))
        #expect(
            last["queryStringParameters"] as? [String: String] == ["a": "%20x", "b": "", "": "e", "c": "d=e"]
        )
        #expect(last["headers"] as? [String: String] == ["x-a": "2", "x-b": ""])
        #expect(last["multiValueHeaders"] == nil)
        let all = try #require(try self.event(head, isMultiValue: true))
        #expect(
            all["multiValueQueryStringParameters"] as? [String: [String]]
                == ["a": ["1", "%20x"], "b": [""], "": ["e"], "c": ["d=e"]]
        )
        #expect(all["multiValueHeaders"] as? [String: [String]] == ["x-a": ["1", "2"], "x-b": [""]])
        #expect(all["headers"] == nil && all["queryStringParameters"] == nil)
    }

    @Test(
        "Bodies are text by their type, and base64 otherwise",
        arguments: [
            ("Content-Type: text/plain\r\n", true), ("Content-Type: TEXT/HTML; charset=utf-8\r\n", true),
            ("Content-Type: application/json\r\n", true), ("Content-Type: application/xml;a=b\r\n", true),
            ("Content-Type: application/javascript\r\n", true),
            ("Content-Type: application/octet-stream\r\n", false),
            ("Content-Type: application/jsonp\r\n", false), ("Content-Type: text\r\n", false),
            ("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", false), ("", false),
        ]
    )
    func bodies(headers: String, isText: Bool) throws {
        let head = "POST / HTTP/1.1\r\n\(headers)\r\n"
        let event = try #require(try self.event(head, body: Array("héllo".utf8)))
        #expect(event["isBase64Encoded"] as? Bool == !isText)
        let body = try #require(event["body"] as? String)
        #expect(isText ? body == "héllo" : Data(base64Encoded: body) == Data("héllo".utf8))
        // Without a body there is nothing to encode.
        let empty = try #require(try self.event(head))
        #expect(empty["body"] as? String == "" && empty["isBase64Encoded"] as? Bool == false)
    }

    @Test(
        "Base64 of every length is what another implementation reads",
        arguments: [1, 2, 3, 4, 49_151, 49_152, 49_153]
    )
    func base64(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let event = try #require(try self.event("POST / HTTP/1.1\r\n\r\n", body: body))
        #expect(Data(base64Encoded: try #require(event["body"] as? String)) == Data(body))
    }

    @Test("What is not UTF-8 makes no event")
    func notUTF8() throws {
        #expect(try self.event(Array("GET / HTTP/1.1\r\nX: ".utf8) + [0xE9, 0x0D, 0x0A, 0x0D, 0x0A]) == nil)
        let head = "POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n"
        #expect(try self.event(head, body: [0xE9]) == nil)
        #expect(try self.event("POST / HTTP/1.1\r\nX: é\r\n\r\n", body: [0xE9]) != nil)
    }

    @Test("Quotes and backslashes in paths, queries and headers stay what they are")
    func escapes() throws {
        let event = try #require(
            try self.event(
                "GET /a\"b\\c?x\"=\\y HTTP/1.1\r\nX: \"q\" \\ \t/\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
        )
        #expect(event["path"] as? String == "/a\"b\\c")
        #expect(event["queryStringParameters"] as? [String: String] == ["x\"": "\\y"])
        #expect(event["headers"] as? [String: String] == ["x": "\"q\" \\ \t/"])
    }

    @Test("A health check's event has one header")
    func healthCheck() throws {
        let bytes = FunctionEvent.healthCheck(
            path: "/up",
            targetGroupARN: Self.arn,
            usesMultiValueHeaders: false
        )
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"requestContext":{"elb":{"targetGroupArn":"\#(Self.arn)"}},"httpMethod":"GET","path":"/up","#
                + #""queryStringParameters":{},"headers":{"user-agent":"ELB-HealthChecker/2.0"},"body":"","#
                + #""isBase64Encoded":false}"#
        )
    }
}
