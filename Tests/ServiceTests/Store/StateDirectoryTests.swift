import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Service

/// One owner, and nobody else who could write.
@Suite("State directory")
struct StateDirectoryTests {
    @Test("A missing directory is made with its parents, for its owner only")
    func creation() throws {
        let home = try TemporaryDirectory()
        let directory = try StateDirectory.open("\(home.path)/a/b/state/")
        #expect(directory.path == "\(home.path)/a/b/state")
        for path in ["a", "a/b", "a/b/state", "a/b/state/keys", "a/b/state/logs"] {
            #expect(try TemporaryDirectory.mode(of: "\(home.path)/\(path)") == 0o700)
        }
        #expect(try TemporaryDirectory.mode(of: "\(directory.path)/lock") == 0o600)
        #expect(try TemporaryDirectory.text(of: "\(directory.path)/lock") == "\(getpid())\n")
    }

    @Test("A second owner is refused, and told who the first is")
    func inUse() throws {
        let home = try TemporaryDirectory()
        let first = try StateDirectory.open(home.path)
        let error = #expect(throws: OperatorError.self) { try StateDirectory.open(home.path) }
        #expect(error?.code == .stateDirectoryInUse)
        #expect(error?.message == "\(home.path) is in use by process \(getpid()).")
        #expect(error?.hint?.contains("kill \(getpid())") == true)
        withExtendedLifetime(first) {}
    }

    @Test("A directory that was let go of can be taken again")
    func release() throws {
        let home = try TemporaryDirectory()
        _ = try StateDirectory.open(home.path)
        _ = try StateDirectory.open(home.path)
    }

    @Test("A directory that others may write is refused", arguments: [0o770, 0o702])
    func writableByOthers(mode: Int) throws {
        let home = try TemporaryDirectory()
        try #require(chmod(home.path, mode_t(mode)) == 0)
        let error = #expect(throws: OperatorError.self) { try StateDirectory.open(home.path) }
        #expect(error?.code == .stateDirectoryUnusable)
        #expect(error?.hint == "Run: chmod go-w '\(home.path)'")
    }

    @Test("A file in its place is refused")
    func notADirectory() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/state"
        try Data().write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: OperatorError.self) { try StateDirectory.open(path) }
        #expect(error?.code == .stateDirectoryUnusable)
        #expect(error?.message == "\(path) is not a directory.")
    }

    @Test("A lock that is a link to elsewhere is refused, and what it points to stays")
    func linkedLock() throws {
        let home = try TemporaryDirectory()
        let victim = "\(home.path)/victim"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
        try StateDirectory.makeDirectory("\(home.path)/state")
        try #require(symlink(victim, "\(home.path)/state/lock") == 0)
        #expect(throws: OperatorError.self) { try StateDirectory.open("\(home.path)/state") }
        #expect(try TemporaryDirectory.text(of: victim) == "precious")
    }

    @Test("Missing permission is told apart from a place that will not do", arguments: [EACCES, EPERM])
    func permission(number: Int32) {
        let error = OperatorError.system(number, doing: "create", path: "/var/lib/sekisho")
        #expect(error.code == .permissionDenied)
        #expect(error.subject == "/var/lib/sekisho")
        #expect(OperatorError.system(EROFS, doing: "create", path: "/").code == .stateDirectoryUnusable)
    }

    @Test(
        "The default place follows the XDG base directories",
        arguments: [
            (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/sekisho"),
            (["XDG_STATE_HOME": "/s/"], "/s/sekisho"),
            (["HOME": "/h"], "/h/.local/state/sekisho"),
            (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/sekisho"),
            (["XDG_STATE_HOME": "", "HOME": "/h"], "/h/.local/state/sekisho"),
        ]
    )
    func defaultPath(environment: [String: String], path: String) {
        #expect(StateDirectory.defaultPath(environment: environment) == path)
    }
}
