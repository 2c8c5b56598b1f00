import Model
import Testing

@Suite("Confidence of a rehearsal")
struct RehearsalConfidenceTests {
    private static func report(
        accepted: UInt64? = 9_000,
        refused: UInt64 = 900,
        without: UInt64 = 100,
        unseen: Int = 0,
        isBlind: Bool = false
    ) -> RehearsalReport {
        RehearsalReport(
            listener: "edge",
            current: "passthrough",
            candidate: "verify",
            since: Timestamp(seconds: 0),
            isBlind: isBlind,
            accepted: 3,
            acceptedConnections: accepted,
            refused: RehearsalReport.Clients(count: 1, connections: refused, first: []),
            admitted: RehearsalReport.Clients(count: 0, connections: 0, first: []),
            withoutCertificate: without,
            unseen: ClientList(clients: [], matching: unseen, verified: unseen, unverified: 0)
        )
    }

    @Test("It is high where many came, nearly all with a certificate, and nobody who is known is missing")
    func high() {
        let report = Self.report()
        #expect(report.coverage == 0.99)
        #expect(report.confidence == .high && report.doubts.isEmpty)
    }

    @Test(
        "Each thing that is not known lowers it",
        arguments: [
            (report(accepted: 10, refused: 0, without: 0), [.fewConnections]),
            (report(without: 1_000), [.manyWithoutCertificate]),
            (report(unseen: 1), [.unseenClients]),
            (report(accepted: nil), [.fewConnections]),
            (
                report(accepted: 0, refused: 0, without: 7, unseen: 2),
                [.fewConnections, .manyWithoutCertificate, .unseenClients]
            ),
        ] as [(RehearsalReport, [RehearsalReport.Doubt])]
    )
    func medium(report: RehearsalReport, doubts: [RehearsalReport.Doubt]) {
        #expect(report.doubts == doubts)
        #expect(report.confidence == .medium)
    }

    @Test("There is none where nobody was asked, and no share where nobody came")
    func none() {
        #expect(Self.report(isBlind: true).confidence == .none)
        #expect(Self.report(isBlind: true).coverage == nil)
        #expect(Self.report(accepted: 0, refused: 0, without: 0).coverage == nil)
    }
}
