import Model
import Testing

@Suite("Regular expressions")
struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: String, ignoresCase: Bool = false) throws -> Bool {
        let expression = try RegularExpression(pattern, ignoresCase: ignoresCase)
        return Array(text.utf8).withUnsafeBytes { expression.matches($0) }
    }

    @Test(
        "An expression matches where its parts do",
        arguments: [
            ("", "", true), ("", "a", true), ("a", "xay", true), ("a", "xyz", false), ("^a", "ab", true),
            ("^a", "ba", false), ("a$", "ba", true), ("a$", "ab", false), ("^$", "", true),
            ("^$", "a", false), ("$^", "", true), ("$^", "a", false), ("a^b", "ab", false),
            ("^a|b$", "xb", true),
            ("^(a|b)$", "xb", false), ("^a*$", "aaa", true), ("^a*$", "aab", false), ("^a+$", "", false),
            ("^a?b$", "b", true), ("^a?b$", "aab", false), ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false),
            ("^a{2,}$", "aaaa", true), ("^a{2,}$", "a", false), ("^a{1,3}$", "aaa", true),
            ("^a{1,3}$", "aaaa", false), ("^a{0}$", "", true), ("^(ab)*$", "abab", true),
            ("^(ab)*$", "aba", false), ("^(a*)*$", "aaa", true), ("^(a*)+b$", "aab", true),
            ("^(|a)+$", "aa", true), ("^[a-c]$", "b", true), ("^[^a-c]$", "b", false), ("^[]a]$", "]", true),
            ("^[a-]$", "-", true), ("^[\\d.]+$", "1.2", true), ("^[\\]]$", "]", true), ("^\\d+$", "12", true),
            ("^\\D$", "1", false), ("^\\w+$", "a_1", true), ("^\\W$", "-", true), ("^\\s$", "\t", true),
            ("^\\.$", ".", true), ("^\\.$", "a", false), ("^.$", "\u{7F}", true),
            ("^\\/a\\-b$", "/a-b", true),
            ("^(?:a|b)c$", "bc", true), ("^(?<name>a)$", "a", true), ("\\Aa\\z", "a", true),
            ("(?i)^abC$", "ABc", true), ("^a.*?b$", "axxb", true),
            ("^/api/v[0-9]+/(users|orders)(/.*)?$", "/api/v2/orders/7", true),
            ("^/api/v[0-9]+/(users|orders)(/.*)?$", "/api/v2/ordersx", false), ("a||b", "c", true),
        ]
    )
    func meaning(pattern: String, text: String, expected: Bool) throws {
        #expect(try self.matches(pattern, text) == expected)
    }

    @Test("Case is ignored where it does not count, in classes too")
    func ignoringCase() throws {
        #expect(try self.matches("^www[a-c]\\.Example$", "WWWB.eXAMPLE", ignoresCase: true))
        #expect(try !self.matches("^[^a]$", "A", ignoresCase: true))
        #expect(try !self.matches("^\\[$", "{", ignoresCase: true))
    }

    @Test(
        "What cannot be compared in one pass, and what is no expression, is refused in words",
        arguments: [
            ("(?=a)", "kind of group"), ("(?!a)", "kind of group"), ("(?<=a)", "kind of group"),
            ("(?>a)", "kind of group"), ("(?R)", "kind of group"), ("(a)\\1", "\\1"), ("a++", "possessive"),
            ("a{2}+", "possessive"), ("a**", "behind another"), ("a{2}{3}", "behind another"),
            ("\\p{L}", "\\p"),
            ("\\bfoo", "\\b"), ("\\u0041", "\\u"), ("(a", "without its )"), ("a)", "without its ("),
            ("[a", "without its ]"), ("[b-a]", "upwards"), ("[[:alpha:]]", "POSIX"), ("*a", "nothing before"),
            ("(|*)", "nothing before"), ("a{", "begins no count"), ("a{256}", "begins no count"),
            ("a{3,2}", "begins no count"), ("a{,2}", "begins no count"), ("a{1", "begins no count"),
            ("a\\", "backslash"), ("é", "ASCII"), ("a\u{0}", "ASCII"), ("{1}", "nothing before"),
        ]
    )
    func refused(pattern: String, words: String) {
        let error = #expect(throws: OperatorError.self) {
            try RegularExpression(pattern, ignoresCase: false)
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    /// Each asks for time, memory or stack beyond reason, and must be turned down quickly instead.
    @Test(
        "What would cost too much to prepare is refused",
        arguments: [
            "((((((((((a{255}){255}){255}){255}){255}){255}){255}){255}){255}){255})",
            "((((((((((){255}){255}){255}){255}){255}){255}){255}){255}){255}){255}",
            "(a|b)*a(a|b){20}", "(.*a.{9}.*b.{9}.*c.{9})+",
            String(repeating: "(", count: 64) + String(repeating: ")", count: 64),
        ]
    )
    func bounded(pattern: String) {
        let time = ContinuousClock().measure {
            #expect(throws: OperatorError.self) { try RegularExpression(pattern, ignoresCase: false) }
        }
        #expect(time < .seconds(20))
    }

    /// What makes engines that go back take for ever.
    @Test(
        "The worst text costs one look a byte",
        arguments: ["^(a+)+$", "(a|aa)+$", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)x$", "^(a?){20}a{20}$"]
    )
    func linear(pattern: String) throws {
        let expression = try RegularExpression(pattern, ignoresCase: false)
        let text = Array(repeating: UInt8(ascii: "a"), count: 65_535) + [UInt8(ascii: "!")]
        let time = ContinuousClock().measure {
            #expect(!text.withUnsafeBytes { expression.matches($0) })
        }
        #expect(time < .seconds(2))
    }

    /// The table of states and the machine that follows all paths come from one tree and share nothing else.
    @Test("Two ways of running an expression agree on whether it matches", arguments: 0..<8)
    func agreement(seed: UInt64) throws {
        var random = Numbers(state: seed)
        for _ in 0..<60 {
            let pattern = random.pattern(depth: 4)
            guard let table = try? RegularExpression(pattern, ignoresCase: false) else { continue }
            let machine = try RegexRewrite(Rewrite(regex: pattern, replace: ""), ignoresCase: false)
            for _ in 0..<40 {
                let text = (0..<(random.next() % 9)).map { _ in UInt8(0x61 + random.next() % 3) }
                let (one, other) = text.withUnsafeBytes { (table.matches($0), machine.apply(to: $0)) }
                #expect(
                    one == (other != .unchanged),
                    "\(pattern) on \(String(decoding: text, as: UTF8.self))"
                )
            }
        }
    }
}

/// Numbers, and expressions made of them, that are the same in every run.
private struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pattern(depth: Int) -> String {
        switch depth == 0 ? self.next() % 5 : self.next() % 12 {
        case 0: return "a"
        case 1: return "b"
        case 2: return "[ab]"
        case 3: return "[^a]"
        case 4: return "."
        case 5: return "^"
        case 6: return "$"
        case 7: return "(\(self.pattern(depth: depth - 1))|\(self.pattern(depth: depth - 1)))"
        case 8: return "(?:\(self.pattern(depth: depth - 1)))*"
        case 9: return "(?:\(self.pattern(depth: depth - 1))){1,2}?"
        default: return self.pattern(depth: depth - 1) + self.pattern(depth: depth - 1)
        }
    }
}
