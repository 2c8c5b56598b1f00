import Model
import Synchronization

/// What a worker shares with the rest of the process, and nothing else is shared: a letter box with a bell,
/// rings of records, and the count of all open connections.
final class WorkerPort: Sendable {
    /// Used by the worker alone; here because making it can fail, and that must be before a thread starts.
    let poller: Poller
    let wakeup: Wakeup
    let ring: RecordRing
    let accessRing: AccessRing
    let collector: RecordCollector
    let totalOpen: OpenCount
    let relayTally: RelayTally
    let sources: SourceTable
    let tuning: EngineTuning
    let gauges = WorkerGauges()
    private let letters = Mutex<[WorkerCommand]>([])

    init(
        poller: Poller,
        wakeup: Wakeup,
        ring: RecordRing,
        accessRing: AccessRing,
        collector: RecordCollector,
        totalOpen: OpenCount,
        relayTally: RelayTally,
        sources: SourceTable,
        tuning: EngineTuning
    ) {
        self.poller = poller
        self.wakeup = wakeup
        self.ring = ring
        self.accessRing = accessRing
        self.collector = collector
        self.totalOpen = totalOpen
        self.relayTally = relayTally
        self.sources = sources
        self.tuning = tuning
    }

    func send(_ command: WorkerCommand) {
        self.letters.withLock { $0.append(command) }
        self.wakeup.ring()
    }

    /// The worker's side: everything sent since the last call.
    func take() -> [WorkerCommand] {
        self.wakeup.drain()
        return self.letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }
}
