import Model
import Testing

@Suite("Rewrites")
struct RegexRewriteTests {
    private func apply(_ regex: String, _ replace: String, _ text: String) throws -> String? {
        let rewrite = try RegexRewrite(Rewrite(regex: regex, replace: replace), ignoresCase: false)
        switch Array(text.utf8).withUnsafeBytes({ rewrite.apply(to: $0) }) {
        case .unchanged: return nil
        case .changed(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .tooCostly: return "too costly"
        }
    }

    @Test(
        "The first match is replaced, groups are put in",
        arguments: [
            ("^/api/(.*)$", "/$1", "/api/x?y=/api/", "/x?y=/api/"), ("/a", "/b", "/a/a", "/b/a"),
            ("x", "y", "/a", nil), ("^(/[^/]*)/(.*)$", "/$2$1", "/a/b/c", "/b/c/a"),
            ("a", "$0$0", "bab", "baab"),
            ("a", "$$1", "a", "$1"), ("a*", "x", "baa", "xbaa"), ("(a)|(b)", "<$1$2>", "b", "<b>"),
            ("^(a+)(a*)$", "$1-$2", "aaa", "aaa-"), ("^(a+?)(a*)$", "$1-$2", "aaa", "a-aa"),
            ("(a|ab)(c|bcd)", "$1.$2", "abcd", "a.bcd"), ("(?:a(b)?)+", "[$1]", "aba", "[b]"),
            ("b$", "", "ab", "a"),
            ("(a*)(b?)", "$2", "aab", "b"),
        ]
    )
    func first(regex: String, replace: String, text: String, expected: String?) throws {
        #expect(try self.apply(regex, replace, text) == expected)
    }

    @Test(
        "A replacement that names no group is refused",
        arguments: ["$1", "$", "a$", "$a", "${1}", "$2"]
    )
    func refused(replace: String) {
        let error = #expect(throws: OperatorError.self) {
            try RegexRewrite(Rewrite(regex: "(?:a)", replace: replace), ignoresCase: false)
        }
        #expect(error?.subject == "replace")
    }

    @Test("A tenth group is refused")
    func groups() {
        let error = #expect(throws: OperatorError.self) {
            let regex = String(repeating: "(a)", count: 10)
            return try RegexRewrite(Rewrite(regex: regex, replace: ""), ignoresCase: false)
        }
        #expect(error?.subject == "regex")
    }

    /// A client sends the text: what it may cost is bounded whatever the operator wrote.
    @Test("A text on which the expression would take too long is given up")
    func bounded() throws {
        let text = "/" + String(repeating: "a", count: 16_000)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try self.apply("(a?){200}(a?){200}b", "", text) == "too costly")
        #expect(clock.now - start < .seconds(20))
        // An honest one over the longest line is not.
        #expect(try self.apply("^/(.*)$", "/x/$1", text)?.count == text.count + 2)
    }
}
