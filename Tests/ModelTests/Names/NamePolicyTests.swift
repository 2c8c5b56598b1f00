import Model
import Testing

@Suite("Policies of names")
struct NamePolicyTests {
    private static let verify = MutualAuthentication(mode: .verify, trustStoreID: ResourceID(bits: 1))

    private static let policies = [
        NamePolicy(names: ["a.test", "*.a.test"], mutualAuthentication: verify),
        NamePolicy(names: ["b.test"], mutualAuthentication: .off),
    ]

    private static func giving(_ mutual: MutualAuthentication, to name: String) -> [[String]] {
        self.policies.giving(mutual, to: name).map { $0.names + [$0.mode.rawValue] }
    }

    @Test("One name is judged otherwise; the others of its policy, and their places, stay")
    func giving() {
        let passthrough = MutualAuthentication(mode: .passthrough)
        #expect(Self.policies.giving(Self.verify, to: "a.test") == Self.policies)
        #expect(
            Self.giving(passthrough, to: "a.test") == [
                ["*.a.test", "verify"], ["b.test", "off"], ["a.test", "passthrough"],
            ]
        )
        #expect(
            Self.giving(passthrough, to: "b.test") == [
                ["a.test", "*.a.test", "verify"], ["b.test", "passthrough"],
            ]
        )
        #expect(
            Self.giving(.off, to: "new.test") == [
                ["a.test", "*.a.test", "verify"], ["b.test", "new.test", "off"],
            ]
        )
        #expect(Self.giving(Self.verify, to: "b.test") == [["a.test", "*.a.test", "b.test", "verify"]])
    }

    @Test("There and back, names are judged as before")
    func thereAndBack() {
        let back = Self.policies.giving(.off, to: "a.test").giving(Self.verify, to: "a.test")
        #expect(back.map { Set($0.names) } == Self.policies.map { Set($0.names) })
        #expect(back.map(\.mutualAuthentication) == Self.policies.map(\.mutualAuthentication))
    }

    @Test("A name has one form, whatever case it is written in; what is none has none")
    func normal() {
        #expect(NamePolicy.normal("API.Example.NET.") == "api.example.net")
        #expect(NamePolicy.normal("*.Example.net") == "*.example.net")
        for text in ["", "*", ".", "a..b", "a b", "b\u{FC}cher.test", "a.*.b", "a/b", "a:443"] {
            #expect(NamePolicy.normal(text) == nil, "\(text)")
        }
    }
}
