import Model

/// A target group as one worker uses it: whose turn it is.
final class WorkerTargetGroup {
    private var group: CheckedGroup
    /// Of the group's targets, in its order.
    private var loads: [TargetLoad]
    /// Where round robin goes on.
    private var next = 0
    /// nil where targets are spoken to in clear text.
    private(set) var security: WorkerTargetTLS?
    /// The plan no longer has it; requests that the plan before has let begin may still go there.
    private(set) var isGone = false

    init(_ group: CheckedGroup, loads: [TargetLoad], worker: Int) {
        self.group = group
        self.loads = loads
        self.adoptSecurity(worker)
    }

    var protocolVersion: TargetGroup.ProtocolVersion { self.group.served.protocolVersion }

    /// Takes over a newer group.
    func adopt(_ group: CheckedGroup, loads: [TargetLoad], worker: Int) {
        self.group = group
        self.loads = loads
        self.isGone = false
        self.adoptSecurity(worker)
    }

    private func adoptSecurity(_ worker: Int) {
        if self.security?.prepared !== self.group.tls {
            self.security?.retire()
            self.security = self.group.tls.map { WorkerTargetTLS($0, worker: worker) }
        }
        self.security?.adopt(self.group.targets)
    }

    /// Stays for one plan more; false if it has.
    func leave() -> Bool {
        guard self.isGone else {
            self.isGone = true
            return true
        }
        self.security?.retire()
        return false
    }

    /// A healthy target, or any when none is; nil when the group is empty.
    func choose(_ mixer: inout Mixer) -> Endpoint? {
        let targets = self.group.targets
        guard !targets.isEmpty else { return nil }
        let all = self.group.failsOpen
        let chosen =
            switch self.group.served.algorithm {
            case .roundRobin: self.inTurn(all: all)
            case .leastOutstandingRequests: self.leastLoaded(all: all)
            case .weightedRandom: self.random(&mixer, all: all)
            }
        // All have become unhealthy since the question whether any is healthy.
        self.next = chosen ?? (self.next + 1) % targets.count
        return targets[self.next].endpoint
    }

    private func inTurn(all: Bool) -> Int? {
        let targets = self.group.targets
        for offset in 1...targets.count {
            let index = (self.next + offset) % targets.count
            if all || targets[index].isHealthy { return index }
        }
        return nil
    }

    private func leastLoaded(all: Bool) -> Int? {
        let targets = self.group.targets
        var best: Int?
        for offset in 1...targets.count {
            let index = (self.next + offset) % targets.count
            guard all || targets[index].isHealthy else { continue }
            if let known = best, self.loads[known].requests <= self.loads[index].requests { continue }
            best = index
            if self.loads[index].requests == 0 { break }
        }
        return best
    }

    /// Each candidate takes the place of the one before it with the chance that makes all equally likely, so
    /// that one look at every target is enough.
    private func random(_ mixer: inout Mixer, all: Bool) -> Int? {
        let targets = self.group.targets
        var chosen: Int?
        var candidates: UInt64 = 0
        for index in targets.indices where all || targets[index].isHealthy {
            candidates += 1
            if mixer.next() % candidates == 0 { chosen = index }
        }
        return chosen
    }
}

extension Worker {
    /// Where a request that is forwarded to this group goes; nil when there is no target.
    ///
    /// Targets of a group that nobody checks are used in turn.
    func chooseTarget(_ listener: WorkerListener, of group: ResourceID, _ targets: [Endpoint]) -> Endpoint? {
        guard let group = self.targetGroups[group] else { return listener.chooseTarget(targets) }
        return group.choose(&self.mixer)
    }

    func adoptTargetGroups(_ plan: WorkerPlan) {
        let (groupsBefore, loadsBefore) = (self.targetGroups, self.targetLoads)
        self.targetGroups = [:]
        self.targetLoads = [:]
        for group in plan.targetGroups where group.served.isUsed {
            let loads = group.targets.map { target in
                // A target of two groups has one load.
                let load =
                    self.targetLoads[target.endpoint] ?? loadsBefore[target.endpoint] ?? TargetLoad()
                self.targetLoads[target.endpoint] = load
                return load
            }
            let known = groupsBefore[group.served.id]
            known?.adopt(group, loads: loads, worker: plan.worker)
            self.targetGroups[group.served.id] =
                known ?? WorkerTargetGroup(group, loads: loads, worker: plan.worker)
        }
        // A request that begins within the grace of this flip must find its group as it was, TLS above all.
        for (id, group) in groupsBefore where self.targetGroups[id] == nil && group.leave() {
            self.targetGroups[id] = group
        }
        self.hasOtherProtocols = self.targetGroups.values.contains {
            $0.protocolVersion != .http1 || $0.security != nil
        }
    }
}
