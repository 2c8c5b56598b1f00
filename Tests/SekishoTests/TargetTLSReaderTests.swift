import Model
import TestSupport
import Testing

@testable import sekisho

/// What a configuration file says about TLS towards targets.
@Suite("TLS of target groups in a file")
struct TargetTLSReaderTests {
    private static func read(_ group: String) throws -> DesiredConfiguration {
        let directory = try TemporaryDirectory()
        for (name, text) in [("us.pem", "CERT"), ("us.key", "KEY"), ("ca.pem", "CA")] {
            try directory.write(text, to: name)
        }
        let path = try directory.write("targetGroups:\n  - \(group)\n", to: "gate.yaml")
        return try ConfigurationFile.read(path).desired
    }

    @Test("Certificate, bundle and name are read, and HTTPS groups are checked by HTTPS")
    func whole() throws {
        let group = try #require(
            try Self.read(
                """
                {name: app, protocol: HTTPS, targets: [], healthCheck: {path: /up},
                     clientCertificate: {certificate: us.pem, privateKey: us.key},
                     targetVerification: {caCertificatesBundle: ca.pem, serverName: app.internal}}
                """
            ).targetGroups.first
        )
        #expect(group.protocol == .https)
        #expect(group.healthCheck?.protocol == .https)
        #expect(group.clientCertificate?.certificate == FileContents(path: "us.pem", text: "CERT"))
        #expect(group.clientCertificate?.privateKey.text.revealed == "KEY")
        #expect(
            group.targetVerification
                == DesiredTargetVerification(
                    caCertificatesBundle: FileContents(path: "ca.pem", text: "CA"),
                    serverName: "app.internal"
                )
        )
    }

    @Test(
        "A mistake is told with its field",
        arguments: [
            (
                "targetVerification: {serverName: a.b}",
                "targetGroups[0].targetVerification.caCertificatesBundle"
            ),
            ("targetVerification: {bundle: ca.pem}", "targetGroups[0].targetVerification.bundle"),
            (
                "targetVerification: {caCertificatesBundle: no.pem}",
                "targetGroups[0].targetVerification.caCertificatesBundle"
            ),
            ("clientCertificate: {certificate: us.pem}", "targetGroups[0].clientCertificate.privateKey"),
            ("clientCertificate: us.pem", "targetGroups[0].clientCertificate"),
        ]
    )
    func mistake(text: String, field: String) throws {
        let error = #expect(throws: ConfigurationFileError.self) {
            try Self.read("{name: app, protocol: TLS, targets: [], \(text)}")
        }
        #expect(error?.problems.contains { $0.field == field } == true, "\(String(describing: error))")
    }
}
