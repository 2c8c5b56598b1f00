import Testing

@testable import Console

@Suite("Background question")
struct BackgroundQuestionTests {
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
        #expect(BackgroundQuestion.isLight(Array(text.utf8)) == isLight)
    }
}
