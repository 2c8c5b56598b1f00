import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// The CAs of the machine, as far as one file of them can be read.
@Suite("CAs of the machine", .ownThreads)
struct SystemAnchorsTests {
    @Test("The first file that has certificates is taken, without those that are none")
    func read() throws {
        let pki = try TestPKI()
        let files = try TemporaryDirectory()
        let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
        let places = [
            files.file("missing"), try files.write("no certificates\n", to: "empty"),
            try files.write(broken + pki.root.certificatePEM, to: "some"),
            try files.write(pki.otherRoot.certificatePEM, to: "more"),
        ]
        let anchors = try SystemAnchors(places: places)
        #expect(anchors.store.certificates.count == 1)
    }

    @Test("Without any, nobody is trusted by chance: the reason says where they were looked for")
    func missing() throws {
        let error = try #require(throws: OperatorError.self) {
            _ = try SystemAnchors(places: ["/nowhere/ca.pem"])
        }
        #expect(error.message.contains("/nowhere/ca.pem"))
        let tls = ServedTargetTLS(verification: ServedTargetTLS.Verification(anchors: nil))
        #expect(throws: OperatorError.self) { _ = try ClientContext(targets: tls, protocols: []) }
    }
}
