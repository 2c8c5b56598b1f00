import Foundation
import Model
import Testing

/// What an operator is told of a trust store that works, and what older gates have written of one.
@Suite("Warnings of trust stores")
struct TrustStoreWarningsTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func list(
        _ id: Int,
        from: Int64 = -10,
        until: Int64? = 10,
        signers: [String] = ["ca"]
    ) -> RevocationList {
        RevocationList(
            id: id,
            facts: RevocationList.Facts(
                issuer: "CN=CA",
                number: "\(id)",
                entries: 1,
                thisUpdate: Timestamp(seconds: Self.now.seconds + from),
                nextUpdate: until.map { Timestamp(seconds: Self.now.seconds + $0) },
                fingerprint: "\(id)"
            ),
            source: BundleSource(path: "/ca.crl", digest: "", readAt: Self.now),
            signers: signers
        )
    }

    private func warnings(_ lists: [RevocationList], _ policy: ExpiredListPolicy = .use) -> [String] {
        TrustStore(
            id: ResourceID(bits: 1),
            name: "clients",
            revision: 1,
            certificates: [],
            source: BundleSource(path: "ca.pem", digest: "", readAt: Self.now),
            revocationLists: lists,
            expiredLists: policy
        ).warnings(at: Self.now)
    }

    @Test("Lists in order are nothing to speak of")
    func quiet() {
        #expect(self.warnings([self.list(1), self.list(2)]).isEmpty)
    }

    @Test("An expired list is told with what becomes of clients, a replaced one with that")
    func expired() {
        let list = self.list(1, until: -5)
        #expect(self.warnings([list])[0].hasSuffix("it is still used."))
        #expect(self.warnings([list], .strict)[0].hasSuffix("its CA's clients are refused."))
        #expect(self.warnings([list], .grace(seconds: 60))[0].contains("it is still used until "))
        #expect(self.warnings([list], .grace(seconds: 5))[0].hasSuffix("its CA's clients are refused."))
        #expect(self.warnings([list, self.list(2)])[0].hasSuffix("a newer one speaks for its CA."))
    }

    @Test("Lists from the future, without an end, and without their CA are told")
    func others() {
        #expect(self.warnings([self.list(1, from: 5)])[0].contains("until then its CA's clients are refused"))
        #expect(self.warnings([self.list(1, from: 5), self.list(2)]).isEmpty)
        #expect(self.warnings([self.list(1, until: nil)])[0].contains("names no nextUpdate"))
        #expect(self.warnings([self.list(1, signers: [])])[0].contains("has no effect"))
    }

    @Test("A trust store written before there were lists is read", arguments: [true, false])
    func olderJSON(isOld: Bool) throws {
        let store = TrustStore(
            id: ResourceID(bits: 1),
            name: "clients",
            revision: 3,
            certificates: [],
            source: BundleSource(path: "ca.pem", digest: "00", readAt: Self.now),
            revocationLists: isOld ? [] : [self.list(4)],
            nextRevocationID: isOld ? 1 : 5,
            expiredLists: isOld ? .use : .grace(seconds: 7),
            isWatched: !isOld
        )
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(store)) as? [String: Any]
        )
        if isOld {
            for key in ["revocationLists", "nextRevocationID", "expiredLists", "isWatched"] {
                #expect(object.removeValue(forKey: key) != nil)
            }
        }
        let data = try JSONSerialization.data(withJSONObject: object)
        #expect(try JSONDecoder().decode(TrustStore.self, from: data) == store)
    }

    @Test("Policies are written as they are read", arguments: ["use", "strict", "1", "31536000"])
    func policies(text: String) {
        #expect(ExpiredListPolicy(text)?.description == text)
        for wrong in ["", "0", "-1", "31536001", "Strict", "1 d"] { #expect(ExpiredListPolicy(wrong) == nil) }
    }
}
