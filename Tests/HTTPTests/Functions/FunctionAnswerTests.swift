import Model
import Testing

@testable import HTTP

/// What a function may answer, and what would deceive the client and is refused.
@Suite("Function answers")
struct FunctionAnswerTests {
    /// The response to a client; nil where the answer is refused.
    static func response(
        _ payload: [UInt8],
        isMultiValue: Bool = false,
        isHead: Bool = false,
        added: String = ""
    ) -> String? {
        payload.withUnsafeBytes { bytes in
            guard let answer = FunctionAnswer(bytes, usesMultiValueHeaders: isMultiValue) else { return nil }
            let out = ByteBuffer(capacity: 16)
            Array(added.utf8).withUnsafeBytes {
                answer.writeHead(closes: false, date: HTTPDate(seconds: 0), added: $0, to: out)
            }
            out.append(answer.content(isHead: isHead))
            return out.text
        }
    }

    private func response(_ payload: String, isMultiValue: Bool = false, isHead: Bool = false) -> String? {
        Self.response(Array(payload.utf8), isMultiValue: isMultiValue, isHead: isHead)
    }

    private static let own =
        "Server: awselb/2.0\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\n"

    @Test("Only the status is required")
    func minimal() {
        #expect(
            self.response(#"{"statusCode":200}"#) == "HTTP/1.1 200 OK\r\n\(Self.own)Content-Length: 0\r\n\r\n"
        )
        #expect(
            self.response(#"{"statusCode":204,"headers":null,"body":null,"isBase64Encoded":null}"#)
                == "HTTP/1.1 204 No Content\r\n\(Self.own)\r\n"
        )
    }

    @Test("Headers, description and body come as they are, whatever the order of the members")
    func whole() {
        let answer = """
            {"body": "h\\u00e9\\n", "extra": {"a": [1, {"b": "\\u0000"}]}, "isBase64Encoded": false,
             "headers": {"Content-Type": "text/plain", "X-Number": 12.5, "X-Flag": true, "X-Nothing": null},
             "multiValueHeaders": {"X-Not": ["this"]}, "statusDescription": "418 I'm a teapot", "statusCode": 418}
            """
        #expect(
            self.response(answer)
                == "HTTP/1.1 418 I'm a teapot\r\n\(Self.own)Content-Type: text/plain\r\nX-Number: 12.5\r\n"
                + "X-Flag: true\r\nContent-Length: 4\r\n\r\nhé\n"
        )
    }

    @Test("Base64 is decoded, and must be base64")
    func base64() {
        let body = self.response(#"{"isBase64Encoded":true,"statusCode":200,"body":"AAECAw=="}"#)
        #expect(body?.hasSuffix("Content-Length: 4\r\n\r\n\u{0}\u{1}\u{2}\u{3}") == true)
        for wrong in ["AAEC=", "AA-_", "A A=", "ä"] {
            #expect(self.response(#"{"isBase64Encoded":true,"statusCode":200,"body":"\#(wrong)"}"#) == nil)
        }
    }

    @Test("Several values are several lines, where the group uses them")
    func multiValue() {
        let answer =
            #"{"statusCode":200,"headers":{"X":"no"},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"Y":[]}}"#
        #expect(
            self.response(answer, isMultiValue: true)
                == "HTTP/1.1 200 OK\r\n\(Self.own)Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n"
        )
        #expect(
            self.response(#"{"statusCode":200,"multiValueHeaders":{"X":"y"}}"#, isMultiValue: true) == nil
        )
    }

    @Test("Headers of the connection, and those that only the gate sets, are left out")
    func hopByHop() {
        let names = [
            "Connection", "Keep-Alive", "Transfer-Encoding", "content-length", "Content_Length", "Upgrade",
            "TE",
            "Trailer", "Proxy-Connection", "Date", "Server", "HTTP2-Settings",
        ]
        let headers = names.map { #""\#($0)": "7""# }.joined(separator: ",")
        #expect(
            self.response(#"{"statusCode":200,"headers":{\#(headers)},"body":"ab"}"#)
                == "HTTP/1.1 200 OK\r\n\(Self.own)Content-Length: 2\r\n\r\nab"
        )
    }

    @Test("HEAD gets the body's length without the body; 304 and 205 have none")
    func bodiless() {
        let answer = { (status: Int) in #"{"statusCode":\#(status),"body":"abc"}"# }
        #expect(self.response(answer(200), isHead: true)?.hasSuffix("Content-Length: 3\r\n\r\n") == true)
        #expect(self.response(answer(205))?.hasSuffix("Content-Length: 0\r\n\r\n") == true)
        #expect(self.response(answer(304)) == "HTTP/1.1 304 \r\n\(Self.own)\r\n")
        #expect(self.response(answer(204)) == "HTTP/1.1 204 No Content\r\n\(Self.own)\r\n")
    }

    @Test(
        "No answer can end a header and begin another, or a response",
        arguments: [
            #""headers":{"X":"a\r\nSet-Cookie: admin=1"}"#, #""headers":{"X":"a\nb"}"#,
            #""headers":{"X":"a\rb"}"#,
            #""headers":{"X":"a\u0000b"}"#, #""headers":{"X\r\nY":"a"}"#, #""headers":{"X:":"a"}"#,
            #""headers":{"":"a"}"#, #""headers":{"X Y":"a"}"#, #""headers":{" X":"a"}"#,
            #""headers":{"Xä":"a"}"#,
            #""statusDescription":"200 OK\r\nX: y""#, #""statusDescription":"200 OK\u0000""#,
            #""headers":{"Content-Length\r\n":"5"}"#,
        ]
    )
    func splitting(member: String) {
        #expect(self.response(#"{"statusCode":200,\#(member)}"#) == nil)
    }

    @Test(
        "What is no answer is refused",
        arguments: [
            "", "null", "[]", "\"ok\"", "{}", #"{"statusCode":"200"}"#, #"{"statusCode":200.0}"#,
            #"{"statusCode":2e2}"#, #"{"statusCode":null}"#, #"{"statusCode":99}"#, #"{"statusCode":101}"#,
            #"{"statusCode":100}"#, #"{"statusCode":600}"#, #"{"statusCode":-200}"#, #"{"statusCode":2000}"#,
            #"{"statusCode":200,"statusCode":500}"#, #"{"statusCode":200} x"#,
            #"{"statusCode":200,"body":5}"#,
            #"{"statusCode":200,"body":{}}"#, #"{"statusCode":200,"headers":[]}"#,
            #"{"statusCode":200,"headers":{"X":["y"]}}"#, #"{"statusCode":200,"headers":{"X":{}}}"#,
            #"{"statusCode":200,"isBase64Encoded":"true"}"#, #"{"statusCode":200,"statusDescription":1}"#,
            #"{"statusCode":200,"headers":{"X":"1","X":"2"}}"#,
            #"{"errorMessage":"boom","errorType":"Error"}"#,
        ]
    )
    func noAnswer(payload: String) {
        #expect(self.response(payload) == nil)
    }

    @Test("Headers are bounded")
    func bounds() {
        let long = String(repeating: "a", count: EngineLimits.headerLineBytes)
        #expect(self.response(#"{"statusCode":200,"headers":{"X":"\#(long)"}}"#) == nil)
        let half = String(repeating: "a", count: EngineLimits.headerLineBytes / 2)
        let many = (0..<9).map { #""X\#($0)":"\#(half)""# }.joined(separator: ",")
        #expect(self.response(#"{"statusCode":200,"headers":{\#(many)}}"#) == nil)
    }

    /// Thousands of damaged answers: none ends the process, and of what is taken every line is a line.
    @Test("Damaged answers are refused or whole", arguments: 0..<8 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let good = Array(
            """
            {"statusCode": 200, "statusDescription": "200 OK", "isBase64Encoded": false,
             "headers": {"Content-Type": "text/html; charset=utf-8", "X-Ü": "\\u00fc\\ud83d\\ude00 \\"q\\" \\\\ é"},
             "multiValueHeaders": {"Set-Cookie": ["a=b; Path=/", "c=d"], "X-N": [1, true, null, -1.5e3]},
             "body": "<h1>\\tok\\n</h1>", "cookies": [[], {}, [{"a": {"b": []}}]]}
            """.utf8
        )
        let marks = Array("{}[]\",:\\ue0129-+.tfn\r\n\0\u{7F}".utf8) + [0x80, 0xC3, 0xE0, 0xED, 0xF4, 0xFF]
        var taken = 0
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                case 3: bytes.removeSubrange(place..<min(place + 16, bytes.count))
                default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                if bytes.isEmpty { break }
            }
            for isMultiValue in [false, true] {
                guard let response = Self.response(bytes, isMultiValue: isMultiValue) else { continue }
                taken += 1
                let result = ParsedResponse(
                    Array(response.utf8.prefix(response.utf8.count - Self.bodyCount(response)))
                )
                #expect(result.refusedStatus == 0, Comment(rawValue: response))
            }
        }
        // Some damage is in places where it does not matter; were all of it refused, this would test nothing.
        #expect(taken > 0)
    }

    /// Bytes behind the empty line.
    private static func bodyCount(_ response: String) -> Int {
        let bytes = Array(response.utf8)
        var position = 0
        let end = bytes.withUnsafeBytes { HeadScanner.endOfHead(in: $0, from: &position) }
        return bytes.count - (end ?? bytes.count)
    }
}
