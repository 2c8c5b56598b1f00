import Foundation
import Model
import Testing

@Suite("Changes of mutual TLS")
struct MutualAuthenticationChangeTests {
    private static func coded(_ change: MutualAuthenticationChange) throws -> [String: Any] {
        let data = try JSONEncoder().encode(change)
        #expect(try JSONDecoder().decode(MutualAuthenticationChange.self, from: data) == change)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("They cross a socket whole")
    func whole() throws {
        var change = MutualAuthenticationChange(
            listener: "front",
            mode: .verify,
            trustStore: "partners",
            ignoreClientCertificateExpiry: true,
            advertiseTrustStoreCaNames: false,
            seenGeneration: 7,
            trial: try TrialTerms(confirmWithinSeconds: 60)
        )
        change.clientCertificate = .optional
        change.identityFilters = [IdentityFilter(field: .subjectCN, values: ["a*"])]
        change.pinnedCertificates = ["ab"]
        change.sessionLifetimeSeconds = 300
        #expect(try Self.coded(change)["mode"] as? String == "verify")
    }

    /// A gate that ignored the name would flip the whole listener.
    @Test("Of a name, they have no mode for whoever knows of no names")
    func ofName() throws {
        let change = MutualAuthenticationChange(listener: "front", serverName: "a.test", mode: .off)
        let coded = try Self.coded(change)
        #expect(coded["mode"] == nil)
        #expect(coded["serverName"] as? String == "a.test")
    }
}
