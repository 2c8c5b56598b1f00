import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What refuses a chain beside the trust store is told in the log's line, by ALB's codes, and how it came
/// to be.
@Suite("Refusals in the log", .ownThreads)
struct RefusalLogTests {
    enum Case: CaseIterable {
        case depth
        case size
        case damaged
        case filter
        case pin
    }

    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func refused(_ what: Case) throws -> (IssuedCertificate, ClientRequirements, RefusalReason) {
        switch what {
        case .depth:
            return (try self.pki.client(below: 4), .standard, .maxChainDepthExceeded)
        case .size:
            var request = self.pki.request(commonName: "large")
            let content = [UInt8](repeating: 0, count: EngineLimits.certificateMessageBytes)
            request.extraExtensions = [
                CertificateRequest.Extension(
                    identifier: "1.3.6.1.4.1.55555.2",
                    isCritical: false,
                    der: [4, 0x83, 1, 0, 0] + content
                )
            ]
            return (try self.pki.root.issue(request), .standard, .maxSizeExceeded)
        case .damaged:
            return (try self.pki.client(.unknownCriticalExtension), .standard, .invalid)
        case .filter:
            let filter = IdentityFilter(field: .subjectCN, values: ["press-*"])
            return (try self.pki.client(.valid), ClientRequirements(identityFilters: [filter]), .rejected)
        case .pin:
            let pin = String(repeating: "0", count: 64)
            return (try self.pki.client(.valid), ClientRequirements(pinnedCertificates: [pin]), .rejected)
        }
    }

    @Test(
        "Depth, size, damage, filters and pins each have their code",
        arguments: Case.allCases,
        [ClientContext.Version.tls12, .tls13]
    )
    func line(what: Case, version: ClientContext.Version) async throws {
        let (certificate, requirements, reason) = try self.refused(what)
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification(requirements: requirements)),
            action: try .fixed("in")
        )
        try await engine.run([listener])
        let context = try self.pki.context(certificate, versions: version...version)
        let answer = try? SecureClient(to: engine.endpoint(listener), context: context).get()
        #expect(answer == nil)
        let record = try #require(await engine.record { $0.isFailure })
        #expect(record.albLine.contains(" Failed:\(reason.rawValue) \(record.traceID) "))
        #expect(record.tls?.trace?.refusal == reason)
        #expect(record.tls?.trace?.sentence.isEmpty == false)
        await engine.stop()
    }
}
