import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Clients that are connected when something changes that would refuse them now.
@Suite("Judging connected clients again", .ownThreads)
struct LiveJudgementTests {
    let world: LiveWorld

    init() throws {
        self.world = try LiveWorld()
    }

    @Test(
        "Who does not pass any more is cut without having asked, with a record of it; others notice nothing",
        arguments: LiveWorld.Change.allCases,
        [ClientContext.Version.tls12, .tls13]
    )
    func changed(change: LiveWorld.Change, version: ClientContext.Version) async throws {
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(try .fixed("in"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let doomed = try self.world.connect(self.world.doomed, to: endpoint, version)
        #expect(try doomed.get()?.body == "in")
        let kept = try self.world.connect(self.world.kept, to: endpoint, version)
        #expect(try kept.get()?.body == "in")
        let (policy, reason) = try self.world.after(change)
        try await engine.run([listener.with(policy)])
        #expect(doomed.receiveToEnd() == "")
        for _ in 0..<3 { #expect(try kept.get()?.body == "in") }
        let record = try #require(await engine.record { $0.tls?.cut != nil })
        let tls = try #require(record.tls)
        #expect((tls.outcome, tls.cut) == (.refused(reason), .policyChanged))
        #expect(tls.trace?.refusal == reason)
        #expect(tls.leaf?.commonName == "bad-9")
        #expect(tls.presentedChain.count == 1)
        #expect(
            tls.sentence?.hasPrefix("Cut while connected, because the listener's policy changed. ") == true
        )
        let first = engine.records.first { $0.traceID == record.traceID }
        #expect((first?.tls?.outcome, first?.client) == (.success, record.client))
        #expect(try await RelayTests.waits { engine.counters(listener)?.open == 1 })
        let counters = try #require(engine.counters(listener))
        #expect((counters.cut, counters.draining, counters.failures, counters.handshakes) == (1, 0, 0, 2))
        #expect(engine.records.count == 3)
        await engine.stop()
    }

    @Test("More connections than are judged in one turn all come to their verdict, once each")
    func many() async throws {
        let engine = RunningEngine()
        let listener = self.world.listener(try .fixed("in")) { $0.cutsPerSecond = 10_000 }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let count = EngineLimits.judgementsPerTurn * 5
        let doomed = try (0..<count).map { _ in try self.world.connect(self.world.doomed, to: endpoint) }
        let kept = try (0..<count).map { _ in try self.world.connect(self.world.kept, to: endpoint) }
        for client in doomed + kept { #expect(try client.get()?.body == "in") }
        // The second change finds connections in doubt.
        try await engine.run([listener.with(self.world.after(.filter).policy)])
        try await engine.run([listener.with(self.world.revoking)])
        for client in doomed { #expect(client.receiveToEnd() == "") }
        for client in kept { #expect(try client.get()?.body == "in") }
        #expect(try await RelayTests.waits { engine.counters(listener)?.open == count })
        #expect(engine.counters(listener)?.cut == UInt64(count))
        #expect(engine.records.count { $0.tls?.cut != nil } == count)
        await engine.stop()
    }

    /// Requests that stand in the connection when the change is acknowledged, and some that come later.
    @Test("Of requests pipelined through a change, the one in hand is the last that is answered")
    func pipelined() async throws {
        let mayAnswer = Mutex(false)
        let heads = Mutex<[String]>([])
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                heads.withLock { $0.append(head) }
                while !mayAnswer.withLock({ $0 }) { usleep(2_000) }
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(.forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let requests = (0..<8).map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\nX-Who: WHO\r\n\r\n" }.joined()
        let doomed = try self.world.connect(self.world.doomed, to: endpoint)
        try doomed.send(requests.replacing("WHO", with: "doomed"))
        let kept = try self.world.connect(self.world.kept, to: endpoint)
        try kept.send(requests.replacing("WHO", with: "kept"))
        #expect(try await RelayTests.waits { heads.withLock { $0.count } == 2 })
        try await engine.run([listener.with(self.world.revoking)])
        try? doomed.send(requests.replacing("WHO", with: "doomed"))
        mayAnswer.withLock { $0 = true }
        #expect(try doomed.response()?.body == "ok")
        #expect((try? doomed.response()) == nil)
        for _ in 0..<8 { #expect(try kept.response()?.body == "ok") }
        #expect(heads.withLock { $0.count { $0.contains("doomed") } } == 1)
        await engine.stop()
    }

    @Test("A request in hand that does not end is cut with its connection")
    func endless() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while true {
                try socket.send("x")
                usleep(10_000)
            }
        }
        var tuning = EngineTuning()
        tuning.cutGrace = .milliseconds(200)
        let engine = RunningEngine(workers: 1, tuning: tuning)
        let listener = self.world.listener(.forward(target.endpoint))
        try await engine.run([listener])
        let doomed = try self.world.connect(self.world.doomed, to: engine.endpoint(listener))
        try doomed.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try !doomed.receive().isEmpty)
        try await engine.run([listener.with(self.world.revoking)])
        #expect(doomed.receiveToEnd().utf8.count < 1_000_000)
        #expect(try await RelayTests.waits { engine.counters(listener)?.open == 0 })
        await engine.stop()
    }

    @Test("The rate spreads idle connections; whoever asks for something is turned away at once")
    func rate() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(try .fixed("in")) { $0.cutsPerSecond = 1 }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let doomed = try (0..<12).map { _ in try self.world.connect(self.world.doomed, to: endpoint) }
        for client in doomed { #expect(try client.get()?.body == "in") }
        try await engine.run([listener.with(self.world.revoking)])
        // At one a second the last would wait until long after this.
        for client in doomed.dropLast(2).reversed() {
            #expect((try? client.get()) == nil)
        }
        for client in doomed.suffix(2) { #expect(client.receiveToEnd() == "") }
        #expect(engine.counters(listener)?.requests == 12)
        #expect(engine.counters(listener)?.cut == 12)
        await engine.stop()
    }

    @Test("Switched on again, it judges those whom changes have passed by")
    func onAgain() async throws {
        let engine = RunningEngine()
        let off = self.world.listener(try .fixed("in")) { $0.judgesLiveClients = false }
        try await engine.run([off])
        let endpoint = try engine.endpoint(off)
        let doomed = try self.world.connect(self.world.doomed, to: endpoint)
        let kept = try self.world.connect(self.world.kept, to: endpoint)
        #expect(try doomed.get()?.body == "in")
        let (policy, _) = try self.world.after(LiveWorld.Change.allCases[0])
        try await engine.run([off.with(policy)])
        #expect(try doomed.get()?.body == "in")
        var on = off.attributes
        on.judgesLiveClients = true
        try await engine.run([off.with(policy).with(on)])
        #expect((try? doomed.get()) == nil)
        #expect(try kept.get()?.body == "in")
        await engine.stop()
    }

    @Test("Switched off, only handshakes judge: nobody who is connected is cut")
    func off() async throws {
        let engine = RunningEngine()
        let listener = self.world.listener(try .fixed("in")) { $0.judgesLiveClients = false }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let doomed = try self.world.connect(self.world.doomed, to: endpoint)
        #expect(try doomed.get()?.body == "in")
        for change in LiveWorld.Change.allCases {
            try await engine.run([listener.with(self.world.after(change).policy)])
            #expect(try doomed.get()?.body == "in")
            #expect((try? self.world.connect(self.world.doomed, to: endpoint).get()) == nil)
        }
        #expect(engine.counters(listener)?.cut == 0)
        // A mode that verifies nobody is a flip as ever.
        try await engine.run([listener.with(.passthrough)])
        #expect((try? doomed.get()) == nil)
        await engine.stop()
    }

    @Test(
        "A client that has resumed its session is judged by what it presented in the first",
        arguments: [ClientContext.Version.tls12, .tls13]
    )
    func resumed(version: ClientContext.Version) async throws {
        let pki = self.world.pki
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: pki.served(pki.verification(), resumption: SessionResumption()),
            action: try .fixed("in")
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let authority = try pki.intermediate(serial: [5])
        let context = try pki.context(
            pki.client(serial: [9], by: authority),
            versions: version...version
        )
        let first = try SecureClient(to: endpoint, context: context)
        #expect(try first.get()?.body == "in")
        let session = first.connection.session()
        first.close()
        let client = try SecureClient(to: endpoint, context: context, resuming: session)
        #expect(try client.get()?.body == "in")
        #expect(client.connection.isResumed)
        try await engine.run([listener.with(pki.verification(ignoreExpiry: true))])
        #expect(try client.get()?.body == "in")
        let list = try pki.list(pki.revoking([[5]]))
        try await engine.run([listener.with(pki.verification(revocationLists: [list]))])
        #expect(client.receiveToEnd() == "")
        let tls = try #require(await engine.record { $0.tls?.cut != nil }?.tls)
        #expect((tls.outcome, tls.isResumed, tls.chainCount) == (.refused(.crlHit), true, 2))
        await engine.stop()
    }

    @Test(
        "When a certificate's time is over, so is its connection",
        arguments: [ClientContext.Version.tls12, .tls13]
    )
    func notAfter(version: ClientContext.Version) async throws {
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(try .fixed("in"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let kept = try self.world.connect(self.world.kept, to: endpoint, version)
        #expect(try kept.get()?.body == "in")
        let short = try #require(
            try self.world.connectShortLived { certificate in
                let client = try self.world.connect(certificate, to: endpoint, version)
                return try client.get().map { _ in client }
            }
        )
        let record = try #require(await engine.record(within: 60) { $0.tls?.cut != nil })
        #expect((record.tls?.outcome, record.tls?.cut) == (.refused(.expired), .timePassed))
        #expect(try #require(record.tls?.leaf?.notAfter) <= record.time)
        #expect(short.receiveToEnd() == "")
        #expect(try kept.get()?.body == "in")
        #expect(engine.counters(listener)?.cut == 1)
        await engine.stop()
    }

    @Test("Switched off, a certificate's end ends no connection")
    func notAfterOff() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = self.world.listener(try .fixed("in")) { $0.judgesLiveClients = false }
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let short = try #require(
            try self.world.connectShortLived { certificate in
                let client = try self.world.connect(certificate, to: endpoint)
                return try client.get().map { _ in client }
            }
        )
        let record = await engine.record { $0.tls?.leaf?.commonName == "short" && !$0.isFailure }
        let end = try #require(record?.tls?.leaf?.notAfter)
        while Clock.wall().seconds <= end.seconds { try await Task.sleep(for: .milliseconds(100)) }
        #expect(try short.get()?.body == "in")
        // The same engine judges it as soon as it is to.
        try await engine.run([listener.with(LoadBalancerAttributes.standard)])
        #expect((try? short.get()) == nil)
        await engine.stop()
    }
}

extension RunningEngine {
    func counters(_ listener: ServedListener) -> ListenerCounters? {
        self.engine.counters().listeners[listener.id]
    }
}
