import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Clients that fail again and again, and the good ones behind their address.
@Suite("Failing clients", .ownThreads)
struct FailingClientTests {
    let pki: TestPKI
    let good: ClientContext
    let bad: ClientContext

    init() throws {
        self.pki = try TestPKI()
        self.good = try self.pki.context(self.pki.client(.valid))
        self.bad = try self.pki.context(self.pki.client(.expired))
    }

    private func listener(_ failing: FailingClients = .answer) throws -> ServedListener {
        var attributes = LoadBalancerAttributes.standard
        attributes.failingClients = failing
        return .test(
            tls: self.pki.served(self.pki.verification()),
            action: try .fixed("in"),
            attributes: attributes
        )
    }

    private func answer(_ context: ClientContext, at endpoint: Endpoint) -> String? {
        (try? SecureClient(to: endpoint, context: context).get())??.body
    }

    @Test("Every failure is counted; few have a record, and one tells of the rest, with reason and trace")
    func log() async throws {
        var tuning = EngineTuning()
        tuning.failureWindow = .seconds(3_600)
        let engine = RunningEngine(workers: 1, tuning: tuning)
        let listener = try self.listener()
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let other = try self.pki.context(self.pki.client(.unknownCA))
        for _ in 0..<10 { #expect(self.answer(self.bad, at: endpoint) == nil) }
        #expect(self.answer(self.good, at: endpoint) == "in")
        #expect(self.answer(other, at: endpoint) == nil)
        #expect(try await RelayTests.waits { engine.counters(listener)?.failures == 11 })
        #expect(engine.counters(listener)?.failuresByWord["expired"] == 10)
        // Windows that are open when the gate stops are told of as well.
        await engine.stop()
        let expired = engine.records.filter { $0.tls?.outcome == .refused(.expired) }
        #expect(expired.map(\.attempts) == [1, 1, 1, 7])
        let last = try #require(expired.last?.tls)
        #expect(last.trace == expired.first?.tls?.trace || last.trace?.refusal == .expired)
        #expect(last.leaf?.commonName == "expired")
        #expect(engine.records.count { $0.tls?.outcome == .refused(.untrusted) && $0.attempts == 1 } == 1)
    }

    @Test(
        "A source that fails is refused at accept, counted, and let in again by the success of a good client"
    )
    func refused() async throws {
        var tuning = EngineTuning()
        tuning.failingPause = .seconds(2)
        let engine = RunningEngine(workers: 1, tuning: tuning)
        let listener = try self.listener(.refuse)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        func refusals() -> UInt64 { engine.counters(listener)?.rejectedByReason[.failingSource] ?? 0 }
        for _ in 0..<2_000 where refusals() == 0 { #expect(self.answer(self.bad, at: endpoint) == nil) }
        #expect(refusals() > 0)
        // Some of its tries are refused; one comes in.
        var answer: String?
        for _ in 0..<2_000 where answer == nil {
            answer = self.answer(self.good, at: endpoint)
            if answer == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(answer == "in")
        let before = refusals()
        for _ in 0..<3 * EngineLimits.failingHandshakes {
            #expect(self.answer(self.bad, at: endpoint) == nil)
        }
        #expect(self.answer(self.good, at: endpoint) == "in")
        #expect(refusals() == before)
        await engine.stop()
    }

    @Test("Connections that are open are left alone when their source fails")
    func open() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(.refuse)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let client = try SecureClient(to: endpoint, context: self.good)
        #expect(try client.get()?.body == "in")
        for _ in 0..<30 { _ = self.answer(self.bad, at: endpoint) }
        #expect(engine.counters(listener)?.rejectedByReason[.failingSource] ?? 0 > 0)
        #expect(try client.get()?.body == "in")
        await engine.stop()
    }

    @Test("A source that is slowed is not read from for the pause, and served after it")
    func slowed() async throws {
        var tuning = EngineTuning()
        tuning.failingPause = .seconds(3_600)
        let engine = RunningEngine(workers: 1, tuning: tuning)
        let listener = try self.listener(.slow)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for _ in 0..<EngineLimits.failingHandshakes { #expect(self.answer(self.bad, at: endpoint) == nil) }
        #expect(try await RelayTests.waits { engine.counters(listener)?.failures == 8 })
        let held = try RawSocket(to: endpoint)
        held.setTimeout(seconds: 1)
        try held.send("not TLS\r\n\r\n")
        #expect((try? held.receive()) == nil)
        #expect(engine.counters(listener)?.failures == 8)
        await engine.stop()

        tuning.failingPause = .milliseconds(100)
        let other = RunningEngine(workers: 1, tuning: tuning)
        try await other.run([listener])
        let second = try other.endpoint(listener)
        for _ in 0..<2 * EngineLimits.failingHandshakes { #expect(self.answer(self.bad, at: second) == nil) }
        #expect(self.answer(self.good, at: second) == "in")
        #expect(other.counters(listener)?.rejected == 0)
        await other.stop()
    }

    @Test("A relay's client is slowed and refused alike", arguments: [FailingClients.slow, .refuse])
    func relay(failing: FailingClients) async throws {
        var tuning = EngineTuning()
        tuning.failingPause = .milliseconds(100)
        let target = try ScriptedTarget { socket in
            try socket.send(socket.receive())
            _ = try socket.receive()
        }
        let engine = RunningEngine(workers: 1, tuning: tuning)
        var attributes = LoadBalancerAttributes.standard
        attributes.failingClients = failing
        let listener = ServedListener.relay(
            tls: self.pki.served(self.pki.verification()),
            to: [target.endpoint]
        ).with(attributes)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        func echo(_ context: ClientContext) -> [UInt8] {
            guard let client = try? SecureClient(to: endpoint, context: context) else { return [] }
            try? client.send("x")
            return (try? client.receive()) ?? []
        }
        for _ in 0..<2 * EngineLimits.failingHandshakes { #expect(echo(self.bad) == []) }
        var answer: [UInt8] = []
        for _ in 0..<2_000 where answer.isEmpty { answer = echo(self.good) }
        #expect(answer == [0x78])
        await engine.stop()
    }
}
