import Model
import Testing

@Suite("Conditions of rules")
struct RuleChecksTests {
    private static func ranges(_ texts: String...) -> RuleCondition {
        .sourceIP(values: texts.compactMap { AddressRange($0) })
    }

    @Test(
        "What ELBv2 allows is allowed",
        arguments: [
            [.hostHeader(values: ["www.example.net", "*.example.org", "a?b.Test"])],
            [.pathPattern(values: ["/", "/img/*", "*.png"])],
            [.pathPattern(values: [#"/_-.$~"'@:+&"#])],
            [.httpHeader(name: "X-Env", values: ["a b", "*"]), .httpHeader(name: "X-Env", values: ["c"])],
            [.httpRequestMethod(values: ["GET", "M-SEARCH", "A_B"])],
            [
                .queryString(values: [
                    QueryPattern(key: "a", value: "*"), QueryPattern(key: nil, value: #"\*"#),
                ])
            ],
            [Self.ranges("10.0.0.0/8", "2001:db8::/32")],
            [.pathPattern(values: ["/a*?", "/b*?"]), .hostHeader(values: ["*.?.a"])],
        ] as [[RuleCondition]]
    )
    func allowed(conditions: [RuleCondition]) throws {
        try RuleCondition.check(conditions)
    }

    struct Mistake: Sendable {
        let conditions: [RuleCondition]
        let subject: String
        let code: OperatorError.Code

        init(_ subject: String, _ conditions: RuleCondition..., code: OperatorError.Code = .validationError) {
            self.conditions = conditions
            self.subject = subject
            self.code = code
        }
    }

    @Test(
        "What it does not allow is refused, with the field",
        arguments: [
            Mistake(""),
            Mistake("[0].values", .hostHeader(values: []), code: .valueOutOfRange),
            Mistake("[0].values", .pathPattern(values: ["/a", "/b", "/c", "/d"]), code: .valueOutOfRange),
            Mistake("[1].field", .pathPattern(values: ["/a"]), .pathPattern(values: ["/b"])),
            Mistake(
                "",
                .pathPattern(values: ["/a", "/b", "/c"]),
                .hostHeader(values: ["a.b", "a.c", "a.d"]),
                code: .quotaExceeded
            ),
            Mistake(
                "",
                .pathPattern(values: ["/*a*b*c*"]),
                .hostHeader(values: ["*.*.*.a"]),
                code: .quotaExceeded
            ),
            Mistake("[0].values[0]", .hostHeader(values: ["localhost"])),
            Mistake("[0].values[0]", .hostHeader(values: [".net"])),
            Mistake("[0].values[0]", .hostHeader(values: ["example.n3t"])),
            Mistake("[0].values[0]", .hostHeader(values: ["example."])),
            Mistake("[0].values[1]", .hostHeader(values: ["a.b", "a:80.b"])),
            Mistake(
                "[0].values[0]",
                .hostHeader(values: [String(repeating: "a", count: 128) + ".b"]),
                code: .valueOutOfRange
            ),
            Mistake("[0].values[0]", .pathPattern(values: ["img"])),
            Mistake("[0].values[0]", .pathPattern(values: ["/a b"])),
            Mistake("[0].values[0]", .pathPattern(values: ["/é"])),
            Mistake("[0].values[0]", .pathPattern(values: ["/a//b"])),
            Mistake("[0].values[0]", .pathPattern(values: ["/a/../b"])),
            Mistake("[0].values[0]", .pathPattern(values: [""]), code: .valueOutOfRange),
            Mistake("[0].httpHeaderName", .httpHeader(name: "Host", values: ["a"])),
            Mistake("[0].httpHeaderName", .httpHeader(name: "X Env", values: ["a"])),
            Mistake("[0].httpHeaderName", .httpHeader(name: "", values: ["a"])),
            Mistake("[0].httpHeaderName", .httpHeader(name: "X-Amzn-Mtls-Clientcert-Subject", values: ["a"])),
            Mistake("[0].httpHeaderName", .httpHeader(name: "X-Forwarded-Proto", values: ["https"])),
            Mistake("[0].values[0]", .httpRequestMethod(values: ["get"])),
            Mistake("[0].values[0].key", .queryString(values: [QueryPattern(key: "a b", value: "c")])),
            Mistake(
                "[0].values[0].value",
                .queryString(values: [QueryPattern(key: nil, value: "")]),
                code: .valueOutOfRange
            ),
            Mistake("[0].values[0]", Self.ranges("10.0.0.1/8")),
            Mistake("[0].values[0]", Self.ranges("255.255.255.255/32")),
        ]
    )
    func refused(mistake: Mistake) {
        let error = #expect(throws: OperatorError.self) { try RuleCondition.check(mistake.conditions) }
        #expect(error?.subject.hasPrefix(mistake.subject) == true, "\(error?.subject ?? "")")
        #expect(error?.code == mistake.code)
        #expect(error?.hint != nil)
    }
}
