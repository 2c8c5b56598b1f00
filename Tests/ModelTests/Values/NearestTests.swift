import Model
import Testing

@Suite("Nearest")
struct NearestTests {
    @Test(
        "Finds what was probably meant, or nothing",
        arguments: [
            ("outcom", "outcome"), ("otucome", "outcome"), ("listner", "listener"), ("listener", "listener"),
            ("cm", "cn"), ("", nil), ("xyz", nil), ("outcomes-of-today", nil),
        ] as [(String, String?)]
    )
    func word(typed: String, meant: String?) {
        #expect(Nearest.word(to: typed, among: ["outcome", "listener", "cn"]) == meant)
    }

    @Test("Among no words there is none")
    func none() {
        #expect(Nearest.word(to: "night", among: []) == nil)
    }
}
