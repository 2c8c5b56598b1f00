import Model

/// A target group as one worker uses it: whose turn it is.
final class WorkerTargetGroup {
    private var group: CheckedGroup
    /// Where round robin goes on.
    private var next = 0

    init(_ group: CheckedGroup) {
        self.group = group
    }

    /// Takes over a newer group.
    func adopt(_ group: CheckedGroup) {
        self.group = group
    }

    /// The next healthy target in turn, or the next of all when none is; nil when the group is empty.
    func choose() -> Endpoint? {
        let targets = self.group.targets
        guard !targets.isEmpty else { return nil }
        if !self.group.failsOpen {
            for offset in 1...targets.count {
                let index = (self.next + offset) % targets.count
                guard targets[index].isHealthy else { continue }
                self.next = index
                return targets[index].endpoint
            }
        }
        // All unhealthy, perhaps only since the look above.
        self.next = (self.next + 1) % targets.count
        return targets[self.next].endpoint
    }
}

extension Worker {
    /// Where a request that is forwarded to this group goes; nil when there is no target.
    ///
    /// Targets of a group that nobody checks are used in turn.
    func chooseTarget(_ listener: WorkerListener, of group: ResourceID, _ targets: [Endpoint]) -> Endpoint? {
        guard let group = self.targetGroups[group] else { return listener.chooseTarget(targets) }
        return group.choose()
    }

    func adoptTargetGroups(_ groups: [CheckedGroup]) {
        let before = self.targetGroups
        self.targetGroups = [:]
        for group in groups where group.served.isUsed {
            let known = before[group.served.id]
            known?.adopt(group)
            self.targetGroups[group.served.id] = known ?? WorkerTargetGroup(group)
        }
    }
}
