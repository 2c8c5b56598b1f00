import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Service

@Suite("Rotated file")
struct RotatedFileTests {
    @Test("A full file is moved aside, and the oldest goes")
    func rotation() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/log"
        var file = try RotatedFile(path: path, rotateBytes: 8, keptFiles: 2)
        for number in 1...5 { try file.append([Self.line("a\(number)"), Self.line("b\(number)")]) }
        // Two lines of 3 bytes fit, a third does not.
        #expect(try TemporaryDirectory.files(below: home.path) == [path, "\(path).1", "\(path).2"])
        #expect(try TemporaryDirectory.text(of: path) == "a5\nb5\n")
        #expect(try TemporaryDirectory.text(of: "\(path).1") == "a4\nb4\n")
        #expect(try TemporaryDirectory.text(of: "\(path).2") == "a3\nb3\n")
    }

    @Test("One batch may fill several files, and no line is cut")
    func longBatch() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/log"
        var file = try RotatedFile(path: path, rotateBytes: 8, keptFiles: 8)
        try file.append((1...5).map { Self.line("a\($0)") } + [Self.line("longer than a file")])
        let texts = try TemporaryDirectory.files(below: home.path).map(TemporaryDirectory.text)
        #expect(texts == ["longer than a file\n", "a5\n", "a3\na4\n", "a1\na2\n"])
    }

    @Test("A file that is there is appended to")
    func append() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/log"
        try Data("old\n".utf8).write(to: URL(fileURLWithPath: path))
        var file = try RotatedFile(path: path, rotateBytes: 8, keptFiles: 1)
        try file.append([Self.line("new")])
        #expect(try TemporaryDirectory.text(of: path) == "old\nnew\n")
        try file.append([Self.line("next")])
        #expect(try TemporaryDirectory.text(of: "\(path).1") == "old\nnew\n")
    }

    @Test("A file that was moved or deleted is made anew")
    func moved() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/log"
        var file = try RotatedFile(path: path, rotateBytes: 1_000, keptFiles: 1)
        try file.append([Self.line("one")])
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).moved")
        try file.append([Self.line("two")])
        #expect(try TemporaryDirectory.text(of: path) == "two\n")
        #expect(try TemporaryDirectory.text(of: "\(path).moved") == "one\n")
    }

    @Test("A link in the place of the log is refused")
    func link() throws {
        let home = try TemporaryDirectory()
        try #require(symlink("\(home.path)/elsewhere", "\(home.path)/log") == 0)
        #expect(throws: (any Error).self) {
            _ = try RotatedFile(path: "\(home.path)/log", rotateBytes: 8, keptFiles: 1)
        }
    }

    /// `/dev/full` answers every write with ENOSPC, like a disk that is.
    @Test("A full disk is reported with the number of lines that made it")
    func fullDisk() throws {
        var file = try RotatedFile(path: "/dev/full", rotateBytes: 1_000, keptFiles: 0)
        let failure = #expect(throws: RotatedFile.AppendFailure.self) { try file.append([Self.line("one")]) }
        #expect(failure?.written == 0)
        #expect(failure?.cause.hint == "Make room on that file system and try again.")
    }

    private static func line(_ text: String) -> [UInt8] {
        Array("\(text)\n".utf8)
    }
}
