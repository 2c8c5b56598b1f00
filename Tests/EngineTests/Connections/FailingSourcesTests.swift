import Model
import TestTraits
import Testing

@testable import Engine

@Suite("Sources whose handshakes fail", .ownThreads)
struct FailingSourcesTests {
    private let source = ConnectionSource(IPAddress(v4: 1))
    private let limit = EngineLimits.failingHandshakes

    private func failing(at now: Int64 = 0) -> FailingSources {
        var sources = FailingSources(pause: .seconds(1))
        for _ in 0..<self.limit { sources.failed(self.source, now: now) }
        return sources
    }

    @Test("So many failures without a success make a source fail, and nobody else")
    func limits() {
        var sources = FailingSources(pause: .seconds(1))
        for _ in 1..<self.limit { sources.failed(self.source, now: 0) }
        #expect(!sources.isFailing(self.source, now: 0))
        sources.failed(self.source, now: 0)
        #expect(sources.isFailing(self.source, now: 0))
        #expect(!sources.isFailing(ConnectionSource(IPAddress(v4: 2)), now: 0))
        #expect(!sources.isFailing(self.source, now: 60_001))
    }

    @Test("One connection in each pause comes in, so that a good client can show itself")
    func admitted() {
        var sources = self.failing()
        #expect(sources.admits(self.source, now: 0) == true)
        #expect(sources.admits(self.source, now: 999) == false)
        #expect(sources.admits(self.source, now: 1_000) == true)
        #expect(sources.admits(self.source, now: 1_001) == false)
        #expect(sources.admits(ConnectionSource(IPAddress(v4: 2)), now: 1_001) == true)
    }

    @Test("A success lifts it, for as long as it is remembered, whatever fails meanwhile")
    func success() {
        var sources = self.failing()
        sources.succeeded(self.source, now: 10)
        #expect(sources.admits(self.source, now: 10) == true)
        for _ in 0..<99 { sources.failed(self.source, now: 20) }
        #expect(!sources.isFailing(self.source, now: 599_000))
        for _ in 0..<self.limit { sources.failed(self.source, now: 700_000) }
        #expect(sources.isFailing(self.source, now: 700_000))
        // Of a source that never failed nothing is kept.
        var others = FailingSources(pause: .seconds(1))
        others.succeeded(self.source, now: 0)
        for _ in 0..<self.limit { others.failed(self.source, now: 0) }
        #expect(others.isFailing(self.source, now: 0))
    }

    @Test("A full table takes nobody new until entries are too old")
    func bound() {
        var sources = FailingSources(pause: .seconds(1))
        for number in 0..<EngineLimits.failingSources {
            sources.failed(ConnectionSource(IPAddress(v4: UInt32(number))), now: 0)
        }
        let late = ConnectionSource(IPAddress(v4: .max))
        for _ in 0..<self.limit { sources.failed(late, now: 1) }
        #expect(!sources.isFailing(late, now: 1))
        for _ in 0..<self.limit { sources.failed(late, now: 61_000) }
        #expect(sources.isFailing(late, now: 61_000))
    }
}
