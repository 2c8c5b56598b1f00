import Foundation
import Model
import Testing

/// The names of the security policies and what they say.
@Suite("Security policies")
struct SecurityPolicyTests {
    @Test("Every policy is found by its name, which is ALB's")
    func names() {
        for policy in SecurityPolicy.all {
            #expect(SecurityPolicy.named(policy.name) == policy)
            #expect(policy.name.hasPrefix("ELBSecurityPolicy-"))
        }
        #expect(Set(SecurityPolicy.all.map(\.name)).count == SecurityPolicy.all.count)
        #expect(SecurityPolicy.named("elbsecuritypolicy-2016-08") == nil)
        #expect(SecurityPolicy.standard.name == "ELBSecurityPolicy-TLS13-1-2-2021-06")
    }

    @Test("Suites of TLS 1.3 are there exactly where the version is")
    func suites() {
        for policy in SecurityPolicy.all {
            #expect(policy.tls13Ciphers.isEmpty == (policy.versions.upperBound < .tls13), "\(policy.name)")
            #expect(policy.olderCiphers.isEmpty == (policy.versions.lowerBound == .tls13), "\(policy.name)")
        }
    }

    @Test("A policy travels as its name, and an unknown name does not arrive")
    func coding() throws {
        let text = try JSONEncoder().encode([SecurityPolicy.standard])
        #expect(String(decoding: text, as: UTF8.self) == "[\"ELBSecurityPolicy-TLS13-1-2-2021-06\"]")
        #expect(try JSONDecoder().decode([SecurityPolicy].self, from: text) == [.standard])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([SecurityPolicy].self, from: Data("[\"ELBSecurityPolicy-1999\"]".utf8))
        }
    }
}
