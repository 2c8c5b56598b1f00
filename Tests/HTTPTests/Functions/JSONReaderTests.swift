import Model
import Testing

@testable import HTTP

/// The reader takes what RFC 8259 takes, within its bounds, and nothing else.
@Suite("JSON reader")
struct JSONReaderTests {
    /// Whether a text is one value and nothing else.
    private func accepts(_ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { bytes in
            guard var reader = JSONReader(bytes) else { return false }
            return reader.skip(ByteBuffer(capacity: 16)) && reader.isAtEnd()
        }
    }

    private func accepts(_ text: String) -> Bool { self.accepts(Array(text.utf8)) }

    private func string(_ text: String) -> String? {
        Array(text.utf8).withUnsafeBytes { bytes in
            let out = ByteBuffer(capacity: 16)
            guard var reader = JSONReader(bytes), reader.string(into: out), reader.isAtEnd() else {
                return nil
            }
            return out.text
        }
    }

    @Test(
        "Takes what is JSON",
        arguments: [
            "{}", "[]", " { } ", "[ ]", "null", "true", "false", "0", "-0", "12", "-1.5", "1e9", "1E-2",
            "0.25e+3",
            #""""#, #""a\"\\\/\b\f\n\r\t""#, #"{"a":1,"b":[{"a":null},2,"x"],"":{}}"#, "[1,2]\n",
            #""\u00fc\ud83d\ude00""#, #"{"a":{"a":1}}"#, "\"\u{7F}\"",
        ]
    )
    func valid(text: String) {
        #expect(self.accepts(text))
    }

    @Test(
        "Refuses what is not, however near it comes",
        arguments: [
            "", " ", "{", "}", "[", "]", "[1", "{\"a\"", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{'a':1}", "[1,]",
            "{\"a\":1,}", "[,1]", "[1 2]", "{,}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN",
            "Infinity", "tru", "True", "nul", "nullx", "\"", "\"a", "\"\n\"", "\"\t\"", #""\x""#, #""\u12""#,
            #""\u12g4""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800x""#, #""\ud800\ud800""#,
            "1 1", "{} {}", "[1]]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"[{"x":{"a":1,"a":1}}]"#,
            "// x\n1",
            "\u{FEFF}1",
        ]
    )
    func invalid(text: String) {
        #expect(!self.accepts(text))
    }

    @Test(
        "Refuses text that is not UTF-8",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x80, 0x22],
        ] as [[UInt8]]
    )
    func notUTF8(text: [UInt8]) {
        #expect(!self.accepts(text))
    }

    @Test("Decodes escapes, surrogate pairs and zeros")
    func escapes() {
        #expect(self.string(#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000""#) == "a\"\\/\u{8}\u{C}\n\r\té😀\0")
        #expect(self.string("\"plain ü\"") == "plain ü")
    }

    @Test("Nests as deep as the limit and no deeper")
    func depth() {
        let limit = EngineLimits.functionDepth
        let nested = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(self.accepts(nested(limit)))
        #expect(!self.accepts(nested(limit + 1)))
        #expect(!self.accepts(String(repeating: "{\"a\":", count: 500_000)))
    }

    @Test("Has as many members as the limit and no more")
    func members() {
        let object = { (count: Int) in
            "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(self.accepts(object(EngineLimits.functionMembers)))
        #expect(!self.accepts(object(EngineLimits.functionMembers + 1)))
    }

    /// What the writer writes is what the reader reads, for every character.
    @Test("Reads every string that the writer writes")
    func roundTrip() throws {
        var text = ""
        for value in [0...0x2FF, 0x7FE...0x801, 0xD7FF...0xE001, 0xFFFE...0x1_0001, 0x10_FFFE...0x11_0000]
            .joined()
        {
            if let scalar = Unicode.Scalar(UInt32(value)) { text.unicodeScalars.append(scalar) }
        }
        let out = ByteBuffer(capacity: 16)
        #expect(Array(text.utf8).withUnsafeBytes { JSONWriter.write($0, to: out) })
        #expect(self.string(out.text) == text)
    }
}
