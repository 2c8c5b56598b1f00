import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// A list that comes while traffic flows shuts out whom it names, in spite of all that is remembered.
@Suite("Flips by revocation lists", .ownThreads)
struct RevocationFlipTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    @Test(
        "A client that was accepted and remembered is refused once its list is there, and let in when it goes",
        arguments: [ClientContext.Version.tls12, .tls13]
    )
    func addedAndRemoved(version: ClientContext.Version) async throws {
        let engine = RunningEngine()
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: try .fixed("in")
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let context = try self.pki.context(self.pki.client(serial: [9]), versions: version...version)
        // Often enough that each worker knows it.
        for _ in 0..<12 { #expect(try SecureClient(to: endpoint, context: context).get()?.body == "in") }
        let kept = try SecureClient(to: endpoint, context: context)
        #expect(try kept.get()?.body == "in")

        let list = try self.pki.list(self.pki.revoking([[9]]))
        let revoking = listener.with(self.pki.verification(revocationLists: [list]))
        try await engine.run([revoking])
        #expect((try? kept.get()) == nil)
        for _ in 0..<12 {
            let answer = try? SecureClient(to: endpoint, context: context).get()
            #expect(answer == nil)
        }
        #expect(await engine.record { $0.tls?.outcome == .refused(.crlHit) } != nil)
        let other = try self.pki.context(self.pki.client(serial: [8]), versions: version...version)
        #expect(try SecureClient(to: endpoint, context: other).get()?.body == "in")

        try await engine.run([listener])
        #expect(try SecureClient(to: endpoint, context: context).get()?.body == "in")
        await engine.stop()
    }

    /// The same promise as a flip of the mode: nobody whom the list names is answered after it is in force.
    @Test("Lists that come and go under load let nobody revoked through and fail nobody else")
    func underLoad() async throws {
        let engine = RunningEngine()
        let target = try ScriptedTarget.echo()
        let list = try self.pki.list(self.pki.revoking([[9]]))
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: .forward(target.endpoint)
        )
        let revoking = listener.with(self.pki.verification(revocationLists: [list]))
        try await engine.run([revoking])
        let load = FlipLoad(
            endpoint: try engine.endpoint(listener),
            trusted: try self.pki.context(self.pki.client(serial: [8])),
            anonymous: try self.pki.context(self.pki.client(serial: [9]))
        )
        load.start(trusted: 2, anonymous: 2)
        for _ in 0..<100 {
            load.epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
            try await engine.run([listener])
            try await Task.sleep(for: .milliseconds(2))
            try await engine.run([revoking])
            load.epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
            try await Task.sleep(for: .milliseconds(2))
        }
        load.stop()
        #expect(load.violations.prefix(3) == [])
        #expect(load.failures.prefix(3) == [])
        #expect(load.answeredTrusted > 20)
        #expect(load.answeredAnonymous > 2)
        await engine.stop()
    }

    @Test("Handshakes that rely on an expired list are counted, each of them")
    func expired() async throws {
        let engine = RunningEngine(workers: 1)
        let list = try self.pki.list(self.pki.revoking([[9]], from: -9, until: -2))
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification(revocationLists: [list])),
            action: try .fixed("in")
        )
        try await engine.run([listener])
        let context = try self.pki.context(self.pki.client(serial: [8]))
        for _ in 0..<3 {
            #expect(try SecureClient(to: engine.endpoint(listener), context: context).get()?.body == "in")
        }
        let counters = try #require(engine.engine.counters().listeners[listener.id])
        #expect((counters.handshakes, counters.onExpiredLists) == (3, 3))
        await engine.stop()
    }
}
