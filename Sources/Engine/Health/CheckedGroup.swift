import Model
import Synchronization

/// A target group with what is known of its targets; made anew for each snapshot around targets that stay.
final class CheckedGroup: Sendable {
    let served: ServedTargetGroup
    let key: CookieKey
    /// In the order of the group.
    let targets: [CheckedTarget]
    /// nil where targets are spoken to in clear text.
    let tls: PreparedTargetTLS?
    /// Answers in place of targets.
    let function: FunctionTarget?
    /// Of the targets, in their order: whether it is drained by hand.
    let isDrained: [Bool]
    /// Those of the group that are drained, and those that have left it as long as somebody may ask.
    let leaving: [LeavingTarget]
    /// Where clients stay with their targets by cookies.
    let numbers: TargetNumbers?
    let tally: TargetGroupTally
    let slowStart: SlowStart

    /// Grows when other targets than before may be chosen.
    private let changes = Atomic<Int>(1)
    private let healthyTargets = Atomic<Int>(0)

    /// Prepares a group; targets that the running one has, and checks, keep their state.
    ///
    /// - Parameters:
    ///   - served: what the group is to be.
    ///   - running: the same group as it runs; nil where none does, and no target has anything in hand.
    ///   - key: of cookies.
    ///   - workers: how many TLS is prepared for.
    ///   - now: monotonic milliseconds, from which the delay of a target that leaves is counted.
    /// - Throws: ``OperatorError`` if what its TLS is made of cannot be used.
    init(
        _ served: ServedTargetGroup,
        running: CheckedGroup?,
        key: CookieKey = .ofThisProcess,
        workers: Int = 1,
        now: Int64 = Clock.monotonicMilliseconds()
    ) throws(OperatorError) {
        self.served = served
        self.key = key
        // Served without it, invocations would go out in clear text.
        if let url = served.function?.function.baseURL, url.isTLS, served.tls?.verification == nil {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(url)",
                message: "A function at \(url) is invoked over TLS, and nothing says whom to trust.",
                hint: "Run `sekisho apply` again with the configuration."
            )
        }
        if let running, running.served.tls == served.tls,
            (running.function == nil) == (served.function == nil),
            running.served.protocolVersion == served.protocolVersion,
            running.served.isRelayed == served.isRelayed
        {
            self.tls = running.tls
        } else {
            self.tls = try served.tls.map { tls throws(OperatorError) in
                try PreparedTargetTLS(tls, of: served, workers: workers)
            }
        }
        var known: [Endpoint: CheckedTarget] = [:]
        if let running, running.served.isUsed, served.isUsed {
            for target in running.targets { known[target.endpoint] = target }
        }
        self.targets = served.targets.map { known[$0] ?? CheckedTarget($0, key: key) }
        self.isDrained = served.targets.map(served.drained.contains)
        self.leaving = Self.leaving(served, running, now: now)
        let isSticky = served.attributes.stickiness.isEnabled && !served.isRelayed
        self.numbers = isSticky ? TargetNumbers(self.targets.map(\.number)) : nil
        self.tally = running?.tally ?? TargetGroupTally()
        self.slowStart = SlowStart(seconds: served.attributes.slowStartSeconds)
        let former = running?.served.isUsed == true && served.isUsed ? running?.function : nil
        self.function = served.function.map { FunctionTarget($0, running: former, key: key) }
        self.recount()
    }

    private static func leaving(
        _ served: ServedTargetGroup,
        _ running: CheckedGroup?,
        now: Int64
    ) -> [LeavingTarget] {
        let members = Set(served.targets)
        var before: [Endpoint: LeavingTarget] = [:]
        for target in running?.leaving ?? [] { before[target.endpoint] = target }
        let delay = Int64(served.attributes.deregistrationDelaySeconds) * 1_000
        func left(_ endpoint: Endpoint, isMember: Bool) -> LeavingTarget {
            let until = before[endpoint]?.until ?? (running == nil ? now : now + delay)
            return LeavingTarget(endpoint: endpoint, until: until, isMember: isMember)
        }
        let drained = served.targets.filter(served.drained.contains).map { left($0, isMember: true) }
        let gone = (running?.targets.map(\.endpoint) ?? []).filter { !members.contains($0) }
            .map { left($0, isMember: false) }
        let earlier = before.values.filter { target in
            !members.contains(target.endpoint) && target.until > now
                && !gone.contains { $0.endpoint == target.endpoint }
        }
        return drained + gone
            + earlier.sorted { $0.until < $1.until }
            .map { left($0.endpoint, isMember: false) }
    }

    /// Those that checks and TLS are counted for: the targets, or what stands for the function.
    var checked: [CheckedTarget] { self.function.map { [$0.checked] } ?? self.targets }

    /// Too few targets are healthy: requests go to all of them, since the checks may be what is wrong.
    var failsOpen: Bool {
        let attributes = self.served.attributes
        let percent = attributes.minimumHealthyPercentage ?? 0
        let least = max(attributes.minimumHealthyCount, (self.targets.count * percent + 99) / 100)
        return self.healthyTargets.load(ordering: .relaxed) < least
    }

    /// Another number than before when other targets may be chosen; then what it stands for is seen, too.
    var version: Int { self.changes.load(ordering: .acquiring) }

    /// Whether workers count how targets answer.
    var watchesConduct: Bool { self.served.algorithm == .weightedRandom && !self.served.isRelayed }

    /// For the metrics; `requests` are those that its listeners have sent it.
    func counters(requests: UInt64) -> TargetGroupCounters {
        var counters = self.tally.counters(of: self.targets)
        if self.served.isUsed, self.function == nil { counters.failsOpen = self.failsOpen }
        let sharing = self.healthyTargets.load(ordering: .relaxed)
        counters.requestsPerTarget = self.tally.divide(
            requests,
            among: self.function != nil ? 1 : sharing > 0 ? sharing : self.targets.count
        )
        return counters
    }
}

// MARK: - The monitor's side

extension CheckedGroup {
    /// Takes the outcome of a check; true if the target's state is another now.
    func record(_ outcome: CheckOutcome, of target: CheckedTarget, now: Int64) -> Bool {
        guard target.record(outcome, thresholds: self.served.healthCheck, now: now) else { return false }
        if target.isHealthy, self.slowStart.seconds > 0 {
            let hasPeer = self.targets.contains { peer in
                peer !== target && peer.isHealthy
                    && !self.slowStart.isGrowing(since: peer.slowSince, now: now)
            }
            if hasPeer { target.startSlowly(at: now) }
        }
        self.recount()
        return true
    }

    /// Counts again, after a target's state has changed.
    func recount() {
        let count = self.targets.indices.count { self.targets[$0].isHealthy && !self.isDrained[$0] }
        self.healthyTargets.store(count, ordering: .relaxed)
        self.changes.add(1, ordering: .releasing)
    }

    /// The end of a step: weights are made of what was counted in it.
    func weigh() {
        let healthy = self.targets.indices.filter { self.targets[$0].isHealthy && !self.isDrained[$0] }
        let counts = self.targets.map { $0.conduct.take() }
        let all = healthy.reduce(TargetConduct.Count()) { $0 + counts[$1] }
        let judges = healthy.count >= TargetConduct.leastTargets
        for (index, target) in self.targets.enumerated() {
            let isAnomalous =
                judges && target.isHealthy && !self.isDrained[index]
                && counts[index].isAnomalous(among: all - counts[index])
            target.conduct.judge(
                isAnomalous: isAnomalous,
                mitigates: judges && self.served.attributes.mitigatesAnomalies
            )
        }
    }
}

// MARK: - For people

extension CheckedGroup {
    var health: TargetGroupHealth {
        if let function { return self.health(of: function) }
        let now = Clock.monotonicMilliseconds()
        let all = self.targets.indices.map { self.health(ofTarget: $0, now: now) }
        let others = all.filter { $0.state != .healthy }
        let tlsErrors = self.targets.lazy.compactMap(\.tlsErrors).prefix(TargetGroupHealth.detailed)
        let gone = self.leaving.filter { !$0.isMember }.map { $0.health(now: now) }
        let checks =
            self.served.isUsed
            ? Array(self.targets.lazy.compactMap(\.checks).prefix(TargetGroupHealth.detailed)) : []
        return TargetGroupHealth(
            healthy: all.count - others.count,
            total: all.count,
            others: Array(others.prefix(TargetGroupHealth.detailed)),
            tlsErrors: tlsErrors.isEmpty ? nil : Array(tlsErrors),
            departed: gone.isEmpty ? nil : Array(gone.prefix(TargetGroupHealth.detailed)),
            checks: checks.isEmpty ? nil : checks
        )
    }

    private func health(ofTarget index: Int, now: Int64) -> TargetHealth {
        let target = self.targets[index]
        guard self.served.isUsed else {
            return TargetHealth(
                target: target.endpoint,
                state: .unused,
                reason: .notInUse,
                description: "Target group is not configured to receive traffic from the load balancer"
            )
        }
        if self.isDrained[index], let leaving = self.leaving.first(where: { $0.endpoint == target.endpoint })
        {
            return leaving.health(now: now)
        }
        let health = target.health
        let draining = Int64(self.served.attributes.unhealthyDrainingSeconds) * 1_000
        guard health.state == .unhealthy, target.isUnhealthy(forLessThan: draining, now: now) else {
            return health
        }
        return TargetHealth(
            target: target.endpoint,
            state: .unhealthyDraining,
            reason: .failedHealthChecks,
            description: "Health checks failed"
        )
    }
}
