import Foundation
import Testing

@testable import Console

/// The pictures of the README are drawn by the program, and as it draws now.
///
/// `RECORD=1 swift test --filter ConsoleTests` draws them anew.
@Suite("Pictures")
struct PicturesTests {
    private static let pictures: [(name: String, scene: Scene, size: Size)] = [
        ("overview", .overviewAlarms, Size(columns: 120, rows: 32)),
        ("log", .logHeld, Size(columns: 120, rows: 28)),
        ("refusals", .refusalsTrace, Size(columns: 120, rows: 28)),
        ("mode", .modeVerify, Size(columns: 100, rows: 30)),
        ("japanese", .japaneseOverview, Size(columns: 120, rows: 32)),
    ]

    @Test("Each is what the program draws", arguments: pictures.map(\.name))
    func picture(name: String) throws {
        let picture = try #require(Self.pictures.first { $0.name == name })
        let canvas = picture.scene.driver(picture.size, .unicode).canvas
        let svg = SVGPicture.text(canvas, theme: try ThemeFile.load("night"))
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let resources = here.appendingPathComponent(
            "../../../Sources/Console/Documentation.docc/Resources"
        )
        let path = resources.appendingPathComponent("console-\(name).svg")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(svg.utf8).write(to: path)
            return
        }
        #expect(try String(contentsOf: path, encoding: .utf8) == svg)
    }
}
