import Dispatch
import Model
import Synchronization

/// Writes the lines of one log on a queue of its own: to a plain file of the gate, and to those buckets that
/// their load balancers' lines go to.
///
/// Lines wait in a bounded list, at most 200 ms; the caller only appends to it. What finds the list full or
/// cannot be written is counted, and nothing else happens: the log never slows or stops the gate.
final class LogWriter: Sendable {
    /// Lines of one load balancer, each with its line end.
    struct Chunk: Sendable {
        /// Of the load balancer.
        let path: String
        let bytes: [UInt8]
        let count: Int
    }

    /// The longest a line waits.
    private static let delay: DispatchTimeInterval = .milliseconds(200)

    private struct Waiting {
        var chunks: [Chunk] = []
        var bytes = 0
        var isScheduled = false
        var lost: UInt64 = 0
        var failure: OperatorError?
    }

    /// Used on `queue` only.
    private struct Files: ~Copyable {
        var plain: RotatedFile
        /// By the path of the load balancer.
        var buckets: [String: BucketLog] = [:]
        var isWatchingInterval = false
    }

    private let name: String
    private let waitingBytes: Int
    private let clock: @Sendable () -> Timestamp
    private let waiting = Mutex(Waiting())
    /// Locked only on `queue`, so never waited for.
    private let files: Mutex<Files>
    private let queue: DispatchQueue

    init(
        name: String,
        file: consuming RotatedFile,
        waitingBytes: Int = LogLimits.waitingBytes,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.name = name
        self.waitingBytes = waitingBytes
        self.clock = clock
        self.files = Mutex(Files(plain: file))
        self.queue = DispatchQueue(label: "sekisho.\(name)", qos: .utility)
    }

    func append(_ chunks: [Chunk]) {
        let mustSchedule = self.waiting.withLock { waiting in
            for chunk in chunks {
                guard waiting.bytes + chunk.bytes.count <= self.waitingBytes else {
                    waiting.lost += UInt64(chunk.count)
                    continue
                }
                waiting.bytes += chunk.bytes.count
                waiting.chunks.append(chunk)
            }
            guard !waiting.isScheduled, !waiting.chunks.isEmpty else { return false }
            waiting.isScheduled = true
            return true
        }
        guard mustSchedule else { return }
        self.queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() }
    }

    /// From now on copies lines to these buckets and no others; by the path of the load balancer.
    func deliver(to places: [String: BucketPlace]) {
        self.queue.async {
            self.drain()
            self.files.withLock { files in
                for (path, bucket) in files.buckets where places[path] != bucket.place {
                    bucket.finish()
                    files.buckets[path] = nil
                }
                for (path, place) in places where files.buckets[path] == nil {
                    files.buckets[path] = BucketLog(place)
                }
            }
        }
    }

    /// Returns when everything appended before is in the files or counted as lost.
    func flush() {
        self.queue.sync { self.drain() }
    }

    /// The same, and gives the buckets' files their last names.
    func finish() {
        self.queue.sync {
            self.drain()
            self.files.withLock { files in
                for bucket in files.buckets.values { bucket.finish() }
            }
        }
    }

    var health: LogHealth {
        self.waiting.withLock { LogHealth(name: self.name, lost: $0.lost, failure: $0.failure) }
    }

    private func drain() {
        let chunks = self.waiting.withLock { waiting in
            waiting.isScheduled = false
            let chunks = waiting.chunks
            waiting.chunks = []
            waiting.bytes = 0
            return chunks
        }
        let now = self.clock()
        let (lost, failure, end) = self.files.withLock { files -> (UInt64, OperatorError?, Timestamp?) in
            let plain = Self.write(chunks, to: &files.plain)
            let buckets = Self.write(chunks, to: files.buckets, at: now)
            // Without lines the interval still ends, and its file with it.
            let end = files.isWatchingInterval ? nil : files.buckets.values.compactMap(\.end).min()
            if end != nil { files.isWatchingInterval = true }
            return (plain.lost + buckets.lost, plain.failure ?? buckets.failure, end)
        }
        if !chunks.isEmpty {
            self.waiting.withLock { waiting in
                waiting.failure = failure
                waiting.lost += lost
            }
        }
        guard let end else { return }
        let milliseconds = max(0, (end.microseconds - now.microseconds) / 1_000) + 1
        self.queue.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) {
            self.files.withLock { $0.isWatchingInterval = false }
            self.drain()
        }
    }

    private static func write(
        _ chunks: [Chunk],
        to file: inout RotatedFile
    ) -> (lost: UInt64, failure: OperatorError?) {
        guard !chunks.isEmpty else { return (0, nil) }
        do throws(RotatedFile.AppendFailure) {
            try file.append(chunks.map(\.bytes))
            return (0, nil)
        } catch {
            return (chunks[error.written...].reduce(0) { $0 + UInt64($1.count) }, error.cause)
        }
    }

    private static func write(
        _ chunks: [Chunk],
        to buckets: [String: BucketLog],
        at now: Timestamp
    ) -> (lost: UInt64, failure: OperatorError?) {
        var lost: UInt64 = 0
        var failure: OperatorError?
        for (path, bucket) in buckets {
            bucket.endInterval(at: now)
            // Together, because they compress better so.
            let own = chunks.filter { $0.path == path }
            guard !own.isEmpty else { continue }
            do throws(OperatorError) {
                try bucket.append(own.flatMap(\.bytes), at: now)
            } catch {
                failure = error
                lost += own.reduce(0) { $0 + UInt64($1.count) }
            }
        }
        return (lost, failure)
    }
}
