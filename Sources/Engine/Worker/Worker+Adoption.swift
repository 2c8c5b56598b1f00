import HTTP
import Model

/// How a worker goes from one plan to the next while traffic flows.
///
/// 1. New handshakes get the new policy from this moment; a connection that has not sent a byte gets it too.
/// 2. Idle connections that the older policy judged are closed, and so are those that have sent a part of a
///    request's head; a request in hand is finished, with `Connection: close`. Connections for names whose
///    policy stays go on instead, and where both policies verify, those of verified clients that pass again;
///    see Worker+Standing.
/// 3. A handshake in progress goes on under the policy it began with, and a client that has just completed
///    one is about to send its first request: closing on it would fail a request that no keep-alive rule
///    lets the client repeat. The acknowledgement waits for these, at most ``EngineLimits/flipGrace``, and
///    until then each may begin one request, which so begins before the acknowledgement. After that none
///    may: the connection is closed, or will be when its handshake is complete.
/// 4. Then the worker acknowledges: no request begins on a connection that an older policy judged.
extension Worker {
    func adopt(_ plan: WorkerPlan, _ acknowledgement: Acknowledgement) {
        // The one before has been acknowledged: changes come one at a time.
        self.finishAdoption()
        let deadline = self.now + EngineLimits.flipGrace.milliseconds
        self.adoption = Adoption(acknowledgement: acknowledgement, deadline: deadline)

        self.workerCount = plan.workers
        // Attributes may have changed what is to be looked at.
        self.nextTurningPoint = 0
        self.adoptTargetGroups(plan)
        self.cookieKey = plan.cookieKey
        self.authorities = plan.authorities
        self.adoptNames(plan)
        var wanted: [ResourceID: WorkerListenerPlan] = [:]
        for listener in plan.listeners { wanted[listener.served.id] = listener }
        for listener in self.listeners.values {
            let plan = wanted[listener.id]
            let isKept = plan.map { $0.socket === listener.socket && listener.hasSameKind(as: $0) }
            if isKept != true { self.remove(listener) }
        }
        for listenerPlan in plan.listeners {
            if let listener = self.listeners[listenerPlan.served.id] {
                listener.adopt(listenerPlan)
            } else {
                self.add(listenerPlan)
            }
        }
        for client in self.clients.all {
            let isJudgedOtherwise = client.policyGeneration != client.listener.policyGeneration
            guard client.listener.isRemoved || isJudgedOtherwise, !self.goesOn(client) else { continue }
            self.retire(client)
        }
        self.adoptRelays(plan)
        self.doubtSpared()
        self.closeUnusedTargets(plan)
    }

    /// What one listener's targets believe, no client may say on any.
    private func adoptNames(_ plan: WorkerPlan) {
        let names = plan.listeners.compactMap(\.served.tls).flatMap { $0.identityHeaders.names.values }
        self.request.scrubbed = ScrubbedNames(names)
        for client in self.clients.all { client.session?.http.scrubbed = self.request.scrubbed }
    }

    /// Ends the relays that the plan would not have let in, before it is acknowledged; those of a listener
    /// that is gone drain.
    ///
    /// A listener that has gone may have left its address to another, whose policy then holds there.
    private func adoptRelays(_ plan: WorkerPlan) {
        guard self.relays.count > 0 else { return }
        var byAddress: [Endpoint: WorkerListenerPlan] = [:]
        for listener in plan.listeners { byAddress[listener.socket.endpoint] = listener }
        for relay in self.relays.all {
            if !relay.mayGoOn(under: byAddress[relay.listener.endpoint]), !self.goesOn(relay) {
                if relay.phase == .handshaking { self.failHandshake(relay, .failed(.stopped)) }
                self.cut(relay)
            } else if relay.listener.isRemoved {
                self.retire(relay)
            }
        }
    }

    /// Acknowledges the plan once nobody is waited for.
    func settleAdoption() {
        guard let adoption, adoption.awaited == 0 || self.now >= adoption.deadline else { return }
        self.finishAdoption()
    }

    /// The end of the grace: from here on no stale connection begins a request.
    private func finishAdoption() {
        guard let adoption else { return }
        self.adoption = nil
        for client in self.clients.all where client.isStale {
            client.isAwaited = false
            if client.phase == .head { self.closeGracefully(client) }
        }
        adoption.acknowledgement.arrive()
    }

    /// The adoption waits for this connection's first request.
    private func await(_ client: ClientConnection) {
        guard self.adoption != nil else { return }
        client.isAwaited = true
        self.adoption?.awaited += 1
    }

    /// The adoption no longer waits for this connection.
    func release(_ client: ClientConnection) {
        guard client.isAwaited else { return }
        client.isAwaited = false
        self.adoption?.awaited -= 1
    }

    func stop(_ stopping: Stopping) {
        self.finishAdoption()
        self.stopping = stopping
        for listener in Array(self.listeners.values) { self.remove(listener) }
        for client in self.clients.all { self.retire(client) }
        for relay in self.relays.all { self.retire(relay) }
        for target in self.targets.all where target.phase == .idle { self.close(target) }
    }

    private func add(_ plan: WorkerListenerPlan) {
        let (slot, generation) = self.listenerSlab.reserve()
        let token = PollToken(.listener, slot: slot, generation: generation)
        let listener = WorkerListener(plan, token: token)
        self.listenerSlab.set(listener, at: slot)
        self.listeners[listener.id] = listener
        plan.socket.listen()
        _ = self.poller.addReadable(plan.socket.descriptor, token)
    }

    private func remove(_ listener: WorkerListener) {
        // Said to epoll, because another listener may keep the socket open.
        if let socket = listener.socket { self.poller.remove(socket.descriptor) }
        listener.giveUpSocket()
        self.listenerSlab.remove(listener.token.slot)
        self.listeners[listener.id] = nil
    }

    /// A connection that must not go on as it is.
    private func retire(_ client: ClientConnection) {
        // Streams follow their connection.
        guard client.stream == nil else { return }
        guard !client.isStale, client.phase != .lingering, client.isOpen else { return }
        if client.phase == .tunnel, !self.mayGoOn(tunnel: client) { return self.cutTunnel(client) }
        if client.phase == .tunnel, !client.listener.isRemoved { return }
        if client.phase == .expecting {
            // It takes its listener's policy with its first byte, so only the listener's end concerns it.
            if client.listener.isRemoved { self.fail(client, .failed(.stopped)) }
            return
        }
        client.isStale = true
        client.listener.tally.changeDraining(by: 1)
        switch client.phase {
        case .handshaking:
            self.await(client)
        case .head:
            let isFresh = client.unusedSince.map { self.now - $0 < EngineLimits.flipGrace.milliseconds }
            if isFresh == true, client.inbox == nil, self.adoption != nil {
                self.await(client)
            } else {
                self.closeGracefully(client)
            }
        case .exchange:
            client.exchange.closes = true
            if let session = client.session { self.drain(client, session) }
        case .expecting, .tunnel, .lingering, .closed:
            break
        }
    }

    private func closeUnusedTargets(_ plan: WorkerPlan) {
        var endpoints: Set<Endpoint> = []
        for listener in plan.listeners {
            for action in listener.served.actions { endpoints.formUnion(action.targets) }
        }
        endpoints.formUnion(plan.targetGroups.compactMap { $0.function?.endpoint })
        for target in self.pool.removeAll(except: endpoints) { self.close(target) }
        for target in self.targets.all where !endpoints.contains(target.endpoint) { target.isRetired = true }
    }
}
