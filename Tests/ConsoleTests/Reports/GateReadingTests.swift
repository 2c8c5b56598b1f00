import Model
import Testing

@testable import Console

/// What is read of a gate without a screen is what the pages show.
@Suite("Gate reading")
struct GateReadingTests {
    private static func reading(records: Int = 60, _ view: GateView = Sample.view()) -> GateReading {
        var reading = GateReading()
        reading.take(.view(view))
        reading.take(.counters(Sample.counters(view)))
        reading.take(.records(RecordBatch(records: Sample.records(records), lost: 0)))
        return reading
    }

    private static func filter(_ text: String) throws(FilterMistake) -> Filter {
        try Filter(text, schema: .connections, environment: FilterEnvironment(now: Sample.start))
    }

    @Test("What needs attention is told as the overview ranks it, with the page that tells more")
    func attention() {
        let view = Sample.view(failed: Sample.down, health: Sample.health, trials: [Sample.trial])
        let lines = Self.reading(view).attention
        #expect(lines.map(\.level) == lines.map(\.level).sorted { Self.rank($0) < Self.rank($1) })
        #expect(Set(lines.map(\.level)) == ["fail", "trial", "warn"])
        #expect(lines.contains { $0.object == "api-v2" && $0.page == "targets" })
        #expect(lines.contains { $0.level == "trial" && $0.page == "changes" })
        #expect(Self.reading(Sample.view(stores: [Sample.fleet])).attention.isEmpty)
    }

    @Test("Clients whose certificates end soon are among what needs attention, once the ledger has told them")
    func expiring() {
        var reading = Self.reading(Sample.view(stores: [Sample.fleet]))
        #expect(GateReading.expiringClients.expiringWithinSeconds == Int64(604_800))
        reading.take(expiring: ClientList(clients: [], matching: 14, verified: 20, unverified: 0))
        #expect(reading.attention.map(\.object) == ["clients"])
        #expect(reading.attention.first?.sentence.contains("14 client certificates expire") == true)
        #expect(reading.attention.first?.page == "clients")
    }

    private static func rank(_ level: String) -> Int { ["fail", "trial", "warn"].firstIndex(of: level) ?? 3 }

    @Test("Causes are counted, the most frequent first, with a record to explain")
    func refusals() throws {
        let causes = Self.reading().refusals
        let failures = Sample.records(60).count { $0.record.tls?.outcome.isSuccess == false }
        #expect(causes.reduce(0) { $0 + $1.count } == failures)
        #expect(causes.map(\.count) == causes.map(\.count).sorted(by: >))
        for cause in causes {
            #expect((cause.issuer == nil) != (cause.network == nil))
            #expect(cause.record?.hasPrefix("TID_") == true)
            #expect(cause.sentence != nil && !cause.clients.isEmpty && cause.first <= cause.last)
        }
        let expired = try #require(causes.first { $0.reason == "expired" })
        #expect(expired.code == "ClientCertExpired" && expired.listener == "edge-api")
        #expect(causes.contains { $0.reason == "no-cert" && $0.code == "UnmappedConnectionError" })
    }

    @Test(
        "Records are counted by each of the facts, and only those that fit",
        arguments: GateReading.countKeys
    )
    func counts(key: String) throws {
        let reading = Self.reading()
        let all = reading.counts(by: key, filter: .all, failedOnly: false)
        #expect(all.records == 60 && all.uncounted == 0)
        #expect(all.groups.reduce(0) { $0 + $1.count } == 60)
        #expect(all.groups.map(\.count) == all.groups.map(\.count).sorted(by: >))
        #expect(all.groups.allSatisfy { $0.key == key })
        let failed = reading.counts(by: key, filter: .all, failedOnly: true)
        #expect(failed.groups.allSatisfy { $0.count == $0.failures })
        let one = reading.counts(by: key, filter: try Self.filter("listener:edge-pay"), failedOnly: false)
        #expect(one.groups.reduce(0) { $0 + $1.count } == 10)
    }

    @Test("Nothing of a name that a client chose can move a cursor")
    func hostile() {
        var reading = GateReading()
        reading.take(.view(Sample.view()))
        reading.take(.counters(Sample.counters(Sample.view())))
        let subject = "CN=\u{1B}[2Jx\u{202E}y"
        let record = Sample.record(1, subject: subject, outcome: .refused(.untrusted))
        reading.take(.records(RecordBatch(records: [record], lost: 0)))
        let texts =
            reading.counts(by: "cn", filter: .all, failedOnly: false).groups.compactMap(\.value)
            + reading.refusals.compactMap(\.issuer)
        #expect(!texts.isEmpty)
        for text in texts {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" }, "\(text)")
        }
    }

    @Test("A listener is told line by line, and one that there is not is nil")
    func listener() throws {
        let reading = Self.reading()
        let lines = try #require(reading.listener(named: "edge-api"))
        #expect(lines.contains { $0.label == "mode" && $0.text == "verify" })
        #expect(lines.contains { $0.label == "failures" && $0.text.contains("untrusted 401") })
        #expect(reading.listener(named: "edge") == nil)
    }
}
