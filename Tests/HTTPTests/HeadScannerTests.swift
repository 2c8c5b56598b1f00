import HTTP
import Testing

@Suite("Head scanner")
struct HeadScannerTests {
    private func scan(_ text: String, from position: inout Int) -> Int? {
        Array(text.utf8).withUnsafeBytes { HeadScanner.endOfHead(in: $0, from: &position) }
    }

    @Test("A head ends after its empty line, and what follows is left alone")
    func end() {
        var position = 0
        #expect(self.scan("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody", from: &position) == 27)
    }

    @Test("Byte by byte, the end is found with its last byte and not before")
    func byteByByte() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        var position = 0
        for count in 0..<head.utf8.count {
            let part = String(decoding: head.utf8.prefix(count), as: UTF8.self)
            #expect(self.scan(part, from: &position) == nil)
            // Nothing is looked at twice.
            #expect(position == count)
        }
        #expect(self.scan(head, from: &position) == head.utf8.count)
    }

    @Test(
        "Nothing but CRLF CRLF ends a head",
        arguments: [
            "GET / HTTP/1.1\n\n", "a\r\n\n", "a\n\r\n", "a\r\r\n\r", "a\r\n \r\n", "\n\r\n", "\r\n", "",
        ]
    )
    func otherLineEnds(text: String) {
        var position = 0
        #expect(self.scan(text, from: &position) == nil)
        #expect(position == text.utf8.count)
    }
}
