import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

@Suite("Record ring", .ownThreads)
struct RecordRingTests {
    private static func record(_ number: Int64) -> ConnectionRecord {
        ConnectionRecord(
            time: Timestamp(microseconds: number),
            listenerID: ResourceID(bits: 1),
            listenerName: "edge",
            client: Endpoint(address: .loopback, port: 1),
            listenerPort: 443,
            tls: nil,
            traceID: TraceID(high: 0, low: UInt64(number)),
            loadBalancerPath: "app/edge/0000000000000001",
            nodeAddress: .loopback
        )
    }

    @Test("A full ring drops the newest, counts it, and keeps what it has")
    func overflow() {
        let ring = RecordRing(capacity: 4)
        for number in 0..<7 { ring.push(Self.record(Int64(number))) }
        #expect(ring.droppedCount == 3)
        var records: [ConnectionRecord] = []
        ring.drain(into: &records)
        #expect(records.map(\.time.microseconds) == [0, 1, 2, 3])
        ring.push(Self.record(9))
        records = []
        ring.drain(into: &records)
        #expect(records.map(\.time.microseconds) == [9])
    }

    @Test("What one thread writes, another reads, in order and complete")
    func twoThreads() {
        let ring = RecordRing(capacity: 64)
        let total: Int64 = 50_000
        withExtendedLifetime(ring) {
            let writer = Writer(ring: ring)
            BlockingThread.start { writer.write(total) }
            var records: [ConnectionRecord] = []
            while !writer.isDone { ring.drain(into: &records) }
            ring.drain(into: &records)
            let numbers = records.map(\.time.microseconds)
            #expect(numbers == numbers.sorted())
            #expect(UInt64(records.count) + ring.droppedCount == UInt64(total))
        }
    }

    private final class Writer: Sendable {
        private let ring: RecordRing
        private let done = Atomic<Bool>(false)

        init(ring: RecordRing) {
            self.ring = ring
        }

        var isDone: Bool { self.done.load(ordering: .acquiring) }

        func write(_ count: Int64) {
            for number in 0..<count { self.ring.push(RecordRingTests.record(number)) }
            self.done.store(true, ordering: .releasing)
        }
    }
}

@Suite("Listener tally", .ownThreads)
struct ListenerTallyTests {
    @Test("Failures are counted by their word and in total")
    func failures() {
        let tally = ListenerTally()
        tally.countFailure(.refused(.expired))
        tally.countFailure(.refused(.expired))
        tally.countFailure(.failed(.noCertificate))
        tally.countFailure(.success)
        #expect(tally.counters.failures == 3)
        #expect(tally.counters.failuresByWord == ["expired": 2, "no-cert": 1])
    }

    @Test("No more places are given than the limit has, and given back they are free again")
    func places() {
        let open = OpenCount()
        #expect(open.take(limit: 2))
        #expect(open.take(limit: 2))
        #expect(!open.take(limit: 2))
        #expect(open.value == 2)
        open.giveBack()
        #expect(open.take(limit: 2))
    }
}
