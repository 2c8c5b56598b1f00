import Foundation
import Model
import TestSupport
import Testing

@testable import Console

/// The key map as a list, without a console.
@Suite("Key lines")
struct KeyLineTests {
    private static func lines(_ keys: String?) throws -> [KeyLine] {
        let home = try TemporaryDirectory()
        let directory = home.file("sekisho")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        if let keys { try home.write(keys, to: "sekisho/keys.yaml") }
        return try KeyLine.all(environment: ["XDG_CONFIG_HOME": home.path])
    }

    @Test("Every command is there once, with its own keys")
    func all() throws {
        let lines = try Self.lines(nil)
        #expect(lines.map(\.command).sorted() == Command.registry.map(\.name).sorted())
        #expect(lines.allSatisfy { !$0.meaning.isEmpty && !$0.isChanged })
        let drain = try #require(lines.first { $0.command == "drain" })
        #expect(drain.keys == ["d"] && drain.pages == ["targets"])
        let filter = try #require(lines.first { $0.command == "filter" })
        #expect(filter.keys == ["/"] && filter.pages.isEmpty && filter.arguments == ["<filter>"])
    }

    @Test("What keys.yaml says stands there, marked; a mistake names its line")
    func changed() throws {
        let lines = try Self.lines("all:\n  filter: ctrl-f\n")
        let filter = try #require(lines.first { $0.command == "filter" })
        #expect(filter.isChanged && filter.keys != ["/"])
        let error = #expect(throws: OperatorError.self) { try Self.lines("all:\n  filtr: x\n") }
        #expect(error?.message.contains("keys.yaml:2") == true || error?.subject.contains(":2") == true)
    }
}
