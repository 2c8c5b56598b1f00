import Model
import Testing

@Suite("Policies by name")
struct PolicyTableTests {
    private let table = PolicyTable([
        ("a.test", 1), ("*.a.test", 2), ("*.b.a.test", 3), ("open.a.test", 4), ("*.c.test", 5),
    ])

    private func policy(_ name: String, _ table: PolicyTable? = nil) -> Int {
        Array(name.utf8).withUnsafeBytes { (table ?? self.table).policy(for: $0) }
    }

    @Test(
        "The very name comes before wildcards, and the longest of those first",
        arguments: [
            ("a.test", 1), ("A.TEST", 1), ("a.test.", 1), ("x.a.test", 2), ("x.y.a.test", 2),
            ("X.a.Test.", 2),
            ("b.a.test", 2), ("x.b.a.test", 3), ("x.y.b.a.test", 3), ("open.a.test", 4), ("x.open.a.test", 2),
            ("c.test", 0), ("x.c.test", 5), ("xa.test", 0), ("test", 0), ("", 0), (".", 0), (".a.test", 0),
            ("a.test..", 0), ("other.net", 0), ("a.test.net", 0),
        ]
    )
    func names(name: String, policy: Int) {
        #expect(self.policy(name) == policy)
    }

    @Test("A name beyond the length of names is nobody's")
    func long() {
        #expect(self.policy(String(repeating: "x", count: 248) + ".a.test") == 2)
        #expect(self.policy(String(repeating: "x", count: 249) + ".a.test") == 0)
    }

    @Test("Without names everything has the listener's policy")
    func single() {
        #expect(PolicyTable.single.isSingle)
        #expect(self.policy("a.test", .single) == 0)
    }

    @Test("Names whose policies are alike share one")
    func shared() {
        let tls = ServedTLS(
            certificateChain: "",
            privateKey: SecretText(""),
            clientPolicy: .passthrough,
            namePolicies: [
                ServedNamePolicy(names: ["same.test"], policy: .passthrough),
                ServedNamePolicy(names: ["off.test"], policy: .off),
                ServedNamePolicy(names: ["*.off.test"], policy: .off),
            ]
        )
        #expect(tls.policies == [.passthrough, .off])
        let table = tls.policyTable
        #expect(["same.test", "off.test", "x.off.test"].map { self.policy($0, table) } == [0, 1, 1])
    }

    @Test(
        "What is no name, or has two policies, is refused with its place",
        arguments: [
            ([["A.test"]], "[0].names[0]"), ([["a.test."]], "[0].names[0]"), ([["a..test"]], "[0].names[0]"),
            ([["a.*.test"]], "[0].names[0]"), ([["*"]], "[0].names[0]"), ([["*."]], "[0].names[0]"),
            ([["a.test:443"]], "[0].names[0]"), ([["é.test"]], "[0].names[0]"), ([[]], "[0].names"),
            ([["a.test"], ["b.test", "a.test"]], "[1].names[1]"), (Array(repeating: ["a"], count: 21), ""),
        ]
    )
    func refused(names: [[String]], subject: String) {
        let error = #expect(throws: OperatorError.self) { try NamePolicy.check(names: names) }
        #expect(error?.subject == subject)
    }

    @Test("Names and wildcards are allowed")
    func allowed() throws {
        try NamePolicy.check(names: [["a.test", "*.a.test", "localhost"], ["x_y.a-b.test"]])
    }
}
