import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// What a change would do to clients, without doing it.
@Suite("Rehearsals")
struct RehearsalTests {
    private static let authorities = Result { try Authorities() }

    /// Two CAs, one of which the gate trusts, and clients of both.
    private struct Authorities {
        let ours: CertificateAuthority
        let partner: CertificateAuthority

        init() throws {
            let now = TestClock().now.seconds
            func authority(_ name: String) throws -> CertificateAuthority {
                try CertificateAuthority(
                    commonName: name,
                    notBefore: Timestamp(seconds: now - 86_400),
                    notAfter: Timestamp(seconds: now + 86_400)
                )
            }
            self.ours = try authority("Ours")
            self.partner = try authority("Partner")
        }

        func bundle(_ authority: CertificateAuthority, _ name: String) -> DesiredTrustStore {
            DesiredTrustStore(
                name: name,
                caCertificatesBundle: FileContents(path: "\(name).pem", text: authority.certificatePEM)
            )
        }
    }

    /// A client that has come, as the engine tells of it.
    private static func client(
        _ name: String,
        of authority: CertificateAuthority,
        on listener: Listener,
        _ outcome: HandshakeOutcome = .success,
        mode: MutualAuthentication.Mode = .passthrough,
        expiresIn seconds: Int64 = 3_600
    ) throws -> ConnectionRecord {
        let now = TestClock().now
        let issued = try authority.issue(
            CertificateRequest(
                commonName: name,
                notBefore: Timestamp(seconds: now.seconds - 60),
                notAfter: Timestamp(seconds: now.seconds + seconds)
            )
        )
        let chain = try ChainJudge.certificates(in: FileContents(path: name, text: issued.chainPEM))
        let judge = try ChainJudge(
            ClientPolicy.Verification(
                trustStoreID: ResourceID(bits: 1),
                trustStoreName: "any",
                trustStoreRevision: 1,
                anchors: [authority.certificatePEM],
                ignoreClientCertificateExpiry: false,
                advertiseTrustStoreCaNames: false
            )
        )
        let facts = judge.trace(of: chain, at: now, knowing: .empty).presented.first?.facts
        return self.record(facts, chain, on: listener, outcome, mode: mode)
    }

    private static func record(
        _ facts: CertificateFacts?,
        _ chain: [[UInt8]],
        on listener: Listener,
        _ outcome: HandshakeOutcome,
        mode: MutualAuthentication.Mode,
        isResumed: Bool = false,
        serverName: String? = nil
    ) -> ConnectionRecord {
        ConnectionRecord(
            time: TestClock().now,
            listenerID: listener.id,
            listenerName: listener.name,
            client: Endpoint(address: .loopback, port: 1),
            listenerPort: listener.port,
            tls: ConnectionRecord.TLSDetails(
                mode: mode,
                outcome: outcome,
                version: "TLSv1.3",
                cipher: nil,
                keyExchange: nil,
                latencyMicroseconds: nil,
                serverName: serverName,
                leaf: facts,
                chainCount: chain.count,
                isResumed: isResumed,
                presentedChain: chain
            ),
            traceID: TraceID(high: 0, low: 0),
            loadBalancerPath: "app/edge/0000000000000001",
            nodeAddress: .loopback
        )
    }

    /// A gate whose listener `inspect` is in passthrough and could verify by `ours` or `partners`.
    private static func gate() async throws -> (TestGate, Authorities, Listener) {
        let authorities = try self.authorities.get()
        let gate = try await TestGate.started(
            try Declarations.edge().with { desired in
                desired.trustStores += [
                    authorities.bundle(authorities.ours, "ours"),
                    authorities.bundle(authorities.partner, "partners"),
                ]
            }
        )
        return (gate, authorities, try #require(try await gate.listener("inspect")))
    }

    private static func verify(_ store: String) -> MutualAuthenticationChange {
        MutualAuthenticationChange(listener: "inspect", mode: .verify, trustStore: store)
    }

    private static func report(
        _ gate: TestGate,
        _ change: MutualAuthenticationChange,
        isAttached: Bool = false
    ) async throws -> RehearsalReport {
        let request = RehearsalRequest(.mutualAuthentication(change), isAttached: isAttached)
        return try #require(try await gate.service.rehearse(request).first)
    }

    @Test("A flip's victims are known by name, reason and remedy before it is made")
    func preview() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        let stranger = try Self.client("partner-7", of: authorities.partner, on: listener)
        gate.rehearsals.note([
            try Self.client("ours-1", of: authorities.ours, on: listener),
            stranger, stranger,
            try Self.client("ours-2", of: authorities.ours, on: listener, expiresIn: -1),
            Self.record(nil, [], on: listener, .success, mode: .passthrough),
            Self.record(nil, [], on: listener, .success, mode: .passthrough, isResumed: true),
            Self.record(nil, [], on: listener, .success, mode: .off, isResumed: true),
        ])
        let before = try Observation(gate)
        let report = try await Self.report(gate, Self.verify("ours"))
        #expect(report.current == "passthrough")
        #expect(report.candidate == "verify by ours revision 1")
        #expect(report.accepted == 1)
        #expect(report.refused.count == 2 && report.refused.connections == 3)
        #expect(report.refused.first.map(\.facts.subject) == ["CN=partner-7", "CN=ours-2"])
        #expect(report.refused.first.map(\.reason) == [.untrusted, .expired])
        // Where else the issuer stands is what the operator has to know.
        #expect(report.refused.first[0].sentence?.contains("partners") == true)
        #expect(report.withoutCertificate == 2)
        #expect(try await Self.report(gate, Self.verify("partners")).accepted == 1)
        #expect(try Observation(gate) == before)
        #expect(gate.plane.calls == [.prepare(1), .commit(1)])
    }

    @Test("Whom the removal of a CA would refuse is known before, and so is whom another would let in")
    func trustStore() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        _ = try await gate.flip("inspect", .verify, trustStore: "ours")
        let partner = FileContents(path: "partner.pem", text: authorities.partner.certificatePEM)
        let adding = TrustStoreChange(trustStore: "ours", edit: .addAuthorities(partner))
        gate.rehearsals.note([
            try Self.client("ours-1", of: authorities.ours, on: listener, mode: .verify),
            try Self.client(
                "partner-7",
                of: authorities.partner,
                on: listener,
                .refused(.untrusted),
                mode: .verify
            ),
        ])
        let before = try Observation(gate)
        let better = try await gate.service.preview(adding)
        #expect(better.authorities.added.map(\.subject) == ["CN=Partner"])
        #expect(better.reports.map(\.admitted.count) == [1] && better.refused == 0)
        #expect(try Observation(gate) == before)

        _ = try await gate.service.changeTrustStore(adding, by: Declarations.author)
        let ours = try #require(better.authorities.added.first).fingerprint
        let store = try await gate.service.view().configuration.trustStores.first { $0.name == "ours" }
        #expect(store?.certificates.map(\.facts.fingerprint).last == ours)
        let first = try #require(store?.certificates.first?.facts.fingerprint)
        let worse = try await gate.service.preview(
            TrustStoreChange(trustStore: "ours", edit: .removeAuthority(fingerprint: first))
        )
        #expect(worse.authorities.removed.map(\.subject) == ["CN=Ours"])
        #expect(worse.reports.map(\.refused.first).map { $0.map(\.facts.subject) } == [["CN=ours-1"]])
        // Nobody has come through the engine, so the ledger knows nobody.
        #expect(worse.dependents?.matching == 0 && better.dependents == nil)
        #expect(worse.plan.lines.map(\.description).first?.contains("remove CA CN=Ours") == true)
    }

    @Test("An attached candidate counts from its beginning, and goes on when it is asked again")
    func attached() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        let partner = try Self.client("partner", of: authorities.partner, on: listener)
        gate.rehearsals.note([partner])
        #expect(try await Self.report(gate, Self.verify("ours"), isAttached: true).refused.count == 0)
        gate.rehearsals.note([partner, partner])
        let second = try await Self.report(gate, Self.verify("ours"), isAttached: true)
        #expect(second.refused.count == 1 && second.refused.connections == 2)
        // Another candidate is another rehearsal.
        let other = try await Self.report(gate, Self.verify("partners"), isAttached: true)
        #expect(other.accepted == 0)
        #expect(try await Self.report(gate, Self.verify("ours")).refused.connections == 3)
    }

    @Test("Whom the change would let in is told too")
    func admitted() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        _ = try await gate.flip("inspect", .verify, trustStore: "ours")
        gate.rehearsals.note([
            try Self.client(
                "partner",
                of: authorities.partner,
                on: listener,
                .refused(.untrusted),
                mode: .verify
            )
        ])
        let report = try await Self.report(gate, Self.verify("partners"))
        #expect(report.admitted.first.map(\.facts.subject) == ["CN=partner"])
        #expect(report.refused.count == 0 && report.withoutCertificate == 0)
    }

    @Test("A listener that asks for no certificates knows nothing of them, and says so")
    func blind() async throws {
        let (gate, _, _) = try await Self.gate()
        _ = try await gate.flip("inspect", .off)
        #expect(try await Self.report(gate, Self.verify("ours")).isBlind)
    }

    @Test("A whole declaration is rehearsed, for the listeners whose clients it concerns")
    func declaration() async throws {
        let (gate, authorities, _) = try await Self.gate()
        let listener = try #require(try await gate.listener("edge-8443"))
        gate.rehearsals.note([
            try Self.client(
                "partner",
                of: authorities.partner,
                on: listener,
                .refused(.untrusted),
                mode: .verify
            )
        ])
        let desired = try Declarations.edge().with { desired in
            desired.trustStores = [authorities.bundle(authorities.partner, "clients")]
            desired[listener: 2].port = 8081
        }
        let request = RehearsalRequest(.configuration(desired), isAttached: false)
        let reports = try await gate.service.rehearse(request)
        #expect(reports.map(\.listener) == ["edge-8443"])
        #expect(reports.first?.candidate == "verify by clients revision 2")
        #expect(reports.first?.admitted.count == 1)
    }

    @Test("Clients that the listener knows and that have not come are named as not judged")
    func unseen() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        let long = try Self.client("long-gone", of: authorities.ours, on: listener, mode: .verify)
        gate.ledger.note([long])
        gate.time.advance(milliseconds: 60_000)
        let report = try await Self.report(gate, Self.verify("ours"), isAttached: true)
        #expect(report.unseen.clients.map(\.facts.subject) == ["CN=long-gone"])
    }

    @Test("Strangers drive out strangers, not clients, and memory is bounded")
    func bounds() throws {
        var remembered = RememberedClients()
        func record(_ number: Int, _ outcome: HandshakeOutcome, bytes: Int = 100) -> ConnectionRecord {
            var record = SeenClients.record(number, outcome: outcome)
            record.tls?.presentedChain = [[UInt8](repeating: 1, count: bytes)]
            return record
        }
        for number in 0..<50 { remembered.note(record(number, .success)) }
        for number in 1_000..<5_000 { remembered.note(record(number, .refused(.untrusted), bytes: 60_000)) }
        let clients = remembered.clients
        #expect(clients.filter(\.hasPassed).count == 50)
        #expect(clients.count <= 50 + RehearsalLimits.strangers)
        #expect(clients.reduce(0) { $0 + $1.bytes } <= RehearsalLimits.chainBytes + 50 * 100)
    }

    @Test("Of a name, those without a certificate count that asked for it")
    func name() async throws {
        let (gate, _, listener) = try await Self.gate()
        let names = [nil, "a.test", "A.test", "b.test", "x.w.test"]
        gate.rehearsals.note(
            names.map { Self.record(nil, [], on: listener, .success, mode: .passthrough, serverName: $0) }
        )
        for (name, count) in [("a.test", 2), ("*.w.test", 1), ("new.test", 0)] {
            var change = Self.verify("ours")
            change.serverName = name
            #expect(try await Self.report(gate, change).withoutCertificate == UInt64(count), "\(name)")
        }
        #expect(try await Self.report(gate, Self.verify("ours")).withoutCertificate == 5)
        let attached = try await Self.report(gate, Self.verify("ours"), isAttached: true)
        #expect(attached.withoutCertificate == 0)
    }

    @Test("Names that clients invent are counted in bounds, and none of their connections is lost")
    func inventedNames() {
        var connections = AnonymousConnections()
        for _ in 0..<100 { connections.note("real.test") }
        for number in 0..<10_000 { connections.note("invented-\(number).test") }
        #expect(connections.count(since: nil) { $0 == "real.test" } == 100)
        #expect(connections.count(since: nil) { _ in true } == 10_100)
        #expect(connections.count(since: connections) { _ in true } == 0)
    }

    // MARK: Trip wires

    private static func tryOut(_ gate: TestGate, percent: Int) async throws -> Int64 {
        var change = Self.verify("ours")
        change.trial = try TrialTerms(confirmWithinSeconds: 3_600, maximumRefusalPercent: percent)
        let receipt = try await gate.service.setMutualAuthentication(change, by: Declarations.author)
        return try #require(receipt.change?.number)
    }

    private static func waitUntil(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(
        "A trial that refuses too many of those let in before is taken back at once",
        .timeLimit(.minutes(1))
    )
    func trips() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        let change = try await Self.tryOut(gate, percent: 10)
        let ours = try Self.client("ours", of: authorities.ours, on: listener, mode: .verify)
        let partner = try Self.client(
            "partner",
            of: authorities.partner,
            on: listener,
            .refused(.untrusted),
            mode: .verify
        )
        gate.rehearsals.note([ConnectionRecord](repeating: ours, count: 18) + [partner, partner])
        try await Self.waitUntil {
            try await gate.listener("inspect")?.mutualAuthentication.mode == .passthrough
        }
        let last = try await gate.service.changes(limit: 1).first
        #expect(last?.origin == .rollback(change: change, cause: .refusals))
        #expect(try await gate.service.view().trials == nil)
    }

    @Test("What a trial refuses is counted also where it has no limit, and told to whoever watches")
    func counted() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        var change = Self.verify("ours")
        change.trial = try TrialTerms(confirmWithinSeconds: 3_600)
        let receipt = try await gate.service.setMutualAuthentication(change, by: Declarations.author)
        let number = try #require(receipt.change?.number)
        let ours = try Self.client("ours", of: authorities.ours, on: listener, mode: .verify)
        let partner = try Self.client(
            "partner",
            of: authorities.partner,
            on: listener,
            .refused(.untrusted),
            mode: .verify
        )
        gate.rehearsals.note([ConnectionRecord](repeating: ours, count: 18) + [partner, partner])
        let expected = TrialCounters(change: number, connections: 20, refused: 2)
        try await Self.waitUntil { await gate.service.counted().trials == [expected] }
        // Nobody has asked for it to be taken back.
        #expect(try await gate.service.view().trials?.count == 1)
        _ = try await gate.service.keep(change: number, by: Declarations.author)
        #expect(await gate.service.counted().trials == [])
    }

    @Test("Whom the former policy refused too, and what is no client, trips nothing")
    func doesNotTrip() async throws {
        let (gate, authorities, listener) = try await Self.gate()
        _ = try await gate.flip("inspect", .verify, trustStore: "partners")
        _ = try await Self.tryOut(gate, percent: 1)
        let stranger = try Self.client(
            "expired",
            of: authorities.partner,
            on: listener,
            .refused(.untrusted),
            mode: .verify,
            expiresIn: -1
        )
        let noise = Self.record(nil, [], on: listener, .failed(.notTLS), mode: .verify)
        let nobody = Self.record(nil, [], on: listener, .failed(.noCertificate), mode: .verify)
        gate.rehearsals.note([ConnectionRecord](repeating: stranger, count: 30))
        gate.rehearsals.note([ConnectionRecord](repeating: noise, count: 30))
        gate.rehearsals.note([ConnectionRecord](repeating: nobody, count: 30))
        // The report waits for the queue that judges.
        _ = try await Self.report(gate, Self.verify("partners"))
        #expect(try await gate.service.view().trials?.count == 1)
        #expect(try await gate.listener("inspect")?.mutualAuthentication.mode == .verify)
    }
}
