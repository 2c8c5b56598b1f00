import HTTP
import Model
import TestTraits
import Testing

@testable import Engine

/// The value of AWSALB: what a client can make of it, and what not.
@Suite("Cookie of a target", .ownThreads)
struct StickyCookieTests {
    private static let key = CookieKey(low: 1, high: 2)
    private let cookie = StickyCookie(key: Self.key, group: ResourceID(bits: 3))
    private let target = StickyCookie.number(of: Endpoint(address: .loopback, port: 8_080), Self.key)

    private func value(_ target: UInt64, until: UInt32 = 200, by cookie: StickyCookie? = nil) -> String {
        let out = ByteBuffer(capacity: 1)
        (cookie ?? self.cookie).writeValue(target, until: until, to: out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    private func read(_ value: String, now: UInt32 = 100) -> UInt64? {
        Array(value.utf8).withUnsafeBytes { self.cookie.target($0, now: now) }
    }

    @Test("What was written is read, until it is over")
    func round() {
        for target in [0, 1, self.target, .max] {
            let value = self.value(target)
            #expect(value.utf8.count == StickyCookie.byteCount)
            #expect(self.read(value) == target)
            #expect(self.read(value, now: 199) == target)
            #expect(self.read(value, now: 200) == nil)
        }
    }

    @Test("Not one digit can be changed")
    func changed() {
        let good = Array(self.value(self.target))
        for index in good.indices {
            for digit in "0123456789abcdef" where digit != good[index] {
                var bad = good
                bad[index] = digit
                #expect(self.read(String(bad)) == nil, "digit \(index)")
            }
        }
        let text = String(good)
        for bad in ["", "0", text + "0", String(text.dropLast()), text.uppercased() + " ", "%41" + text] {
            #expect(self.read(bad) == nil)
        }
    }

    /// Half of one cookie and half of another: neither the end nor the target can be exchanged.
    @Test("Parts of two cookies are none")
    func spliced() {
        let other = StickyCookie.number(of: Endpoint(address: .loopback, port: 8_081), Self.key)
        let (first, second) = (self.value(self.target), self.value(other, until: 300))
        for cut in [8, 24] {
            #expect(self.read(String(first.prefix(cut) + second.dropFirst(cut))) == nil)
            #expect(self.read(String(second.prefix(cut) + first.dropFirst(cut))) == nil)
        }
    }

    @Test("A cookie of another group or another gate is none")
    func foreign() {
        let group = StickyCookie(key: Self.key, group: ResourceID(bits: 4))
        #expect(self.read(self.value(self.target, by: group)) == nil)
        let gate = StickyCookie(key: CookieKey(low: 1, high: 3), group: ResourceID(bits: 3))
        #expect(self.read(self.value(self.target, by: gate)) == nil)
    }

    /// What changes from one second to the next is everything but the end's last digits: nothing of the
    /// target stands in the value as it is.
    @Test("The value shows neither the target nor that it is the same")
    func secrecy() {
        let values = (0..<64).map { self.value(self.target, until: 200 + $0) }
        #expect(Set(values.map { $0.dropFirst(8) }).count == 64)
        #expect(Set(values.map { $0.suffix(16) }).count == 64)
        let number = String(self.target, radix: 16)
        #expect(values.allSatisfy { !$0.contains(number) && !$0.contains("7f000001") })
    }

    @Test("Lines end as the standard and browsers want them")
    func lines() {
        let out = ByteBuffer(capacity: 1)
        let date = HTTPDate(seconds: 784_111_777)
        self.cookie.write(self.target, until: 200, expires: date, isTLS: true, to: out)
        let value = self.value(self.target)
        let expires = "Expires=Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(
            String(decoding: out.bytes, as: UTF8.self)
                == "Set-Cookie: AWSALB=\(value); \(expires); Path=/\r\n"
                + "Set-Cookie: AWSALBCORS=\(value); \(expires); Path=/; SameSite=None; Secure\r\n"
        )
        out.removeAll()
        self.cookie.write(self.target, until: 200, expires: date, isTLS: false, to: out)
        #expect(!String(decoding: out.bytes, as: UTF8.self).contains("CORS"))
    }
}
