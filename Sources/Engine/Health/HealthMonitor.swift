import Synchronization

/// The thread that checks targets, as others see it: a letter box with a bell.
final class HealthMonitor: Sendable {
    private struct Letters {
        var groups: [CheckedGroup]?
        var isStopped = false
    }

    let wakeup: Wakeup
    /// Used by the monitor's thread alone; here because making it can fail.
    let poller: Poller
    private let letters = Mutex(Letters())

    /// Prepares a monitor; nil when the process may open no more descriptors.
    init?() {
        guard let wakeup = Wakeup(), let poller = Poller() else { return nil }
        self.wakeup = wakeup
        self.poller = poller
    }

    /// Checks the targets of these groups from now on, and no others.
    func adopt(_ groups: [CheckedGroup]) {
        self.letters.withLock { $0.groups = groups }
        self.wakeup.ring()
    }

    func stop() {
        self.letters.withLock { $0.isStopped = true }
        self.wakeup.ring()
    }

    /// The thread's side: what has come since the last call.
    func take() -> (groups: [CheckedGroup]?, isStopped: Bool) {
        self.wakeup.drain()
        return self.letters.withLock { letters in
            defer { letters.groups = nil }
            return (letters.groups, letters.isStopped)
        }
    }
}
