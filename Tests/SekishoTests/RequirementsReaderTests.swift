import Model
import Testing

@testable import sekisho

@Suite("Requirements and identity headers in a configuration file")
struct RequirementsReaderTests {
    private static func text(_ lines: String) -> String {
        """
        loadBalancers:
          - name: edge
            address: 127.0.0.1
            listeners:
              - port: 8443
                protocol: HTTPS
                defaultActions: [{type: fixed-response, statusCode: 404}]
        \(lines.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n"))
        """
    }

    private static let pin = String(repeating: "AB:", count: 31) + "AB"

    @Test("Everything is read, and silence is silence")
    func whole() throws {
        let text = Self.text(
            """
            mutualAuthentication:
              mode: verify
              trustStore: clients
              clientCertificate: optional
              identityFilters:
                - {field: subject-cn, values: [press-*]}
                - {field: spiffe-id, values: ["spiffe://plant.example/*"]}
              pinnedCertificates: ["\(Self.pin)"]
            identityHeaders: {forms: [rfc9440, xfcc], verdict: true}
            attributes:
              routing.http.request.x_amzn_mtls_clientcert_leaf.header_name: X-Leaf
              routing.http.request.x_amzn_mtls_clientcert_issuer.header_name: ""
            rules:
              - priority: 1
                conditions:
                  - {field: client-certificate, present: true}
                  - {field: client-certificate, attribute: san-uri, values: ["urn:*"]}
                  - {field: client-certificate, attribute: fingerprint, values: ["\(Self.pin)"]}
                actions: [{type: fixed-response, statusCode: 403}]
            """
        )
        let desired = try ConfigurationFile.parse(text, path: "gate.yaml").desired
        let listener = try #require(desired.loadBalancers.first?.listeners.first)
        let digits = String(repeating: "ab", count: 32)
        #expect(
            listener.mutualAuthentication.requirements
                == ClientRequirements(
                    clientCertificate: .optional,
                    identityFilters: [
                        IdentityFilter(field: .subjectCN, values: ["press-*"]),
                        IdentityFilter(field: .spiffeID, values: ["spiffe://plant.example/*"]),
                    ],
                    pinnedCertificates: [digits]
                )
        )
        #expect(
            listener.identityHeaders
                == IdentityHeaderSettings(
                    forms: [.rfc9440, .xfcc],
                    sendsVerdict: true,
                    names: [.leaf: "X-Leaf"]
                )
        )
        #expect(
            listener.rules.first?.conditions == [
                .clientCertificate(.present(true)),
                .clientCertificate(.name(IdentityFilter(field: .uri, values: ["urn:*"]))),
                .clientCertificate(.fingerprint(values: [digits])),
            ]
        )
        let silent = try ConfigurationFile.parse(Self.text(""), path: "gate.yaml").desired
        #expect(silent.loadBalancers.first?.listeners.first?.mutualAuthentication.requirements == nil)
        #expect(silent.loadBalancers.first?.listeners.first?.identityHeaders == nil)
    }

    @Test(
        "Session resumption is off unless it is enabled",
        arguments: [
            ("{enabled: true}", SessionResumption.standardLifetime), ("{enabled: false}", nil),
            ("{enabled: true, lifetimeSeconds: 60}", 60), ("{enabled: false, lifetimeSeconds: 60}", nil),
        ]
    )
    func resumption(setting: String, seconds: Int?) throws {
        let text = Self.text("mutualAuthentication: {mode: passthrough, sessionResumption: \(setting)}")
        let desired = try ConfigurationFile.parse(text, path: "gate.yaml").desired
        let mutual = desired.loadBalancers.first?.listeners.first?.mutualAuthentication
        #expect(mutual?.sessionResumption?.lifetimeSeconds == seconds)
    }

    @Test(
        "What is wrong is told by its field",
        arguments: [
            ("mutualAuthentication: {mode: verify, sessionResumption: {lifetimeSeconds: 60}}", "enabled"),
            (
                "mutualAuthentication: {mode: verify, sessionResumption: {enabled: true, lifetimeSeconds: 5}}",
                "lifetimeSeconds"
            ),
            (
                "namePolicies: [{names: [a.b], mutualAuthentication: {mode: off, sessionResumption: {enabled: true}}}]",
                "sessionResumption"
            ),
            ("mutualAuthentication: {mode: verify, clientCertificate: maybe}", "clientCertificate"),
            ("mutualAuthentication: {mode: verify, identityFilters: [{field: cn, values: [a]}]}", "field"),
            ("identityHeaders: {forms: [nginx]}", "forms"), ("identityHeaders: {verdicts: true}", "verdicts"),
            ("attributes: {routing.http.request.x: Y}", "attributes"),
            (
                "rules: [{priority: 1, actions: [], conditions: [{field: client-certificate, attribute: cn}]}]",
                "attribute"
            ),
            (
                "rules: [{priority: 1, actions: [], conditions: [{field: path-pattern, present: true, values: [a]}]}]",
                "present"
            ),
        ]
    )
    func refused(lines: String, field: String) {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(Self.text(lines), path: "gate.yaml")
        }
        #expect(error?.lines.contains { $0.contains(field) } == true, "\(error?.lines ?? [])")
    }
}
