import Glibc
import Model
import Testing

@testable import Console

@Suite("Mailbox")
struct MailboxTests {
    private static func isReadable(_ box: Mailbox) -> Bool {
        var descriptor = pollfd(fd: box.readDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 1
    }

    @Test("It wakes once when it fills, and is quiet when it is empty")
    func wakes() throws {
        let box = try Mailbox()
        #expect(!Self.isReadable(box))
        for _ in 0..<100_000 { box.post { $0.signals = [.terminate] } }
        #expect(Self.isReadable(box))
        #expect(box.take().signals == [.terminate])
        #expect(!Self.isReadable(box))
        box.post { $0.signals.append(.hangup) }
        #expect(Self.isReadable(box))
    }

    @Test("Of states the newest counts; records, links and answers keep their order")
    func order() throws {
        let box = try Mailbox()
        for generation in 1...5 as ClosedRange<UInt64> {
            box.post { $0.view = Sample.view(generation: generation) }
        }
        box.post { $0.links.append(.gone("x")) }
        box.post { $0.links.append(.live) }
        box.post { $0.records += Sample.records(2) }
        box.post { $0.records += Sample.records(2, from: 3) }
        let contents = box.take()
        #expect(contents.view?.generation == 5)
        #expect(contents.links == [.gone("x"), .live])
        #expect(contents.records.map(\.number) == [1, 2, 3, 4])
        #expect(box.take().view == nil)
    }

    @Test("A console that does not read costs a bounded number of records, and is told of the rest")
    func bound() throws {
        let box = try Mailbox()
        let record = Sample.record(1).record
        for start in stride(from: UInt64(0), to: 80_000, by: 10_000) {
            let batch = (start..<(start + 10_000)).map { NumberedRecord(number: $0, record: record) }
            box.post { $0.records += batch }
        }
        let contents = box.take()
        #expect(contents.records.count == Mailbox.recordLimit)
        #expect(contents.records.last?.number == 79_999)
        #expect(contents.overflow == UInt64(80_000 - Mailbox.recordLimit))
        #expect(box.take().overflow == contents.overflow)
    }

    @Test("Nothing is lost between many that post and one that takes")
    func threads() async throws {
        let box = try Mailbox()
        let record = Sample.record(1).record
        let seen = try await withThrowingTaskGroup(of: Int.self) { group in
            for poster in 0..<4 as Range<UInt64> {
                group.addTask {
                    for number in 0..<500 as Range<UInt64> {
                        box.post {
                            $0.records.append(NumberedRecord(number: poster * 500 + number, record: record))
                        }
                    }
                    return 0
                }
            }
            group.addTask {
                var count = 0
                let clock = ContinuousClock()
                let deadline = clock.now + .seconds(20)
                while count < 2_000, clock.now < deadline {
                    if Self.isReadable(box) { count += box.take().records.count } else { await Task.yield() }
                }
                return count
            }
            return try await group.reduce(0, +)
        }
        #expect(seen == 2_000)
    }
}
