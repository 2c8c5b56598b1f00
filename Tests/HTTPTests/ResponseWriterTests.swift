import HTTP
import Testing

@Suite("Response writer")
struct ResponseWriterTests {
    private let date = HTTPDate(seconds: 784_111_777)

    private func write(_ status: Int, _ body: String, isHead: Bool = false, closes: Bool = false) -> String {
        let out = ByteBuffer(capacity: 16)
        let (type, body) = (Array("text/plain".utf8), Array(body.utf8))
        type.withUnsafeBytes { type in
            body.withUnsafeBytes { body in
                ResponseWriter.write(
                    status: status,
                    contentType: type,
                    body: body,
                    isHead: isHead,
                    closes: closes,
                    date: self.date,
                    to: out
                )
            }
        }
        return out.text
    }

    @Test(
        "Dates are IMF-fixdate",
        arguments: [
            (Int64(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT"), (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ]
    )
    func dates(seconds: Int64, text: String) {
        #expect(String(decoding: HTTPDate(seconds: seconds).bytes, as: UTF8.self) == text)
    }

    @Test("A response of our own is whole")
    func whole() {
        #expect(
            self.write(200, "hello") == """
                HTTP/1.1 200 OK\r
                Server: awselb/2.0\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Connection: keep-alive\r
                Content-Type: text/plain\r
                Content-Length: 5\r
                \r
                hello
                """
        )
        #expect(self.write(200, "hello", closes: true).contains("\r\nConnection: close\r\n"))
    }

    @Test("HEAD gets the headers of the body without it, and 204 and 205 have none")
    func withoutBody() {
        #expect(self.write(503, "gone", isHead: true).hasSuffix("Content-Length: 4\r\n\r\n"))
        #expect(self.write(204, "x").hasSuffix("Connection: keep-alive\r\n\r\n"))
        #expect(self.write(205, "x").hasSuffix("Connection: keep-alive\r\nContent-Length: 0\r\n\r\n"))
        #expect(self.write(200, "").hasSuffix("Connection: keep-alive\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test("Statuses without a phrase of ours still make a status line")
    func unknownStatus() {
        #expect(self.write(299, "").hasPrefix("HTTP/1.1 299 \r\n"))
    }

    /// Each is read back by our own parser, as a client would.
    @Test(
        "Error pages name their status and are as long as they say",
        arguments: [400, 405, 408, 413, 414, 417, 431, 463, 500, 501, 502, 503, 504, 505]
    )
    func errors(status: Int) throws {
        let out = ByteBuffer(capacity: 16)
        ResponseWriter.writeError(status: status, isHead: false, closes: true, date: self.date, to: out)
        var position = 0
        let end = try #require(HeadScanner.endOfHead(in: out.bytes, from: &position))
        let head = ParsedResponse(Array(out.bytes.prefix(end)))
        #expect(head.result == .complete)
        #expect(head.head.status == status)
        #expect(head.head.framing == .length(UInt64(out.count - end)))
        let page = String(decoding: out.bytes.dropFirst(end), as: UTF8.self)
        #expect(page.hasPrefix("<html>\r\n<head><title>\(status) "))
        #expect(page.contains("<h1>\(status) "))

        let withoutBody = ByteBuffer(capacity: 16)
        ResponseWriter.writeError(
            status: status,
            isHead: true,
            closes: true,
            date: self.date,
            to: withoutBody
        )
        #expect(Array(withoutBody.bytes) == Array(out.bytes.prefix(end)))
    }

    @Test("100 Continue is a head of its own")
    func interim() {
        let out = ByteBuffer(capacity: 16)
        ResponseWriter.writeContinue(to: out)
        #expect(out.text == "HTTP/1.1 100 Continue\r\n\r\n")
    }
}
