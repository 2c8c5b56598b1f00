import Model
import Testing

@Suite("Address ranges")
struct AddressRangeTests {
    @Test(
        "A range holds the addresses that share its prefix, and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
            ("192.0.2.7/32", "192.0.2.7", true), ("192.0.2.7/32", "192.0.2.6", false),
            ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.128", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
            ("::/0", "2001:db8::1", true), ("::/0", "10.0.0.1", false),
            ("2001:db8::8/125", "2001:db8::f", true), ("2001:db8::8/125", "2001:db8::10", false),
            ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
            ("2001:db8:0:1::/64", "2001:db8:0:1:ffff::", true), ("2001:db8:0:1::/64", "2001:db8::", false),
        ]
    )
    func contains(range: String, address: String, expected: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(IPAddress(address))) == expected)
        #expect(AddressRange(range.description) == range)
    }

    @Test(
        "Anything else is no range",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "/8",
            "[::]/0",
        ]
    )
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        "Bits behind the prefix are seen",
        arguments: [("10.0.0.1/8", "10.0.0.0/8"), ("2001:db8::1/64", "2001:db8::/64")]
    )
    func canonical(text: String, canonical: String) throws {
        let range = try #require(AddressRange(text))
        #expect(!range.isCanonical)
        #expect(range.canonical.description == canonical)
    }
}
