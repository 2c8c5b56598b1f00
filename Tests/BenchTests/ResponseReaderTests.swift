import HTTP
import Testing

@testable import Bench

/// What the load generator takes for an answer.
@Suite("Response reader")
struct ResponseReaderTests {
    /// Gives a reader of five-byte bodies some bytes, in pieces of a size; the last step's words.
    private func read(_ text: String, inPiecesOf size: Int) -> String {
        var reader = ResponseReader(expecting: 5, head: ResponseHead())
        var words = ""
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            switch piece.withUnsafeBytes({ reader.receive($0) }) {
            case .more: words = "more"
            case .complete(let isPersistent): words = isPersistent ? "kept" : "ended"
            case .wrong(let reason): return reason
            }
        }
        return words
    }

    @Test("An answer is complete with its last byte, however it comes", arguments: [1, 7, 1_000])
    func complete(size: Int) {
        #expect(self.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", inPiecesOf: size) == "kept")
        let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        #expect(self.read(closing, inPiecesOf: size) == "ended")
        #expect(self.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", inPiecesOf: size) == "more")
    }

    @Test("Another status, length or body is an error")
    func wrong() {
        #expect(
            self.read("HTTP/1.1 502 No\r\nContent-Length: 5\r\n\r\nhello", inPiecesOf: 99) == "status 502"
        )
        let short = self.read("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell", inPiecesOf: 99)
        #expect(short.contains("not 5 bytes"))
        let long = self.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!", inPiecesOf: 99)
        #expect(long == "bytes behind the body")
        #expect(self.read("nonsense\r\n\r\n", inPiecesOf: 99).contains("cannot be read"))
    }
}
