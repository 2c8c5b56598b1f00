import Testing

@testable import Console

@Suite("Text shaping")
struct TextShapingTests {
    @Test(
        "What a stranger wrote is shown as what it is",
        arguments: [
            ("a\u{1B}[2J", "a\\x1b[2J", true),
            ("x\u{202E}y", "x<U+202E>y", true),
            ("中文", "中文", false),
            ("e\u{301}", "e\u{301}", false),
            ("\u{1F469}\u{200D}\u{1F4BB}", "\u{1F469}", true),
        ]
    )
    func visible(text: String, shown: String, isUnsafe: Bool) {
        _ = ScreenDriver()
        let shaped = TextShaping.shape(text, role: .text, glyphs: .unicode, limit: 100)
        let text = shaped.cells.map(\.text).joined()
        #expect(text == shown)
        #expect(shaped.isUnsafe == isUnsafe)
    }

    @Test("A cut text fits, whichever end is kept", arguments: [TextShaping.Keep.start, .end], 1...9)
    func cut(keep: TextShaping.Keep, width: Int) {
        _ = ScreenDriver()
        let shaped = TextShaping.fit("中a文bc中d", width: width, role: .text, glyphs: .unicode, keep: keep)
        #expect(shaped.cells.count <= width)
        #expect(shaped.cells.first?.width != 0)
    }

    @Test(
        "Lines break at spaces; spaces that set things apart stay",
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("a  b", 10, ["a  b"]), ("a  b", 3, ["a", "b"]),
            ("abcdefgh", 3, ["abc", "def", "gh"]), ("x abcdef", 3, ["x", "abc", "def"]), ("", 5, []),
        ]
    )
    func wrap(text: String, width: Int, lines: [String]) {
        #expect(TextShaping.wrap(text, width: width, glyphs: .ascii) == lines)
    }

    /// Each character of such a name is shown as eight.
    @Test("A word without an end is broken into as many lines as are asked for, and no more")
    func endless() {
        let name = String(repeating: "\u{202E}", count: 20_000)
        for text in [name, "a \(name)", "\(name) b"] {
            let lines = TextShaping.wrap(text, width: 40, glyphs: .unicode, lines: 5)
            #expect(lines.count == 5)
            #expect(lines.allSatisfy { TextShaping.width($0, glyphs: .unicode) <= 40 })
        }
        #expect(TextShaping.wrap("abcdefgh ij", width: 3, glyphs: .ascii) == ["abc", "def", "gh", "ij"])
        #expect(TextShaping.wrap("abcdefg hi", width: 4, glyphs: .ascii) == ["abcd", "efg", "hi"])
    }
}
