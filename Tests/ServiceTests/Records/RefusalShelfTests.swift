import Model
import Testing

@testable import Service

@Suite("Refusal shelf")
struct RefusalShelfTests {
    private static let trace = VerificationTrace(
        time: Timestamp(seconds: 0),
        trustStore: "clients",
        trustStoreRevision: 1,
        refusal: .untrusted,
        presented: [],
        presentedCount: 1,
        steps: [],
        path: [],
        candidates: [],
        otherTrustStores: [],
        sentence: "Refused.",
        remedy: "Do something."
    )

    private func refusals(_ range: Range<Int>, chainBytes: Int) -> [ConnectionRecord] {
        Records.make(range, subject: "CN=refused").map { record in
            var record = record
            record.tls?.trace = Self.trace
            record.tls?.presentedChain = [[UInt8](repeating: 7, count: chainBytes)]
            return record
        }
    }

    @Test("A refused client's certificates are found by the record's id and by its number, and nowhere else")
    func lookUp() throws {
        let hub = try RecordHub(logPath: nil)
        hub.publish(Records.make(1..<3) + self.refusals(3..<5, chainBytes: 10))
        let id = hub.recent(1)[0].record.traceID.description
        let byID = try #require(hub.record(named: id))
        #expect(byID.record.number == 4)
        #expect(byID.chain == [[UInt8](repeating: 7, count: 10)])
        #expect(hub.record(named: "3")?.chain.count == 1)
        #expect(hub.record(named: "1")?.chain == [])
        #expect(hub.record(named: "9") == nil && hub.record(named: "TID_x") == nil)
        #expect(hub.record(named: "\(UInt64.max)") == nil)
        // Watchers get the trace, and never the certificates.
        #expect(
            hub.recent(2).allSatisfy { $0.record.tls?.trace != nil && $0.record.tls?.presentedChain == [] }
        )
    }

    @Test("Older refusals go when there are too many, or too many bytes; that they happened is kept")
    func bounds() throws {
        let hub = try RecordHub(logPath: nil)
        for first in stride(from: 1, to: 5_001, by: 500) {
            hub.publish(self.refusals(first..<(first + 500), chainBytes: 16_000))
        }
        let recent = hub.recent(.max)
        #expect(recent.count == 5_000)
        let traced = recent.filter { $0.record.tls?.trace != nil }.map(\.number)
        #expect(traced.count * 16_000 <= 32 << 20 && traced.count > 1_000)
        #expect(traced.last == 5_000 && traced.first == UInt64(5_001 - traced.count))
        #expect(hub.record(named: "1")?.chain == [])
        #expect(hub.record(named: "5000")?.chain.count == 1)
        // Small ones are bounded by their number.
        hub.publish(self.refusals(5_001..<15_001, chainBytes: 1))
        #expect(hub.recent(.max).filter { $0.record.tls?.trace != nil }.count <= 4_096)
    }
}
