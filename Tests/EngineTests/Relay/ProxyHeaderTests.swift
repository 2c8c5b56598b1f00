import Model
import TestTraits
import Testing

@testable import Engine

/// PROXY protocol v2, byte by byte (`proxy-protocol.txt` 2.2).
@Suite("PROXY protocol header", .ownThreads)
struct ProxyHeaderTests {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let v4: [UInt8] =
        signature + [0x21, 0x11, 0, 12, 192, 0, 2, 7, 198, 51, 100, 1, 0x10, 0xE1, 0x01, 0xBB]

    private func header(_ source: String, _ destination: String) throws -> ProxyHeader {
        ProxyHeader(
            source: Endpoint(address: try #require(IPAddress(source)), port: 4_321),
            destination: Endpoint(address: try #require(IPAddress(destination)), port: 443)
        )
    }

    private func read(_ bytes: [UInt8]) -> ProxyHeader.Reading {
        bytes.withUnsafeBytes { ProxyHeader.read($0) }
    }

    @Test("IPv4 and IPv6 are written as the specification draws them")
    func written() throws {
        #expect(try self.header("192.0.2.7", "198.51.100.1").bytes == Self.v4)
        let v6 = try self.header("2001:db8::7", "2001:db8::1").bytes
        let prefix: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11)
        let expected: [UInt8] =
            Self.signature + [0x21, 0x21, 0, 36] + prefix + [7] + prefix + [1, 0x10, 0xE1, 0x01, 0xBB]
        #expect(v6 == expected)
    }

    @Test("What is written is read, and every shorter piece of it is incomplete")
    func readBack() throws {
        for header in [
            try self.header("192.0.2.7", "198.51.100.1"), try self.header("2001:db8::7", "::1"),
        ] {
            let bytes = header.bytes
            #expect(self.read(bytes + [1, 2, 3]) == .complete(header, length: bytes.count))
            for count in bytes.indices { #expect(self.read(Array(bytes[..<count])) == .incomplete) }
        }
    }

    @Test("A proxy that speaks for itself has no client; extensions are passed over")
    func local() throws {
        #expect(self.read(Self.signature + [0x20, 0, 0, 0]) == .complete(nil, length: 16))
        var extended = Self.v4 + [0x04, 0, 2, 9, 9]
        extended[15] = 17
        let header = try self.header("192.0.2.7", "198.51.100.1")
        #expect(self.read(extended) == .complete(header, length: 33))
    }

    @Test(
        "A damaged header is refused",
        arguments: [
            (12, 0x11), (12, 0x22), (13, 0x00), (13, 0x12), (13, 0x31), (14, 0xFF), (15, 11), (0, 0x47),
            (11, 0x0B),
        ] as [(Int, UInt8)]
    )
    func damaged(index: Int, value: UInt8) {
        var bytes = Self.v4
        bytes[index] = value
        #expect(self.read(bytes) == .damaged)
    }

    /// The checksum of the header with the field zeroed, CRC-32C, computed apart from this code.
    @Test("Extensions that do not fill their space, and a wrong checksum, are refused")
    func extensions() {
        func with(_ extensions: [UInt8]) -> [UInt8] {
            var bytes = Self.v4 + extensions
            bytes[15] = UInt8(12 + extensions.count)
            return bytes
        }
        #expect(self.read(with([0x04, 0])) == .damaged)
        #expect(self.read(with([0x04, 0, 3, 1, 2])) == .damaged)
        #expect(self.read(with([0x03, 0, 4, 1, 2, 3, 4])) == .damaged)
        #expect(self.read(with([0x03, 0, 3, 1, 2, 3])) == .damaged)
        if case .complete = self.read(with([0x03, 0, 4] + [0x8B, 0xF0, 0xF0, 0x77])) {
        } else {
            Issue.record("the right checksum was refused")
        }
    }
}
