import Foundation
import Model
import TestSupport
import Testing

@testable import Service

@Suite("Record hub")
struct RecordHubTests {
    @Test("Records are numbered, kept and written in one order")
    func order() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/logs/connection.log"
        let hub = try RecordHub(logPath: path)
        let records = Records.make(1..<4)
        hub.publish(Array(records[..<2]))
        hub.publish(Array(records[2...]))
        hub.flush()
        #expect(hub.recent(10).map(\.number) == [1, 2, 3])
        #expect(hub.recent(2).map(\.record) == Array(records[1...]))
        #expect(try TemporaryDirectory.text(of: path) == records.map { "\($0.albLine)\n" }.joined())
        #expect(try TemporaryDirectory.mode(of: path) == 0o600)
        #expect(hub.lostInFile == 0)
    }

    @Test("Numbers and lines stay together whoever publishes")
    func concurrentPublishers() async throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/connection.log"
        let hub = try RecordHub(logPath: path)
        await withTaskGroup(of: Void.self) { group in
            for publisher in 0..<8 {
                group.addTask {
                    for batch in 0..<20 {
                        let first = 1 + publisher * 1_000 + batch * 10
                        hub.publish(Records.make(first..<(first + 10)))
                    }
                }
            }
        }
        hub.flush()
        let kept = hub.recent(.max)
        #expect(kept.map(\.number) == Array(1...1_600))
        let lines = try TemporaryDirectory.text(of: path).split(separator: "\n").map(String.init)
        #expect(lines == kept.map(\.record.albLine))
    }

    @Test("Only the newest records are kept", arguments: [1, 10, 1_024, 3_000])
    func bound(kept: Int) throws {
        let hub = try RecordHub(logPath: nil, kept: kept)
        for first in stride(from: 1, to: 5_001, by: 100) { hub.publish(Records.make(first..<(first + 100))) }
        let recent = hub.recent(.max)
        #expect(recent.count == kept)
        #expect(recent.first?.number == UInt64(5_001 - kept))
        #expect(recent.last?.number == 5_000)
        #expect(recent.allSatisfy { UInt64($0.record.client.port) == $0.number })
    }

    /// A stranger chooses how long a subject is, so the count alone is no bound of memory.
    @Test("Large certificates displace more records")
    func byteBound() {
        var ring = RecordRing(kept: 1_000, keptBytes: 100_000)
        let subject = String(repeating: "x", count: 9_000)
        for record in Records.make(1..<101, subject: subject) { ring.append(record) }
        let kept = ring.records(from: 0, limit: .max)
        #expect((5...11).contains(kept.count))
        #expect(kept.last?.number == 100)
    }

    @Test("One record is kept, however large")
    func giant() {
        var ring = RecordRing(kept: 10, keptBytes: 10)
        for record in Records.make(1..<3) { ring.append(record) }
        #expect(ring.records(from: 0, limit: .max).map(\.number) == [2])
    }

    @Test("A file that cannot be written loses lines, which are counted, and nothing else")
    func unwritable() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/logs/connection.log"
        let hub = try RecordHub(logPath: path)
        try FileManager.default.removeItem(atPath: "\(home.path)/logs")
        hub.publish(Records.make(1..<6))
        hub.flush()
        #expect(hub.lostInFile == 5)
        #expect(hub.logs.first?.failure?.subject == path)
        #expect(hub.recent(10).count == 5)

        // It goes on as soon as there is somewhere to write.
        try StateDirectory.makeDirectory("\(home.path)/logs")
        let later = Records.make(6..<8)
        hub.publish(later)
        hub.flush()
        #expect(hub.lostInFile == 5)
        #expect(hub.logs == [LogHealth(name: "connection log", lost: hub.lostInFile, failure: nil)])
        #expect(try TemporaryDirectory.text(of: path) == later.map { "\($0.albLine)\n" }.joined())
    }

    @Test("A log in a place that cannot be had is refused at once")
    func unusablePlace() throws {
        let home = try TemporaryDirectory()
        try Data().write(to: URL(fileURLWithPath: "\(home.path)/logs"))
        #expect(throws: OperatorError.self) { try RecordHub(logPath: "\(home.path)/logs/connection.log") }
    }
}
