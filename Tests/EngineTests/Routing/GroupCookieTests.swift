import HTTP
import Model
import TestTraits
import Testing

@testable import Engine

@Suite("Cookie of a weighted forward", .ownThreads)
struct GroupCookieTests {
    private let cookie = GroupCookie(key: .ofThisProcess, listener: ResourceID(bits: 1))
    private let groups = [(10, 1), (20, 1), (30, 0)].map {
        ServedWeightedGroup(id: ResourceID(bits: $0.0), targets: [], weight: $0.1)
    }

    /// The value that a client is given.
    private func value(_ group: Int, until: UInt32, by cookie: GroupCookie? = nil) -> String {
        let out = ByteBuffer(capacity: 1)
        (cookie ?? self.cookie).write(
            self.groups[group].id,
            until: until,
            expires: HTTPDate(seconds: 0),
            isTLS: false,
            to: out
        )
        let line = String(decoding: out.bytes, as: UTF8.self)
        return String(line.dropFirst("Set-Cookie: AWSALBTG=".count).prefix(while: { $0 != ";" }))
    }

    private func read(_ value: String, now: UInt32 = 100) -> Int? {
        Array(value.utf8).withUnsafeBytes { self.cookie.group($0, of: self.groups, now: now) }
    }

    @Test("What was written is read, until it is over")
    func round() {
        for index in 0..<2 {
            let value = self.value(index, until: 200)
            #expect(value.utf8.count == GroupCookie.byteCount)
            #expect(self.read(value) == index)
            #expect(self.read(value, now: 199) == index)
            #expect(self.read(value, now: 200) == nil)
        }
    }

    @Test("A cookie of another gate is none")
    func otherKey() {
        let other = GroupCookie(key: .random(), listener: ResourceID(bits: 1))
        #expect(self.read(self.value(0, until: 200, by: other)) == nil)
    }

    @Test("A group without weight, another listener's cookie and a changed one are none")
    func refused() {
        #expect(self.read(self.value(2, until: 200)) == nil)
        #expect(
            self.read(
                self.value(0, until: 200, by: GroupCookie(key: .ofThisProcess, listener: ResourceID(bits: 2)))
            ) == nil
        )
        let good = Array(self.value(0, until: 200))
        for index in good.indices {
            var bad = good
            bad[index] = bad[index] == "0" ? "1" : "0"
            #expect(self.read(String(bad)) == nil, "digit \(index)")
        }
        for text in [
            "", "0", String(good) + "0", String(good).uppercased() + " ", String(repeating: "g", count: 24),
        ] {
            #expect(self.read(text) == nil)
        }
    }

    @Test("Weights divide the numbers that are drawn, exactly")
    func weights() {
        let groups = WeightedGroups(
            [0, 3, 0, 7].map { ServedWeightedGroup(id: .random(), targets: [], weight: $0) },
            stickinessSeconds: nil
        )
        let drawn = (0..<20).map { groups.choose($0) }
        #expect(drawn.count { $0 == 1 } == 6)
        #expect(drawn.count { $0 == 3 } == 14)
        #expect(WeightedGroups([], stickinessSeconds: nil).choose(1) == nil)
    }
}
