import Model
import TestTraits
import Testing

@testable import Engine

/// Whose connections count together, and that nothing is remembered of those that have none.
@Suite("Source table", .ownThreads)
struct SourceTableTests {
    @Test(
        "An IPv4 address is a source, and so is the /64 of an IPv6 address",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true), ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
            ("::192.0.2.1", "192.0.2.1", false), ("::", "0.0.0.0", false),
        ]
    )
    func sources(one: String, other: String, isSame: Bool) throws {
        let one = ConnectionSource(try #require(IPAddress(one)))
        let other = ConnectionSource(try #require(IPAddress(other)))
        #expect((one == other) == isSame)
    }

    @Test("A source is remembered while it has a connection, and no longer")
    func memory() {
        let table = SourceTable()
        let source = ConnectionSource(.loopback)
        #expect(table.take(source, limit: 2) && table.take(source, limit: 2))
        #expect(!table.take(source, limit: 2))
        #expect(table.sourceCount == 1)
        table.giveBack(source)
        #expect(table.take(source, limit: 2))
        table.giveBack(source)
        table.giveBack(source)
        #expect(table.sourceCount == 0)
        // One too many must not make room for one more.
        table.giveBack(source)
        #expect(table.take(source, limit: 1) && !table.take(source, limit: 1))
    }
}
