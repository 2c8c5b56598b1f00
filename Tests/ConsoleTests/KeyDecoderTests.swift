import Testing

@testable import Console

@Suite("Key decoder")
struct KeyDecoderTests {
    @Test(
        "Sequences are keys, unknown ones are nothing",
        arguments: [
            ("\u{1B}[A", [KeyDecoder.Event.key(.up)]),
            ("\u{1B}OB", [.key(.down)]),
            ("\u{1B}[Z", [.key(.backTab)]),
            ("\u{1B}[21~", [.key(.function(10))]),
            ("\u{1B}[[A", [.key(.function(1))]),
            ("\u{1B}]11;rgb:0000/0000/0000\u{1B}\\q", [.key(.character("q"))]),
            ("\u{1B}]11;rgb:m\u{07}", []),
            ("\u{1B}[?1;2c", []),
            ("\u{1B}[99;5mq", [.key(.character("q"))]),
            ("é中", [.key(.character("é")), .key(.character("中"))]),
            ("\u{1B}[200~!m\u{1B}[A\r\u{1B}[201~x", [.paste("!m\u{1B}[A\r"), .key(.character("x"))]),
        ]
    )
    func sequences(text: String, events: [KeyDecoder.Event]) {
        var whole = KeyDecoder()
        #expect(whole.decode(text.utf8) == events)
        var pieces = KeyDecoder()
        let found = text.utf8.flatMap { pieces.decode([$0]) }
        #expect(found == events)
    }

    @Test("A lone Esc is a key once nothing followed")
    func escape() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.key(.escape)])
    }
}
