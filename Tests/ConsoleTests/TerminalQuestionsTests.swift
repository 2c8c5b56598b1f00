import Testing

@testable import Console

@Suite("Terminal questions")
struct TerminalQuestionsTests {
    @Test(
        "Reads what terminals answer, among whatever else came in",
        arguments: [
            ("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\", true), ("\u{1B}]11;rgb:14/16/1b\u{07}", false),
            ("jk\u{1B}]11;rgba:fbfb/fafa/f7f7/ffff\u{07}q", true), ("\u{1B}]11;rgb:f/f/f\u{07}", true),
            ("\u{1B}]11;rgb:0000/0000/0000", nil), ("\u{1B}]11;rgb:00000/0/0\u{07}", nil),
            ("\u{1B}]11;rgb:ff/ff\u{07}", nil), ("\u{1B}]11;white\u{07}", nil), ("q", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func answers(text: String, isLight: Bool?) {
        #expect(TerminalQuestions.isLight(Array(text.utf8)) == isLight)
    }

    @Test(
        "Where the cursor stands after a line's character tells its width, among whatever else came in",
        arguments: [
            ("\u{1B}[1;2R", false), ("\u{1B}[24;3R", true), ("\u{1B}[1;4R", true),
            ("jk\u{1B}[A\u{1B}[7;2Rq", false),
            ("\u{1B}]11;rgb:0/0/0\u{07}\u{1B}[1;3R", true), ("\u{1B}[1;2", nil), ("\u{1B}[1R", nil),
            ("\u{1B}[R", nil), ("\u{1B}[99999999999999999999;99999999999999999999R", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func widths(text: String, isWide: Bool?) {
        #expect(TerminalQuestions.isWide(Array(text.utf8)) == isWide)
    }

    @Test("A late answer is no key")
    func late() {
        var decoder = KeyDecoder()
        let events = decoder.decode(Array("a\u{1B}[24;2Rb\u{1B}]11;rgb:ff/ff/ff\u{1B}\\c".utf8))
        #expect(events == ["a", "b", "c"].map { .key(.character($0)) })
    }
}
