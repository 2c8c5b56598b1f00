import Model
import Testing

@testable import Service

@Suite("Port checks")
struct PortChecksTests {
    @Test(
        "Two listeners share a port only where no client could mean both",
        arguments: [
            ("127.0.0.1", "127.0.0.1", true),
            ("0.0.0.0", "127.0.0.1", true),
            ("127.0.0.1", "0.0.0.0", true),
            ("::", "::1", true),
            ("::1", "::1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("::", "127.0.0.1", false),
            ("0.0.0.0", "::", false),
            ("0.0.0.0", "::1", false),
        ]
    )
    func overlap(one: String, other: String, overlaps: Bool) throws {
        let first = try #require(IPAddress(one))
        let second = try #require(IPAddress(other))
        #expect(PortChecks.overlap(first, second) == overlaps)
    }
}
