import HTTP
import Model

/// Which target of a group a request or a connection goes to.
extension Worker {
    /// Where a request that is forwarded to this group goes; nil when there is no target.
    ///
    /// Targets of a group that nobody checks are used in turn.
    func chooseTarget(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        of id: ResourceID,
        _ targets: [Endpoint]
    ) -> Endpoint? {
        guard let group = self.targetGroups[id] else { return client.listener.chooseTarget(targets) }
        client.exchange.group = group
        let stayed = group.group.numbers == nil ? nil : self.stickyTarget(head, group)
        client.exchange.chosen = stayed ?? group.choose(&self.mixer, now: self.now)
        return client.exchange.chosen?.endpoint
    }

    /// The target that the client's cookie names, if it may be chosen.
    private func stickyTarget(
        _ head: UnsafeRawBufferPointer,
        _ group: WorkerTargetGroup
    ) -> CheckedTarget? {
        let served = group.group.served
        // Where a browser sends both, the one that it sends across sites is the newer.
        let value =
            served.attributes.stickiness.kind == .appCookie
            ? self.request.cookie("AWSALBAPP-0", in: head)
            : self.request.cookie("AWSALBCORS", in: head) ?? self.request.cookie("AWSALB", in: head)
        let cookie = StickyCookie(key: group.group.key, group: served.id)
        let now = UInt32(truncatingIfNeeded: Clock.wall().seconds)
        let target = value.flatMap { cookie.target($0, now: now) }.flatMap { group.target($0) }
        if target == nil { group.group.tally.countNonSticky() }
        return target
    }

    /// Where a connection of a TCP or TLS listener goes.
    func chooseTarget(_ relay: RelayConnection, of group: ServedRelayGroup) -> Endpoint? {
        guard let checked = self.targetGroups[group.targetGroupID] else {
            return relay.listener.chooseTarget(group.targets)
        }
        return checked.choose(
            &self.mixer,
            now: self.now,
            source: relay.peer.address,
            except: relay.attempts > 0 ? relay.endpoint : nil
        )?.endpoint
    }

    /// The header lines that we add to the response in hand; nil for none.
    func addedLines(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let group = client.exchange.group?.group, group.numbers != nil,
            let target = client.exchange.chosen
        else { return client.exchange.responseLines?.bytes }
        self.responseLines.removeAll()
        if let lines = client.exchange.responseLines { self.responseLines.append(lines.bytes) }
        let stickiness = group.served.attributes.stickiness
        let cookie = StickyCookie(key: group.key, group: group.served.id)
        let now = Clock.wall().seconds
        if stickiness.kind == .lbCookie {
            cookie.write(
                target.number,
                until: UInt32(truncatingIfNeeded: now) &+ UInt32(clamping: stickiness.lbCookieSeconds),
                expires: self.cookieDate,
                isTLS: client.isTLS,
                to: self.responseLines
            )
        } else if let name = client.exchange.group?.appCookie.bytes,
            let attributes = self.response.cookieAttributes(name, in: head)
        {
            cookie.write(
                target.number,
                until: UInt32(truncatingIfNeeded: now) &+ UInt32(clamping: stickiness.appCookieSeconds),
                attributes: attributes,
                to: self.responseLines
            )
        }
        return self.responseLines.isEmpty ? nil : self.responseLines.bytes
    }

    /// Notes how the chosen target has done, where weights are made of that.
    func noteConduct(_ client: ClientConnection, isFailure: Bool) {
        guard let group = client.exchange.group?.group, group.watchesConduct else { return }
        client.exchange.chosen?.conduct.count(isFailure: isFailure)
    }

    /// Ends what a target of a group still has in hand: the delay is over that it was given when it left, or
    /// it has become unhealthy.
    func endWork(of group: ResourceID, at endpoint: Endpoint) {
        for target in self.targets.all where target.endpoint == endpoint {
            guard let client = target.client, client.exchange.group?.group.served.id == group else {
                continue
            }
            if target.phase == .tunnel { self.cutTunnel(client) } else { self.refuse(target, status: 502) }
        }
        for relay in self.relays.all where relay.endpoint == endpoint {
            guard relay.group?.targetGroupID == group else { continue }
            self.cut(relay)
        }
    }

    /// What answers requests for this group in place of targets.
    ///
    /// Most gates have no functions: no request of theirs pays for the question.
    func function(of group: ResourceID) -> InvokedFunction? {
        self.hasFunctions ? self.targetGroups[group]?.function : nil
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
        self.hasFunctions = self.targetGroups.values.contains { $0.function != nil }
        self.hasOtherProtocols = self.targetGroups.values.contains {
            $0.protocolVersion != .http1 || $0.security != nil && $0.function == nil
        }
    }
}
