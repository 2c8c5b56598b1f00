import Foundation
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Half a million revoked certificates, the most that a trust store may have.
///
/// Prints what reading and looking up take, for people: `swift test -c release --filter LargeRevocationList`.
@Suite("Large revocation lists", .ownThreads)
struct LargeRevocationListTests {
    @Test("500,000 entries are read from PEM and from DER, and each is found")
    func halfAMillion() throws {
        let pki = try TestPKI()
        var state: UInt64 = 1
        let serials = (0..<Quotas.revocationEntriesPerTrustStore).map { index -> [UInt8] in
            // 20 bytes in no order, positive, all different.
            var serial = [UInt8](repeating: 0x5A, count: 20)
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            for byte in 0..<8 { serial[byte] = UInt8(truncatingIfNeeded: state >> UInt64(8 * byte)) }
            serial[0] = serial[0] & 0x7F | 0x40
            for byte in 0..<3 { serial[19 - byte] = UInt8(truncatingIfNeeded: index >> (8 * byte)) }
            return serial
        }
        let pem = Array(try pki.root.revocationListPEM(pki.revoking(serials)).utf8)
        let clock = ContinuousClock()
        var read: ReadRevocationList?
        let (before, peakBefore) = (Self.memory("VmRSS"), Self.memory("VmHWM"))
        let fromPEM = try clock.measure { read = try RevocationListReader.read(pem, path: "large.crl") }
        let list = try #require(read)
        #expect(list.facts.entries == 500_000)
        let fromDER = try clock.measure {
            read = try RevocationListReader.decode(list.der, path: "large.crl")
        }
        #expect(read?.content == list.content)
        var hits = 0
        let found = clock.measure {
            for serial in serials where serial.withUnsafeBytes({ list.content.serials.contains($0) }) {
                hits += 1
            }
        }
        #expect(hits == 500_000)
        var misses = 0
        for serial in serials.prefix(10_000) {
            var other = serial
            other[12] ^= 1
            if other.withUnsafeBytes({ !list.content.serials.contains($0) }) { misses += 1 }
        }
        #expect(misses == 10_000)
        print(
            "revocation list of 500,000 entries, \(pem.count) bytes of PEM: read from PEM in \(fromPEM), from DER in",
            "\(fromDER); 500,000 look-ups in \(found); resident KiB \(before) before, \(Self.memory("VmRSS")) after,",
            "peak \(peakBefore) before, \(Self.memory("VmHWM")) after"
        )
    }

    /// KiB of a field of `/proc/self/status`.
    private static func memory(_ field: String) -> String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
        return line.map { $0.filter(\.isNumber) } ?? "?"
    }
}
