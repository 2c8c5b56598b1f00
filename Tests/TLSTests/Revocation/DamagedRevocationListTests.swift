import COpenSSL
import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Whatever is done to a list, it is refused, or read as OpenSSL reads it.
@Suite("Damaged revocation lists", .ownThreads)
struct DamagedRevocationListTests {
    private let der: [UInt8]

    init() throws {
        let pki = try TestPKI()
        var request = pki.revoking(
            [[1], [0x00, 0x80], [0xFF], [0], [UInt8](1...20), [0x12, 0x34, 0x56], [0x7F, 0xFF]]
        )
        request.entries[5].extensions = [
            RevocationListBuilder.idCE(21, isCritical: false, [0x0A, 0x01, 0x01])
        ]
        self.der = try pki.root.revocationList(request)
    }

    /// Reads a variant; nil if it is refused.
    private func read(_ der: [UInt8]) -> ReadRevocationList? {
        try? RevocationListReader.decode(der, path: "damaged.crl")
    }

    /// What OpenSSL makes of the same bytes must not differ from what we make of them.
    private func expectAgreement(
        _ list: ReadRevocationList,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let der = list.der
        let crl = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            let crl = d2i_X509_CRL(nil, &cursor, buffer.count)
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else { return nil }
            return crl
        }
        ERR_clear_error()
        guard let crl else {
            Issue.record("accepted what OpenSSL refuses", sourceLocation: sourceLocation)
            return
        }
        defer { X509_CRL_free(crl) }
        #expect(FactsReader.timestamp(X509_CRL_get0_lastUpdate(crl)) == list.facts.thisUpdate)
        #expect(X509_CRL_get0_nextUpdate(crl).flatMap { FactsReader.timestamp($0) } == list.facts.nextUpdate)
        #expect(X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0)
        #expect(X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0)
        let name = list.content.issuer.withUnsafeBytes { DistinguishedName($0) }
        #expect(name?.equals(X509_CRL_get_issuer(crl)) == true)
        let entries = X509_CRL_get_REVOKED(crl)
        let count = entries.map { OPENSSL_sk_num($0) } ?? 0
        #expect(max(count, 0) == list.facts.entries)
        var positive = 0
        for index in 0..<max(count, 0) {
            guard let entry = entries.flatMap({ OPENSSL_sk_value($0, index) }),
                let serial = X509_REVOKED_get0_serialNumber(OpaquePointer(entry)),
                ASN1_STRING_type(serial) & V_ASN1_NEG == 0
            else { continue }
            positive += 1
            let bytes = UnsafeRawBufferPointer(
                start: ASN1_STRING_get0_data(serial),
                count: Int(ASN1_STRING_length(serial))
            )
            #expect(list.content.serials.contains(bytes))
        }
        #expect(positive == list.content.serials.count)
    }

    @Test("The undamaged list is read as OpenSSL reads it")
    func undamaged() throws {
        let list = try #require(self.read(self.der))
        #expect(list.facts.entries == 7)
        self.expectAgreement(list)
    }

    @Test("No beginning of a list is a list, nor one with a byte behind it")
    func truncated() {
        for count in 0..<self.der.count { #expect(self.read(Array(self.der.prefix(count))) == nil) }
        #expect(self.read(self.der + [0]) == nil)
    }

    @Test("Indefinite, overlong and huge lengths are refused wherever they stand")
    func lengths() {
        let forms: [[UInt8]] = [
            [0x80], [0x81, 0x05], [0x82, 0x00, 0xFF], [0x84, 0x7F, 0xFF, 0xFF, 0xFF],
            [0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF],
            [0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        for form in forms {
            #expect(self.read([0x30] + form + self.der.dropFirst(4)) == nil)
            // The length of the part that is signed.
            #expect(self.read(Array(self.der[..<5]) + form + self.der.dropFirst(8)) == nil)
        }
    }

    @Test("A tag exchanged anywhere is refused, or means the same to OpenSSL")
    func tags() {
        for (index, byte) in self.der.enumerated()
        where [0x02, 0x03, 0x04, 0x06, 0x17, 0x30, 0xA0].contains(byte) {
            for tag: UInt8 in [0x00, 0x01, 0x02, 0x05, 0x0A, 0x17, 0x18, 0x1F, 0x30, 0x31, 0xA0, 0xA1, 0xFF] {
                var variant = self.der
                variant[index] = tag
                if tag != byte, let list = self.read(variant) { self.expectAgreement(list) }
            }
        }
    }

    @Test("Ten thousand damaged lists are refused, or read as OpenSSL reads them")
    func random() {
        var state: UInt64 = 0x5EED
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<10_000 {
            var variant = self.der
            for _ in 0...next(3) {
                let place = next(variant.count)
                switch next(5) {
                case 0: variant[place] ^= 1 << UInt8(next(8))
                case 1: variant[place] = UInt8(next(256))
                case 2: variant.remove(at: place)
                case 3: variant.insert(UInt8(next(256)), at: place)
                default:
                    let piece = variant[place..<min(place + next(40), variant.count)]
                    variant.insert(contentsOf: Array(piece), at: next(variant.count))
                }
            }
            if let list = self.read(variant) { self.expectAgreement(list) }
        }
    }
}
