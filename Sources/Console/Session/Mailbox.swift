import Glibc
import Model
import Synchronization

/// Where everything that is not the console's thread leaves its news.
///
/// One slot for each kind; of states only the newest counts, so nothing queues up and nobody ever waits for
/// the console. The pipe is written once when the box goes from empty to full, which wakes the console.
final class Mailbox: Sendable {
    /// What lies in the box.
    struct Contents: Sendable {
        var view: GateView?
        var counters: GateCounters?
        /// In order; the oldest go when there are more than ``Mailbox/recordLimit``.
        var records: [NumberedRecord] = []
        var lost: UInt64?
        /// Records that had to go, since the box was made.
        fileprivate(set) var overflow: UInt64 = 0
        /// In order, because `gone` and `live` right after each other are two things.
        var links: [Link] = []
        var replies: [(Int, Result<Reply, OperatorError>)] = []
        var signals: [ConsoleSignal] = []

        fileprivate(set) var isEmpty = true

        /// What lies in it as events, in the order in which they are taken; without signals.
        var events: [ConsoleEvent] {
            var events = self.links.map { ConsoleEvent.link($0) }
            if let view { events.append(.view(view)) }
            if let counters { events.append(.counters(counters)) }
            if let lost {
                events.append(.records(RecordBatch(records: self.records, lost: lost + self.overflow)))
            }
            return events + self.replies.map { .reply($0.0, $0.1) }
        }
    }

    private let contents = Mutex(Contents())
    /// Records that wait for a console that does not read; each has some 500 bytes.
    static let recordLimit = 65_536
    /// Readable while the box is full.
    let readDescriptor: Int32
    private let writeDescriptor: Int32

    init() throws(OperatorError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw OperatorError(
                .resourceLimit,
                subject: "console",
                message: "No pipe could be made: \(String(cString: strerror(errno))).",
                hint: "Raise the limit of open files (ulimit -n)."
            )
        }
        for end in ends {
            // Not inherited, and never waited for: neither side of the box may block.
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        self.readDescriptor = ends[0]
        self.writeDescriptor = ends[1]
    }

    deinit {
        Glibc.close(self.readDescriptor)
        Glibc.close(self.writeDescriptor)
    }

    /// Puts something into the box; from any thread.
    func post(_ change: (inout Contents) -> Void) {
        let wasEmpty = self.contents.withLock { contents in
            change(&contents)
            let excess = contents.records.count - Self.recordLimit
            if excess > 0 {
                contents.records.removeFirst(excess)
                contents.overflow += UInt64(excess)
            }
            defer { contents.isEmpty = false }
            return contents.isEmpty
        }
        guard wasEmpty else { return }
        var byte: UInt8 = 1
        // The pipe holds one byte at most, so it is never full.
        _ = write(self.writeDescriptor, &byte, 1)
    }

    /// Empties the box.
    func take() -> Contents {
        var bytes: [UInt8] = [0, 0, 0, 0]
        // Before the slots: what comes in between wakes us once more, for nothing, instead of never.
        _ = read(self.readDescriptor, &bytes, bytes.count)
        return self.contents.withLock { contents in
            let taken = contents
            contents = Contents()
            contents.overflow = taken.overflow
            return taken
        }
    }
}
