import Model
import Testing

@Suite("Wildcard patterns")
struct WildcardPatternTests {
    private func matches(_ pattern: WildcardPattern, _ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { pattern.matches($0) }
    }

    @Test(
        "A pattern is compared with the whole text",
        arguments: [
            ("", "", true), ("", "a", false), ("*", "", true), ("*", "anything", true), ("?", "", false),
            ("?", "a", true), ("?", "ab", false), ("a*", "a", true), ("a*", "ba", false),
            ("*.example.net", "www.example.net", true), ("*.example.net", "example.net", false),
            ("*.example.net", "www.example.net.evil", false), ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/b/c/c", true), ("/a/*/c", "/a/c", false), ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false), ("a**b", "ab", true), ("a?c", "abc", true), ("a?c", "ac", false),
            ("*ab", "aab", true), ("*aab", "aaab", true), ("abc", "abC", false),
        ]
    )
    func whole(pattern: String, text: String, expected: Bool) {
        #expect(self.matches(WildcardPattern(pattern, ignoresCase: false), text) == expected)
    }

    @Test("Letters match in either case where case is ignored, and nothing else does")
    func ignoringCase() {
        let pattern = WildcardPattern("A[z?", ignoresCase: true)
        #expect(self.matches(pattern, "a[Z_"))
        #expect(!self.matches(pattern, "a{z_"))
    }

    @Test(
        "A backslash takes the meaning of a wildcard away, where it may",
        arguments: [
            (#"a\*"#, "a*", true), (#"a\*"#, "ab", false), (#"a\?"#, "a?", true), (#"a\?"#, "ab", false),
            (#"a\\"#, #"a\"#, true), (#"a\b"#, #"a\b"#, true), (#"a\"#, #"a\"#, true), (#"\**"#, "*x", true),
        ]
    )
    func escapes(pattern: String, text: String, expected: Bool) {
        let pattern = WildcardPattern(pattern, ignoresCase: true, allowsEscapes: true)
        #expect(self.matches(pattern, text) == expected)
    }

    /// The bytes that stand for wildcards within a pattern may come in a text, which a client writes.
    @Test(
        "Control characters in a text match no wildcard's place but by a wildcard",
        arguments: ["\u{0}", "\u{1}"]
    )
    func controls(text: String) {
        #expect(!self.matches(WildcardPattern("a", ignoresCase: false), text))
        #expect(self.matches(WildcardPattern("?", ignoresCase: false), text))
        #expect(!self.matches(WildcardPattern("??", ignoresCase: false), text))
        #expect(self.matches(WildcardPattern("*a", ignoresCase: false), text + "a"))
    }

    /// Six wildcards over 16 KiB that almost match; going back to every wildcard would take for ever.
    @Test("The worst pattern over the longest line costs a bounded number of steps")
    func bounded() {
        let pattern = WildcardPattern("*aaaaaaaa*aaaaaaaa*aaaaaaaa*aaaaaaaa*aaaaaaaa*b", ignoresCase: false)
        let clock = ContinuousClock()
        let text = String(repeating: "a", count: 16_384)
        let time = clock.measure { #expect(!self.matches(pattern, text)) }
        #expect(time < .seconds(5))
    }
}
