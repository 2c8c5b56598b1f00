import Model
import TLS

/// The body of the monitor's thread: begins checks when they are due and ends them when they are late.
///
/// Each target has one deadline: that of the check in progress, or the beginning of the next. It is kept as
/// those of connections are; see ``TimerWheel``.
final class HealthLoop {
    /// Checks in progress at once; one more waits for a tick of the wheel.
    private static let limit = 256
    /// New targets are first checked within this many seconds, spread so that they are not all asked at once.
    private static let spread: Int64 = 1
    private static let wakeupToken = PollToken(.wakeup, slot: 0, generation: 0)

    private final class Entry {
        let target: CheckedTarget
        let token: PollToken
        var group: CheckedGroup
        var probe: HealthProbe?
        /// Monotonic milliseconds, as are the two below.
        var nextCheck: Int64
        var due: Int64 = .max
        var wheelEntry: Int64 = .max

        init(_ target: CheckedTarget, group: CheckedGroup, token: PollToken, nextCheck: Int64) {
            self.target = target
            self.group = group
            self.token = token
            self.nextCheck = nextCheck
        }
    }

    private let monitor: HealthMonitor
    /// Told what they are to end.
    private let workers: [WorkerPort]
    /// How long a second of a health check is: 1,000, and less in tests.
    private let secondMilliseconds: Int64
    private let tools = ProbeTools()
    private var entries = Slab<Entry>()
    private var byTarget: [ObjectIdentifier: Entry] = [:]
    private var probing = 0
    private var now = Clock.monotonicMilliseconds()
    private var wheel: TimerWheel
    private var due: [PollToken] = []
    private var departures = Departures()
    /// Those whose targets have weights.
    private var weighed: [CheckedGroup] = []
    /// When what workers have counted is judged next, in monotonic milliseconds.
    private var nextStep: Int64 = .max

    init(_ monitor: HealthMonitor, workers: [WorkerPort], secondMilliseconds: Int64) {
        self.monitor = monitor
        self.workers = workers
        self.secondMilliseconds = secondMilliseconds
        self.wheel = TimerWheel(now: self.now)
    }

    /// Returns when the monitor is stopped.
    func run() {
        guard self.monitor.poller.addReadable(self.monitor.wakeup.descriptor, Self.wakeupToken) else {
            return
        }
        while true {
            let count = self.monitor.poller.wait(timeoutMilliseconds: self.timeout())
            self.now = Clock.monotonicMilliseconds()
            for index in 0..<count {
                let event = self.monitor.poller[index]
                guard event.token.kind == .target else {
                    let (groups, isStopped) = self.monitor.take()
                    if isStopped { return }
                    if let groups { self.adopt(groups) }
                    continue
                }
                guard let entry = self.entries[event.token], let probe = entry.probe else { continue }
                if let outcome = probe.advance(event, self.tools) { self.finish(entry, outcome) }
            }
            self.expire()
            self.endWork()
            self.weigh()
        }
    }

    private func timeout() -> Int32 {
        var delay = self.wheel.delay(now: self.now) ?? .max
        delay = min(delay, max(0, min(self.departures.next ?? .max, self.nextStep) - self.now))
        return delay > 600_000 ? 600_000 : Int32(delay + 1)
    }

    private func adopt(_ groups: [CheckedGroup]) {
        var gone = self.byTarget
        for group in groups where group.served.isUsed && group.isChecked {
            for target in group.checked {
                let key = ObjectIdentifier(target)
                gone[key] = nil
                if let entry = self.byTarget[key] {
                    entry.group = group
                } else {
                    self.add(target, of: group)
                }
            }
            // What changed while the group was being prepared has been counted in the one before it.
            group.recount()
        }
        for (key, entry) in gone {
            self.byTarget[key] = nil
            if entry.probe != nil { self.probing -= 1 }
            entry.probe = nil
            self.entries.remove(entry.token.slot)
        }
        self.departures.adopt(groups)
        self.weighed = groups.filter { $0.served.isUsed && $0.watchesConduct }
        if self.weighed.isEmpty {
            self.nextStep = .max
        } else if self.nextStep == .max {
            self.nextStep = self.now + TargetConduct.stepSeconds * self.secondMilliseconds
        }
    }

    /// Has the workers end what is due.
    private func endWork() {
        for departure in self.departures.take(now: self.now) {
            if departure.isForHealth, !self.isUnhealthy(departure) { continue }
            self.tellWorkers(departure.group, departure.target)
        }
    }

    private func isUnhealthy(_ departure: Departures.Departure) -> Bool {
        self.byTarget.values.contains { entry in
            entry.group.served.id == departure.group && entry.target.endpoint == departure.target
                && !entry.target.isHealthy
        }
    }

    private func tellWorkers(_ group: ResourceID, _ target: Endpoint) {
        for worker in self.workers { worker.send(.endWork(group: group, target: target)) }
    }

    private func weigh() {
        guard self.nextStep <= self.now else { return }
        self.nextStep = self.now + TargetConduct.stepSeconds * self.secondMilliseconds
        for group in self.weighed { group.weigh() }
    }

    private func add(_ target: CheckedTarget, of group: CheckedGroup) {
        let (slot, generation) = self.entries.reserve()
        let entry = Entry(
            target,
            group: group,
            token: PollToken(.target, slot: slot, generation: generation),
            nextCheck: self.now + Int64.random(in: 0..<Self.spread * self.secondMilliseconds)
        )
        self.entries.set(entry, at: slot)
        self.byTarget[ObjectIdentifier(target)] = entry
        self.schedule(entry, at: entry.nextCheck)
    }

    private func schedule(_ entry: Entry, at time: Int64) {
        entry.due = time
        guard time < entry.wheelEntry else { return }
        entry.wheelEntry = self.wheel.schedule(entry.token, at: time)
    }

    private func expire() {
        self.wheel.advance(now: self.now, into: &self.due)
        for token in self.due {
            guard let entry = self.entries[token], entry.wheelEntry <= self.now else { continue }
            entry.wheelEntry = .max
            if entry.due > self.now {
                self.schedule(entry, at: entry.due)
            } else if entry.probe != nil {
                self.finish(entry, .timedOut)
            } else {
                self.begin(entry)
            }
        }
        self.due.removeAll(keepingCapacity: true)
    }

    private func begin(_ entry: Entry) {
        guard self.probing < Self.limit else { return self.schedule(entry, at: self.now + 1) }
        let check = entry.group.served.healthCheck
        entry.nextCheck = self.now + Int64(check.intervalSeconds) * self.secondMilliseconds
        entry.target.begin()
        let endpoint = entry.group.function.map(\.endpoint) ?? entry.target.endpoint
        guard let probe = endpoint.flatMap({ HealthProbe(of: $0, entry.group) }) else {
            return self.conclude(entry, .failed)
        }
        guard self.monitor.poller.addConnection(probe.descriptor, entry.token) else {
            return self.conclude(entry, .impossible)
        }
        entry.probe = probe
        self.probing += 1
        self.schedule(entry, at: self.now + Int64(check.timeoutSeconds) * self.secondMilliseconds)
    }

    private func finish(_ entry: Entry, _ outcome: CheckOutcome) {
        entry.probe = nil
        self.probing -= 1
        self.conclude(entry, outcome)
    }

    private func conclude(_ entry: Entry, _ outcome: CheckOutcome) {
        if entry.group.record(outcome, of: entry.target, now: self.now), !entry.target.isHealthy {
            self.becameUnhealthy(entry)
        }
        self.schedule(entry, at: max(entry.nextCheck, self.now + 1))
    }

    /// Connections to a target of a TCP group end with its health, at once or after a while.
    private func becameUnhealthy(_ entry: Entry) {
        let served = entry.group.served
        guard served.isRelayed else { return }
        if served.attributes.terminatesUnhealthy {
            self.tellWorkers(served.id, entry.target.endpoint)
        } else if served.attributes.unhealthyDrainingSeconds > 0 {
            self.departures.add(
                Departures.Departure(
                    group: served.id,
                    target: entry.target.endpoint,
                    due: self.now + Int64(served.attributes.unhealthyDrainingSeconds) * 1_000,
                    isForHealth: true
                )
            )
        }
    }
}
