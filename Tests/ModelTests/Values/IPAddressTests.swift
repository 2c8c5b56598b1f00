import Model
import Testing

@Suite("IP address")
struct IPAddressTests {
    @Test(
        "Text is read and written back as RFC 5952 wants it",
        arguments: [
            ("127.0.0.1", "127.0.0.1"),
            ("0.0.0.0", "0.0.0.0"),
            ("255.255.255.255", "255.255.255.255"),
            ("::", "::"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("1::", "1::"),
            ("2001:DB8::0001", "2001:db8::1"),
            // The longest run of zeros is shortened, the first of two, and never a single group.
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            // Mapped addresses are the IPv4 address they map.
            ("::ffff:192.0.2.128", "192.0.2.128"),
            ("::ffff:c000:280", "192.0.2.128"),
        ]
    )
    func text(written: String, canonical: String) throws {
        let address = try #require(IPAddress(written))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", " ", "localhost", "127.0.0", "127.0.0.1.1", "127.0.0.256", "127.0.0.01", "127.0.0.-1",
            "127.0.0.+1", "127.0.0.1 ", "127.0.0.0x1", "0127.0.0.1", "::1%lo", ":", ":::", "1:::2", "1::2::3",
            ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8",
            "12345::", "g::", "+1::", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "[::1", "::1]", "[127.0.0.1]",
        ]
    )
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("The two families are told apart, and every address of each is known")
    func families() {
        #expect(!IPAddress.loopback.isIPv6)
        #expect(IPAddress.loopback.v4 == 0x7F00_0001)
        #expect(IPAddress.loopback.v6 == (0, 0xFFFF_7F00_0001))
        #expect(IPAddress(v6: 0, 1).isIPv6)
        #expect(IPAddress(v6: 0, 1).v4 == nil)
        #expect(IPAddress(v4: 0).isUnspecified)
        #expect(IPAddress(v6: 0, 0).isUnspecified)
        #expect(!IPAddress.loopback.isUnspecified)
        #expect(IPAddress(v4: 0) != IPAddress(v6: 0, 0))
    }
}
