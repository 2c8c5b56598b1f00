import Dispatch
import Model
import Synchronization

/// Writes records to the connection log on a queue of its own.
///
/// Records wait in a bounded list, at most 200 ms; the caller only appends to it. What finds the list full
/// or cannot be written is counted, and nothing else happens: the log never slows or stops the gate.
final class LogWriter: Sendable {
    /// Records that wait at most; at full speed of the data plane some seconds' worth.
    private static let waitingRecords = 65_536

    /// The longest a record waits.
    private static let delay: DispatchTimeInterval = .milliseconds(200)

    private struct Waiting {
        var records: [ConnectionRecord] = []
        var isScheduled = false
        var lost: UInt64 = 0
        var failure: OperatorError?
    }

    private let waiting = Mutex(Waiting())
    /// Locked only on `queue`, so never waited for.
    private let file: Mutex<RotatedFile>
    private let queue = DispatchQueue(label: "sekisho.connection-log", qos: .utility)

    init(path: String, rotateBytes: Int, keptFiles: Int) throws(OperatorError) {
        self.file = Mutex(try RotatedFile(path: path, rotateBytes: rotateBytes, keptFiles: keptFiles))
    }

    func append(_ records: [ConnectionRecord]) {
        let mustSchedule = self.waiting.withLock { waiting in
            let room = Self.waitingRecords - waiting.records.count
            waiting.records += records.prefix(room)
            waiting.lost += UInt64(max(0, records.count - room))
            guard !waiting.isScheduled, !waiting.records.isEmpty else { return false }
            waiting.isScheduled = true
            return true
        }
        guard mustSchedule else { return }
        self.queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() }
    }

    /// Returns when everything appended before is in the file or counted as lost.
    func flush() {
        self.queue.sync { self.drain() }
    }

    /// Records that are not in the file.
    var lost: UInt64 {
        self.waiting.withLock { $0.lost }
    }

    /// Why the last write failed; nil when it did not.
    var failure: OperatorError? {
        self.waiting.withLock { $0.failure }
    }

    private func drain() {
        let records = self.waiting.withLock { waiting in
            waiting.isScheduled = false
            let records = waiting.records
            waiting.records = []
            return records
        }
        guard !records.isEmpty else { return }
        let lines = records.map { Array("\($0.albLine)\n".utf8) }
        let failure = self.file.withLock { file -> RotatedFile.AppendFailure? in
            do throws(RotatedFile.AppendFailure) {
                try file.append(lines)
                return nil
            } catch {
                return error
            }
        }
        self.waiting.withLock { waiting in
            waiting.failure = failure?.cause
            if let failure { waiting.lost += UInt64(lines.count - failure.written) }
        }
    }
}
