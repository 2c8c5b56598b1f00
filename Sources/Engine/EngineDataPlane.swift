public import Model
import Synchronization
import TLS

/// The engine: snapshots in, connection records and counters out.
public final class EngineDataPlane: DataPlane {
    private struct State {
        var ports: [WorkerPort] = []
        var collector: RecordCollector?
        var prepared: PreparedSnapshot?
        var running: [ResourceID: PreparedListener] = [:]
        var monitor: HealthMonitor?
        var resolver: NameResolver?
        var targetGroups: [ResourceID: CheckedGroup] = [:]
        var authorities = AuthorityDirectory.empty
    }

    private let state = Mutex(State())
    private let totalOpen = OpenCount()
    let sources = SourceTable()
    let relayTally = RelayTally()
    private let sink: @Sendable ([ConnectionRecord]) -> Void
    private let access: @Sendable ([AccessLines]) -> Void
    private let tuning: EngineTuning

    /// Creates an engine that runs nothing yet.
    ///
    /// - Parameters:
    ///   - sink: is given connection records in batches, on a thread of the engine's own.
    ///   - access: is given lines of access logs, on the same thread.
    public convenience init(
        sink: @escaping @Sendable ([ConnectionRecord]) -> Void,
        access: @escaping @Sendable ([AccessLines]) -> Void
    ) {
        self.init(tuning: EngineTuning(), sink: sink, access: access)
    }

    /// For tests, whose bounds may be smaller.
    package init(
        tuning: EngineTuning,
        sink: @escaping @Sendable ([ConnectionRecord]) -> Void,
        access: @escaping @Sendable ([AccessLines]) -> Void
    ) {
        self.tuning = tuning
        self.sink = sink
        self.access = access
    }

    public func prepare(_ snapshot: Snapshot) async -> [ResourceID: OperatorError] {
        let ports: [WorkerPort]
        do throws(OperatorError) {
            ports = try self.startWorkers(snapshot.workers)
        } catch {
            return Dictionary(uniqueKeysWithValues: snapshot.listeners.map { ($0.id, error) })
        }
        let (running, groups, authorities, resolver) = self.state.withLock {
            ($0.running, $0.targetGroups, $0.authorities, $0.resolver)
        }
        let (checked, broken) = Self.prepare(snapshot, running: groups, workers: ports.count)
        var listeners: [PreparedListener] = []
        var failures: [ResourceID: OperatorError] = [:]
        for served in snapshot.listeners {
            // Served without it, requests would go out in clear text, or to whoever answers.
            if let error = served.targetGroupIDs.lazy.compactMap({ broken[$0] }).first {
                failures[served.id] = error
                continue
            }
            let sameAddress = running.values.first {
                $0.served.endpoint == served.endpoint && served.endpoint.port != 0
            }
            do throws(OperatorError) {
                let prepared = try PreparedListener(
                    served,
                    running: running[served.id],
                    sockets: sameAddress?.sockets,
                    generation: snapshot.generation,
                    workers: ports.count
                )
                listeners.append(prepared)
            } catch {
                failures[served.id] = error
            }
        }
        let prepared = PreparedSnapshot(
            generation: snapshot.generation,
            listeners: listeners,
            targetGroups: checked,
            cookieKey: snapshot.cookieKey,
            authorities: authorities.stores == snapshot.trustStores
                ? authorities : AuthorityDirectory(snapshot.trustStores)
        )
        let hosts = Self.hosts(checked)
        // What runs goes on being looked up, for this change may not come.
        resolver?.adopt(hosts + Self.hosts(groups.values))
        await resolver?.settle(hosts)
        self.state.withLock { $0.prepared = prepared }
        return failures
    }

    private static func hosts(_ groups: some Collection<CheckedGroup>) -> [FunctionHost] {
        groups.filter(\.served.isUsed).compactMap(\.function?.host)
    }

    /// The groups, and why some cannot be used.
    private static func prepare(
        _ snapshot: Snapshot,
        running: [ResourceID: CheckedGroup],
        workers: Int
    ) -> (checked: [CheckedGroup], broken: [ResourceID: OperatorError]) {
        var checked: [CheckedGroup] = []
        var broken: [ResourceID: OperatorError] = [:]
        for group in snapshot.targetGroups {
            do throws(OperatorError) {
                checked.append(
                    try CheckedGroup(
                        group,
                        running: running[group.id],
                        key: snapshot.cookieKey,
                        workers: workers
                    )
                )
            } catch {
                broken[group.id] = error
            }
        }
        return (checked, broken)
    }

    public func discard(generation: UInt64) async {
        self.state.withLock { state in
            guard state.prepared?.generation == generation else { return }
            state.prepared = nil
            state.resolver?.adopt(Self.hosts(state.targetGroups.values))
        }
    }

    public func commit(generation: UInt64) async {
        let (prepared, ports, monitor, resolver) = self.state.withLock { state in
            defer { state.prepared = nil }
            return (state.prepared, state.ports, state.monitor, state.resolver)
        }
        guard let prepared, prepared.generation == generation, !ports.isEmpty else { return }
        await withCheckedContinuation { continuation in
            let acknowledgement = Acknowledgement(ports.count) { continuation.resume() }
            for (index, port) in ports.enumerated() {
                port.send(.adopt(prepared.plan(forWorker: index, of: ports.count), acknowledgement))
            }
        }
        // After the workers, so that they begin nothing at a target after they were told to end its work.
        monitor?.adopt(prepared.targetGroups)
        resolver?.adopt(Self.hosts(prepared.targetGroups))
        self.state.withLock { state in
            state.running = Dictionary(
                uniqueKeysWithValues: prepared.listeners.map { ($0.served.id, $0) }
            )
            state.targetGroups = Dictionary(
                uniqueKeysWithValues: prepared.targetGroups.map { ($0.served.id, $0) }
            )
            state.authorities = prepared.authorities
        }
    }

    public func counters() -> EngineCounters {
        let (running, collector, groups, ports) = self.state.withLock {
            ($0.running, $0.collector, $0.targetGroups, $0.ports)
        }
        var counters = EngineCounters()
        var requests: [ResourceID: UInt64] = [:]
        for (id, listener) in running {
            var sum = ListenerCounters()
            for tally in listener.tallies { sum.add(tally.counters) }
            sum.open = listener.open.value
            for (group, tallies) in listener.groupTallies {
                var groupSum = GroupCounters()
                for tally in tallies { groupSum.add(tally.counters) }
                if !groupSum.metrics.isEmpty { sum.traffic?.groups[group] = groupSum }
                requests[group, default: 0] += groupSum.metrics[.requests] ?? 0
            }
            counters.listeners[id] = sum
        }
        counters.droppedRecords = collector?.droppedCount ?? 0
        counters.droppedRequests = collector?.droppedRequests ?? 0
        counters.workers = ports.map(\.gauges.counters)
        counters.targetGroups = groups.mapValues(\.health)
        counters.targetGroupCounters = groups.reduce(into: [:]) { all, group in
            all[group.key] = group.value.counters(requests: requests[group.key] ?? 0)
        }
        return counters
    }

    public func stop(grace: Duration) async {
        let (ports, collector, monitor, resolver) = self.state.withLock { state in
            defer { state = State() }
            return (state.ports, state.collector, state.monitor, state.resolver)
        }
        monitor?.stop()
        resolver?.stop()
        guard let collector else { return }
        let deadline = Clock.monotonicMilliseconds() + grace.milliseconds
        await withCheckedContinuation { continuation in
            let acknowledgement = Acknowledgement(ports.count) { continuation.resume() }
            for port in ports { port.send(.stop(deadline: deadline, acknowledgement)) }
        }
        await withCheckedContinuation { continuation in
            collector.stop { continuation.resume() }
        }
    }

    /// The address a listener is bound to, with the port the system chose where it was asked to.
    public func boundEndpoint(of listener: ResourceID) -> Endpoint? {
        self.state.withLock { $0.running[listener]?.sockets.first?.endpoint }
    }

    /// Starts the workers; the first call decides how many there are.
    private func startWorkers(_ count: Int) throws(OperatorError) -> [WorkerPort] {
        let started = self.state.withLock { $0.ports }
        guard started.isEmpty else { return started }
        guard let collectorWakeup = Wakeup(), let monitor = HealthMonitor(), let resolver = NameResolver()
        else {
            throw Self.outOfDescriptors
        }
        let rings = (0..<count).map { _ in RecordRing() }
        let accessRings = (0..<count).map { _ in AccessRing() }
        let collector = RecordCollector(
            rings: rings,
            accessRings: accessRings,
            wakeup: collectorWakeup,
            sink: self.sink,
            access: self.access
        )
        var ports: [WorkerPort] = []
        for (ring, accessRing) in zip(rings, accessRings) {
            guard let poller = Poller(), let wakeup = Wakeup() else { throw Self.outOfDescriptors }
            ports.append(
                WorkerPort(
                    poller: poller,
                    wakeup: wakeup,
                    ring: ring,
                    accessRing: accessRing,
                    collector: collector,
                    totalOpen: self.totalOpen,
                    relayTally: self.relayTally,
                    sources: self.sources,
                    tuning: self.tuning
                )
            )
        }
        guard NativeThread.start("records", { collector.run() }) else { throw Self.outOfThreads }
        let second = self.tuning.healthCheckSecond.milliseconds
        let everyWorker = ports
        let isMonitoring = NativeThread.start("health") {
            HealthLoop(monitor, workers: everyWorker, secondMilliseconds: second).run()
        }
        guard isMonitoring, NativeThread.start("names", { resolver.run() }) else { throw Self.outOfThreads }
        for (index, port) in ports.enumerated() {
            guard NativeThread.start("worker \(index)", { Worker(port: port).run() }) else {
                throw Self.outOfThreads
            }
        }
        self.state.withLock { state in
            state.ports = ports
            state.collector = collector
            state.monitor = monitor
            state.resolver = resolver
        }
        return ports
    }

    private static let outOfDescriptors = OperatorError(
        .resourceLimit,
        subject: "engine",
        message: "The engine cannot start: this process may open no more descriptors.",
        hint: "Raise the limit (ulimit -n) and start again."
    )

    private static let outOfThreads = OperatorError(
        .resourceLimit,
        subject: "engine",
        message: "The engine cannot start: this process may start no more threads.",
        hint: "Raise the limit (ulimit -u, or the unit's TasksMax) or lower `workers`, and start again."
    )
}
