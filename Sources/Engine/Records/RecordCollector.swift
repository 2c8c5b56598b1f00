import Glibc
import Model
import Synchronization

/// The thread that carries connection records and requests from the workers' rings to whoever keeps them.
///
/// The lines of the access log are written here, so that no worker spends time on them.
///
/// It sleeps until a worker has written something, and after each batch for a moment, so that a busy gate
/// is not woken for every record.
final class RecordCollector: Sendable {
    /// 20 ms: short enough for an eye, long enough for a batch.
    private static let pauseMicroseconds: UInt32 = 20_000

    private let rings: [RecordRing]
    private let accessRings: [AccessRing]
    private let wakeup: Wakeup
    private let isWoken = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let stopped = Mutex<(@Sendable () -> Void)?>(nil)
    private let sink: @Sendable ([ConnectionRecord]) -> Void
    private let access: @Sendable ([AccessLines]) -> Void

    init(
        rings: [RecordRing],
        accessRings: [AccessRing],
        wakeup: Wakeup,
        sink: @escaping @Sendable ([ConnectionRecord]) -> Void,
        access: @escaping @Sendable ([AccessLines]) -> Void
    ) {
        self.rings = rings
        self.accessRings = accessRings
        self.wakeup = wakeup
        self.sink = sink
        self.access = access
    }

    var droppedCount: UInt64 { self.rings.reduce(0) { $0 + $1.droppedCount } }
    var droppedRequests: UInt64 { self.accessRings.reduce(0) { $0 + $1.droppedCount } }

    /// A worker has put records into its ring; at most one call of many reaches the kernel.
    func notify() {
        if !self.isWoken.exchange(true, ordering: .acquiringAndReleasing) { self.wakeup.ring() }
    }

    /// Ends the thread after one more look at every ring, then calls back.
    func stop(_ stopped: @escaping @Sendable () -> Void) {
        self.stopped.withLock { $0 = stopped }
        self.isStopping.store(true, ordering: .releasing)
        self.wakeup.ring()
    }

    /// The thread's body.
    func run() {
        while !self.isStopping.load(ordering: .acquiring) {
            _ = self.wakeup.wait(milliseconds: -1)
            // Before the drain: a record written after it rings again.
            self.isWoken.store(false, ordering: .releasing)
            self.deliver()
            usleep(Self.pauseMicroseconds)
        }
        self.deliver()
        self.stopped.withLock { $0 }?()
    }

    private func deliver() {
        self.deliverRecords()
        self.deliverRequests()
    }

    private func deliverRequests() {
        var logs: [String: AccessLineWriter] = [:]
        for ring in self.accessRings {
            ring.drain { entry, text in
                logs[entry.context.loadBalancerPath, default: AccessLineWriter()].append(entry, text)
            }
        }
        guard !logs.isEmpty else { return }
        self.access(
            logs.map { path, lines in
                AccessLines(loadBalancerPath: path, bytes: lines.bytes, count: lines.count)
            }
        )
    }

    private func deliverRecords() {
        var batch: [ConnectionRecord] = []
        for ring in self.rings { ring.drain(into: &batch) }
        guard !batch.isEmpty else { return }
        // Rings are ordered each by itself; readers want one order.
        batch.sort { $0.time < $1.time }
        self.sink(batch)
    }
}
