import Foundation
import Testing

@testable import Console

/// Every scene in every window, compared cell for cell with the drawings in `Drawings/`.
///
/// `RECORD=1 swift test --filter ConsoleTests` writes them anew; the difference is reviewed like code.
@Suite("Drawings")
struct DrawingsTests {
    private static let windows = [
        Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 140, rows: 40),
    ]

    @Test("Is drawn as it is drawn in its file", arguments: Scene.allCases)
    func drawing(scene: Scene) throws {
        let drawn =
            Self.windows.flatMap { size in
                [Glyphs.ascii, .unicode].flatMap { Self.section(scene, size, $0) }
            } + Self.roles(scene)
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Drawings/\(scene.rawValue).txt")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data((drawn.joined(separator: "\n") + "\n").utf8).write(to: path)
            return
        }
        let text = try String(contentsOf: path, encoding: .utf8)
        let expected = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
            String.init
        )
        let different = zip(drawn, expected).enumerated().first { $1.0 != $1.1 }
        if let (line, (now, before)) = different {
            Issue.record("\(scene.rawValue).txt:\(line + 1)\n  expected \(before)\n  drawn    \(now)")
        }
        #expect(drawn.count == expected.count)
    }

    @Test("No drawing is left of a scene that there is no longer")
    func leftovers() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Drawings")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(Set(files) == Set(Scene.allCases.map { "\($0.rawValue).txt" }))
    }

    private static func section(_ scene: Scene, _ size: Size, _ glyphs: Glyphs) -> [String] {
        let set = glyphs.isUnicode ? "unicode" : "ascii"
        return ["== \(size.columns)x\(size.rows) \(set)"] + scene.driver(size, glyphs).lines
    }

    /// What each run of cells is about, so that a lost colour is noticed too; one window is enough.
    private static func roles(_ scene: Scene) -> [String] {
        let size = Size(columns: 80, rows: 24)
        let canvas = scene.driver(size, .ascii).canvas
        let cursor = canvas.cursor.map { "cursor \($0.column),\($0.row)" } ?? "no cursor"
        let rows = (0..<size.rows).map { row -> String in
            var runs: [(role: Role, count: Int)] = []
            for cell in canvas.row(row) {
                if runs.last?.role == cell.role {
                    runs[runs.count - 1].count += 1
                } else {
                    runs.append((cell.role, 1))
                }
            }
            return runs.map { "\($0.role.rawValue) \($0.count)" }.joined(separator: ", ")
        }
        return ["== 80x24 roles, \(cursor)\(canvas.isCaretVisible ? ", caret" : "")"] + rows
    }
}
