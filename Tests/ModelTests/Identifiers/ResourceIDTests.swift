import Model
import Testing

@Suite("Resource identifier")
struct ResourceIDTests {
    @Test(
        "Sixteen digits are read and written back",
        arguments: [
            (UInt64.min, "0000000000000000"), (.max, "ffffffffffffffff"),
            (0x78b8_89fe_2682_4b20, "78b889fe26824b20"), (0xab, "00000000000000ab"),
        ]
    )
    func text(bits: UInt64, text: String) {
        #expect(ResourceID(bits: bits).description == text)
        #expect(ResourceID(text) == ResourceID(bits: bits))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "78b889fe26824b2", "78b889fe26824b200", "78B889FE26824B20", "+8b889fe26824b20",
            "-8b889fe26824b20", "78b889fe26824b2g", " 8b889fe26824b20", "0x78b889fe26824b",
        ]
    )
    func refused(text: String) {
        #expect(ResourceID(text) == nil)
    }

    @Test("A random identifier is a new one")
    func random() {
        #expect(Set((0..<100).map { _ in ResourceID.random() }).count == 100)
    }
}
