import Model
import Testing

@testable import Console

@Suite("Theme files")
struct ThemeFileTests {
    @Test("Every theme of the program is read", arguments: ThemeFile.embedded.map(\.name))
    func embedded(name: String) throws {
        #expect(try ThemeFile.load(name).name == name)
    }

    @Test(
        "A mistake names file, line and field",
        arguments: [
            ("name: x\nroles:\n  state.fial: fail\n", "mine.yaml:3: roles.state.fial"),
            ("name: x\ncolours:\n  text: green\n", "mine.yaml:3: colours.text"),
            ("name: x\ncolour: {}\n", "mine.yaml:2: colour"),
        ]
    )
    func mistakes(text: String, subject: String) {
        let error = #expect(throws: OperatorError.self) { try ThemeFile.parse(text, file: "mine.yaml") }
        #expect(error?.subject == subject)
    }

    @Test("There are fewer roles than pairs of an eight-colour terminal")
    func pairs() {
        #expect(Role.allCases.count <= 60)
    }
}
