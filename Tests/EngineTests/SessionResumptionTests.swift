import Engine
import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// Sessions over real connections: what targets and the log are told of a client that resumes one, and what
/// becomes of one that is held while the listener changes.
@Suite("Resumed sessions", .ownThreads)
struct SessionResumptionTests {
    private static let versions: [ClientContext.Version] = [.tls12, .tls13]

    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func listener(_ policy: ClientPolicy, to action: ServedAction) -> ServedListener {
        ServedListener.test(
            tls: self.pki.served(policy, resumption: SessionResumption()),
            action: action
        )
    }

    private func identityLines(_ body: String) -> [String] {
        body.split(separator: "\r\n").map(String.init).filter { $0.hasPrefix("X-Amzn-Mtls-") }
    }

    /// One request; what the target was told, whether a session was resumed, and what resumes the next.
    private func request(
        _ endpoint: Endpoint,
        _ context: ClientContext,
        resuming session: ClientSession? = nil
    ) throws -> (lines: [String], isResumed: Bool, session: ClientSession?) {
        let client = try SecureClient(to: endpoint, context: context, resuming: session)
        guard let body = try client.get()?.body else { throw SecureClient.Refused(alert: nil) }
        let left = client.connection.session()
        client.close()
        return (self.identityLines(body), client.connection.isResumed, left)
    }

    @Test(
        "A target is told the same of a resumed client, by every worker, and the log says so",
        arguments: versions
    )
    func headers(version: ClientContext.Version) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 2)
        let context = try self.pki.context(self.pki.client(.viaIntermediate), versions: version...version)
        for (policy, count) in [(self.pki.verification(), 5), (.passthrough, 1)] {
            let listener = self.listener(policy, to: .forward(target.endpoint))
            try await engine.run([listener])
            let endpoint = try engine.endpoint(listener)
            let full = try self.request(endpoint, context)
            #expect(full.lines.count == count && !full.isResumed)
            var session = try #require(full.session)
            for _ in 0..<8 {
                let resumed = try self.request(endpoint, context, resuming: session)
                #expect(resumed.isResumed)
                #expect(resumed.lines == full.lines)
                session = try #require(resumed.session)
            }
            let record = try #require(
                await engine.record { $0.listenerID == listener.id && $0.tls?.isResumed == true }
            )
            let counters = try #require(engine.engine.counters().listeners[listener.id])
            #expect((counters.handshakes, counters.resumed) == (9, 8))
            #expect(record.tls?.outcome == .success)
            #expect(record.tls?.leaf?.commonName == "viaIntermediate")
            #expect(record.tls?.chainCount == 2)
        }
        await engine.stop()
    }

    @Test("Relays resume as well", arguments: versions)
    func relay(version: ClientContext.Version) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.relay(
            tls: self.pki.served(self.pki.verification(), resumption: SessionResumption()),
            to: [target.endpoint]
        )
        try await engine.run([listener])
        let context = try self.pki.context(self.pki.client(.valid), versions: version...version)
        let full = try self.request(engine.endpoint(listener), context)
        let resumed = try self.request(
            engine.endpoint(listener),
            context,
            resuming: full.session
        )
        #expect(!full.isResumed && resumed.isResumed)
        let counters = try #require(engine.engine.counters().listeners[listener.id])
        #expect((counters.handshakes, counters.resumed) == (2, 1))
        await engine.stop()
    }

    /// The client holds its session through the change, and through the way back.
    @Test(
        "A client that no longer passes is not let in by the session it holds",
        arguments: versions,
        ["other CA", "revoked", "filtered", "verified"]
    )
    func flips(version: ClientContext.Version, change: String) async throws {
        let engine = RunningEngine(workers: 2)
        let identity = try self.pki.client(serial: [9])
        let context = try self.pki.context(
            change == "verified" ? self.pki.client(.unknownCA) : identity,
            versions: version...version
        )
        let list = try self.pki.list(self.pki.revoking([[9]]))
        let filter = IdentityFilter(field: .subjectCN, values: ["somebody-else"])
        let (after, reason): (ClientPolicy, RefusalReason) =
            switch change {
            case "other CA": (self.pki.verification(anchors: [self.pki.otherRoot.certificatePEM]), .untrusted)
            case "revoked": (self.pki.verification(revocationLists: [list]), .crlHit)
            case "filtered":
                (
                    self.pki.verification(requirements: ClientRequirements(identityFilters: [filter])),
                    .rejected
                )
            default: (self.pki.verification(), .untrusted)
            }
        let before = self.listener(
            change == "verified" ? .passthrough : self.pki.verification(),
            to: try .fixed("in")
        )
        try await engine.run([before])
        let endpoint = try engine.endpoint(before)
        let session = try #require(try self.request(endpoint, context).session)
        #expect(try self.request(endpoint, context, resuming: session).isResumed)
        try await engine.run([before.with(after)])
        for _ in 0..<6 {
            #expect(throws: SecureClient.Refused.self) {
                try self.request(endpoint, context, resuming: session)
            }
        }
        #expect(await engine.record { $0.tls?.outcome == .refused(reason) } != nil)
        try await engine.run([before])
        #expect(try !self.request(endpoint, context, resuming: session).isResumed)
        await engine.stop()
    }

    @Test(
        "A client that is connected by a resumed session is judged again like any other",
        arguments: versions
    )
    func connected(version: ClientContext.Version) async throws {
        let engine = RunningEngine(workers: 2)
        let context = try self.pki.context(self.pki.client(serial: [9]), versions: version...version)
        let list = try self.pki.list(self.pki.revoking([[9]]))
        let before = self.listener(self.pki.verification(), to: try .fixed("in"))
        try await engine.run([before])
        let endpoint = try engine.endpoint(before)
        let session = try #require(try self.request(endpoint, context).session)
        let kept = try SecureClient(to: endpoint, context: context, resuming: session)
        #expect(try kept.get()?.body == "in")
        #expect(kept.connection.isResumed)
        try await engine.run([before.with(self.pki.verification(revocationLists: [list]))])
        #expect((try? kept.get()) == nil)
        await engine.stop()
    }

    @Test("A session of one listener is none of another's", arguments: versions)
    func anotherListener(version: ClientContext.Version) async throws {
        let engine = RunningEngine(workers: 2)
        let open = self.listener(.passthrough, to: try .fixed("open"))
        let closed = self.listener(self.pki.verification(), to: try .fixed("closed"))
        let same = self.listener(self.pki.verification(), to: try .fixed("same"))
        try await engine.run([open, closed, same])
        let stranger = try self.pki.context(self.pki.client(.unknownCA), versions: version...version)
        let known = try self.pki.context(self.pki.client(.valid), versions: version...version)
        let session = try #require(try self.request(engine.endpoint(open), stranger).session)
        let other = try #require(try self.request(engine.endpoint(closed), known).session)
        for _ in 0..<6 {
            #expect(throws: SecureClient.Refused.self) {
                try self.request(engine.endpoint(closed), stranger, resuming: session)
            }
            #expect(try !self.request(engine.endpoint(same), known, resuming: other).isResumed)
        }
        await engine.stop()
    }

    // MARK: openssl s_client

    /// What `openssl s_client` says about one request.
    private func said(
        to endpoint: Endpoint,
        _ directory: TemporaryDirectory,
        _ arguments: [String]
    ) async throws -> String {
        let result = try await runTool(
            "openssl",
            [
                "s_client", "-connect", "\(endpoint)", "-servername", "localhost", "-ign_eof",
                "-CAfile", directory.file("root.pem"), "-cert", directory.file("client.pem"),
                "-cert_chain", directory.file("client.pem"), "-key", directory.file("client.key"),
            ] + arguments,
            standardInput: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        return result.standardOutput + result.standardError
    }

    /// The last client must be asked for another key share first (RFC 8446 4.1.4).
    @Test(
        "openssl resumes what it was given, and not after a flip",
        arguments: [
            ["-tls1_2"], ["-tls1_2", "-no_ticket"], ["-tls1_3"], ["-tls1_3", "-groups", "P-521:X25519"],
        ]
    )
    func openssl(arguments: [String]) async throws {
        let files = try TemporaryDirectory()
        let identity = try self.pki.client(.valid)
        try files.write(self.pki.root.certificatePEM, to: "root.pem")
        try files.write(identity.chainPEM, to: "client.pem")
        try files.write(identity.privateKey.revealed, to: "client.key")
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 2)
        let listener = self.listener(self.pki.verification(), to: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let session = files.file("session")
        let first = try await self.said(to: endpoint, files, arguments + ["-sess_out", session])
        #expect(first.contains("New, TLSv1."), "\(first)")
        // 0-RTT is not offered to anybody.
        #expect(!arguments.contains("-tls1_3") || first.contains("Max Early Data: 0"), "\(first)")
        let second = try await self.said(to: endpoint, files, arguments + ["-sess_in", session])
        #expect(second.contains("Reused, TLSv1."), "\(second)")
        let lines = self.identityLines(first)
        #expect(lines.count == 5 && self.identityLines(second) == lines)
        try await engine.run([
            listener.with(self.pki.verification(anchors: [self.pki.otherRoot.certificatePEM]))
        ])
        let third = try await self.said(to: endpoint, files, arguments + ["-sess_in", session])
        #expect(!third.contains("Reused,") && self.identityLines(third).isEmpty, "\(third)")
        await engine.stop()
    }
}
