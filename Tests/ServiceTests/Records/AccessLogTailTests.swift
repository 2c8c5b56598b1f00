import Model
import TestSupport
import Testing

@testable import Service

@Suite("Access log's tail")
struct AccessLogTailTests {
    @Test("The newest lines come first, then what has come since; only whole lines are told")
    func pages() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("access.log")
        let tail = AccessLogTail(path: path)
        #expect(try tail.page(RequestQuery()) == RequestPage(lines: [], end: 0, skipped: 0))
        _ = try directory.write("a\nb\nc\nhalf", to: "access.log")
        let first = try tail.page(RequestQuery(limit: 2))
        #expect(first == RequestPage(lines: ["b", "c"], end: 6, skipped: 0))
        #expect(try tail.page(RequestQuery(after: first.end)).lines == [])
        _ = try directory.write("a\nb\nc\nhalf whole\nd\ne\n", to: "access.log")
        let next = try tail.page(RequestQuery(after: first.end, limit: 2))
        #expect(next == RequestPage(lines: ["d", "e"], end: 21, skipped: 1))
        #expect(try tail.page(RequestQuery(after: next.end)).lines == [])
    }

    @Test("A file that has been put aside is followed by the new one, from its beginning")
    func rotated() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("new\n", to: "access.log")
        let tail = AccessLogTail(path: directory.file("access.log"))
        #expect(
            try tail.page(RequestQuery(after: 5_000)) == RequestPage(lines: ["new"], end: 4, skipped: 0)
        )
    }
}
