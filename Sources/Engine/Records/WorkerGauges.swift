import Model
import Synchronization

/// What one worker holds: told by it once a turn, read by anyone.
final class WorkerGauges: Sendable {
    private let bufferedBytes = Atomic<Int>(0)
    private let targetConnections = Atomic<Int>(0)

    func tell(bufferedBytes: Int, targetConnections: Int) {
        self.bufferedBytes.store(bufferedBytes, ordering: .relaxed)
        self.targetConnections.store(targetConnections, ordering: .relaxed)
    }

    var counters: WorkerCounters {
        WorkerCounters(
            bufferedBytes: self.bufferedBytes.load(ordering: .relaxed),
            targetConnections: self.targetConnections.load(ordering: .relaxed)
        )
    }
}
