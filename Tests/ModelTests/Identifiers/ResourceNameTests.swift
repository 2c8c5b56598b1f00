import Model
import Testing

@Suite("Resource name")
struct ResourceNameTests {
    @Test(
        "What ELBv2 allows is allowed",
        arguments: ["a", "edge", "Edge-2", "1-a-b", String(repeating: "x", count: 32)]
    )
    func accepted(name: String) throws {
        try ResourceName.check(name, kind: "Trust store", field: "name")
    }

    @Test(
        "Everything else is refused, with field and name",
        arguments: [
            "", "-a", "a-", "a--b", "a_b", "a.b", "a b", "a/b", "é", "a\n", String(repeating: "x", count: 33),
        ]
    )
    func refused(name: String) {
        let error = #expect(throws: OperatorError.self) {
            try ResourceName.check(name, kind: "Trust store", field: "trustStores[3].name")
        }
        #expect(error?.code == .validationError)
        #expect(error?.subject == "trustStores[3].name")
        #expect(error?.message.contains("\"\(name)\"") == true)
    }

    @Test("Only a load balancer's name must not begin with internal-")
    func reserved() throws {
        #expect(throws: OperatorError.self) {
            try ResourceName.check("internal-edge", kind: "Load balancer", field: "name")
        }
        try ResourceName.check("internal-edge", kind: "Target group", field: "name")
        try ResourceName.check("internal", kind: "Load balancer", field: "name")
    }
}
