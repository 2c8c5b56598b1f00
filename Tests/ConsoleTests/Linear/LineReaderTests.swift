import Testing

@testable import Console

@Suite("Lines that are read")
struct LineReaderTests {
    @Test("Lines come whole, however they are cut")
    func cut() {
        var reader = LineReader()
        #expect(reader.read("mo".utf8) == [])
        #expect(reader.read("de off\n\n2".utf8) == [.line("mode off"), .line("")])
        #expect(reader.finish() == .line("2"))
        #expect(reader.finish() == nil)
    }

    @Test("What an arrow key or another editor leaves in a line is no part of it")
    func control() {
        var reader = LineReader()
        #expect(reader.read("2\r\n".utf8) == [.line("2")])
        #expect(reader.read("\u{1B}q\u{7F}\n".utf8) == [.line("q")])
    }

    @Test("A line that is too long is thrown away whole, and the next one is read")
    func long() {
        var reader = LineReader()
        let line = String(repeating: "x", count: LineReader.limit * 3)
        #expect(reader.read("\(line)\nq\n".utf8) == [.tooLong, .line("q")])
        let longest = String(repeating: "y", count: LineReader.limit)
        #expect(reader.read("\(longest)\n".utf8) == [.line(longest)])
    }
}
