import HTTP
import Testing

@Suite("Chunked decoder")
struct ChunkedDecoderTests {
    /// What became of a body that arrived in pieces.
    enum Outcome: Equatable {
        case complete(payload: String, left: Int)
        case incomplete(payload: String)
        case malformed
    }

    static func decode(_ body: [UInt8], pieceBytes: Int) -> Outcome {
        var decoder = ChunkedDecoder()
        var payload: [UInt8] = []
        var position = 0
        while position < body.count {
            let end = min(position + pieceBytes, body.count)
            let outcome: Outcome? = body.withUnsafeBytes { bytes in
                while true {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
                    switch decoder.next(rest) {
                    case .payload(let consumed, let range):
                        payload += rest[range]
                        position += consumed
                    case .needsInput(let consumed):
                        position += consumed
                        return nil
                    case .complete(let consumed):
                        return .complete(
                            payload: String(decoding: payload, as: UTF8.self),
                            left: body.count - position - consumed
                        )
                    case .malformed: return .malformed
                    }
                }
            }
            if let outcome { return outcome }
        }
        return .incomplete(payload: String(decoding: payload, as: UTF8.self))
    }

    static let bodies: [(String, Outcome)] = [
        ("0\r\n\r\n", .complete(payload: "", left: 0)),
        ("5\r\nhello\r\n0\r\n\r\n", .complete(payload: "hello", left: 0)),
        ("5\r\nhello\r\nA\r\n, my world\r\n000\r\n\r\nGET /", .complete(payload: "hello, my world", left: 5)),
        ("00000000000000a\r\n0123456789\r\n0\r\n\r\n", .complete(payload: "0123456789", left: 0)),
        ("1;a=b;c=\"d;e\"\r\nx\r\n0;last\r\n\r\n", .complete(payload: "x", left: 0)),
        ("1\r\nx\r\n0\r\nX-Sum: 1\r\nX-Amzn-Mtls-Clientcert:\ta\r\n\r\n!", .complete(payload: "x", left: 1)),
        ("5\r\nhel", .incomplete(payload: "hel")), ("5\r\nhello\r\n0\r\n\r", .incomplete(payload: "hello")),
        ("\r\n", .malformed), ("5\nhello\r\n0\r\n\r\n", .malformed), ("5\rhello", .malformed),
        ("5 \r\nhello", .malformed), (" 5\r\nhello", .malformed), ("+5\r\nhello", .malformed),
        ("-1\r\n", .malformed), ("0x5\r\nhello", .malformed), ("5g\r\n", .malformed), (";a\r\n", .malformed),
        ("5;a\nhello\r\n", .malformed), ("5;a\rhello\r\n", .malformed), ("5;a\u{0}b\r\nhello", .malformed),
        ("5\r\nhelloX\r\n", .malformed), ("5\r\nhello\n0\r\n\r\n", .malformed), ("5\r\nhello\rX", .malformed),
        ("8000000000000000\r\n", .malformed), ("ffffffffffffffff\r\n", .malformed),
        ("00000000000000005\r\nhello", .malformed), ("fffffffffffffffff1\r\n", .malformed),
        ("0\r\n\n", .malformed), ("0\n\r\n", .malformed), ("0\r\nX\r\n\r\n", .malformed),
        ("0\r\n X: y\r\n\r\n", .malformed), ("0\r\nX : y\r\n\r\n", .malformed),
        ("0\r\nX: y\n\r\n", .malformed),
        ("0\r\nX: y\rZ\r\n", .malformed), ("0\r\nX: \u{0}\r\n\r\n", .malformed),
        ("0\r\n: y\r\n\r\n", .malformed),
        ("0\r\nX: y\r\n\r!", .malformed),
    ]

    /// The whole at once, and every size of piece down to single bytes.
    @Test("A body means the same however it arrives", arguments: bodies)
    func everyPieceSize(body: String, expected: Outcome) {
        let bytes = Array(body.utf8)
        for pieceBytes in 1...max(1, bytes.count) {
            #expect(Self.decode(bytes, pieceBytes: pieceBytes) == expected, "in pieces of \(pieceBytes)")
        }
    }

    @Test("Sizes fill 63 bits, and no more")
    func largestSize() {
        let body = Array("7fffffffffffffff\r\nabc".utf8)
        #expect(Self.decode(body, pieceBytes: body.count) == .incomplete(payload: "abc"))
    }

    @Test("Extensions and trailers are bounded")
    func bounds() {
        func extended(_ count: Int) -> [UInt8] {
            Array("1;\(String(repeating: "e", count: count))\r\nx\r\n0\r\n\r\n".utf8)
        }
        #expect(Self.decode(extended(256), pieceBytes: 4096) == .complete(payload: "x", left: 0))
        #expect(Self.decode(extended(257), pieceBytes: 4096) == .malformed)

        // 16 384 bytes of trailer section: the line, its end and the last CRLF.
        func trailed(_ count: Int) -> [UInt8] {
            Array("0\r\nX:\(String(repeating: "v", count: count))\r\n\r\n".utf8)
        }
        #expect(Self.decode(trailed(16_384 - 6), pieceBytes: 4096) == .complete(payload: "", left: 0))
        #expect(Self.decode(trailed(16_384 - 5), pieceBytes: 4096) == .malformed)
    }

    @Test("A finished decoder takes nothing more, a broken one stays broken")
    func finality() {
        var finished = ChunkedDecoder()
        var broken = ChunkedDecoder()
        Array("0\r\n\r\n".utf8).withUnsafeBytes { #expect(finished.next($0) == .complete(consumed: 5)) }
        Array("!".utf8).withUnsafeBytes { #expect(broken.next($0) == .malformed) }
        Array("0\r\n\r\n".utf8).withUnsafeBytes {
            #expect(finished.next($0) == .complete(consumed: 0))
            #expect(broken.next($0) == .malformed)
        }
        #expect(broken.next(UnsafeRawBufferPointer(start: nil, count: 0)) == .malformed)
    }

    @Test("What the writer frames, the decoder takes apart", arguments: [1, 15, 16, 255, 70_000])
    func roundTrip(size: Int) {
        let out = ByteBuffer(capacity: 16)
        for _ in 0..<2 {
            ChunkedWriter.begin(size, to: out)
            out.append([UInt8](repeating: 0x0D, count: size))
            ChunkedWriter.end(to: out)
        }
        ChunkedWriter.last(to: out)
        let payload = String(repeating: "\r", count: 2 * size)
        #expect(Self.decode(Array(out.bytes), pieceBytes: 4096) == .complete(payload: payload, left: 0))
    }
}
