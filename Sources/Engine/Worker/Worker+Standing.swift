import Model
import TLS

/// Judging clients again while they are connected: when what their listener asks for has changed, and when a
/// date has passed by which they were let in.
///
/// 1. Whose standing is in doubt is marked at once: before a change is acknowledged, and before anything else
///    in the turn in which a date has passed. From then on a client is judged when it begins a request, and a
///    tunnel or relay when a byte is to move; whoever does not pass gets nothing, however many wait.
/// 2. The others are judged a few in each turn, so that ten thousand do not stop a worker.
/// 3. Who does not pass with a request in hand is still answered that, within ``EngineLimits/cutGrace``. Idle
///    connections are closed at the load balancer's rate, and at once when their client sends something.
/// 4. Who passes goes on, and notices nothing.
extension Worker {
    // MARK: Doubt

    /// Whether a connection that an older policy has judged may go on, or may if it passes again.
    func goesOn(_ client: ClientConnection) -> Bool {
        guard client.stream == nil, !client.isStale else { return false }
        switch client.phase {
        case .head, .exchange, .tunnel: break
        case .expecting, .handshaking, .lingering, .closed: return false
        }
        guard let tls = client.tls,
            let standing = self.succeed(
                tls,
                client.listener,
                client.policyGeneration,
                client.isVerified,
                isTunnel: client.phase == .tunnel
            )
        else { return false }
        client.policyGeneration = client.listener.policyGeneration
        client.policies = tls.policies
        if standing == .judgedAgain { self.doubt(client, .policyChanged) }
        return true
    }

    /// The same of a relay.
    func goesOn(_ relay: RelayConnection) -> Bool {
        switch relay.phase {
        case .connecting, .securing, .relaying: break
        case .preface, .handshaking, .closed: return false
        }
        guard let tls = relay.tls,
            let standing = self.succeed(
                tls,
                relay.listener,
                relay.policyGeneration,
                relay.isVerified,
                isTunnel: true
            )
        else { return false }
        relay.policyGeneration = relay.listener.policyGeneration
        if standing == .judgedAgain { self.doubt(relay, .policyChanged) }
        return true
    }

    /// How a connection stands under its listener's policies; nil where it ends.
    private func succeed(
        _ tls: ServerConnection,
        _ listener: WorkerListener,
        _ generation: UInt64,
        _ isVerified: Bool,
        isTunnel: Bool
    ) -> PolicySuccession.Standing? {
        guard !listener.isRemoved, let succession = listener.succession, succession.from == generation,
            let context = listener.context
        else { return nil }
        let standing = succession.standing(ofPolicy: tls.policy, for: tls.serverName, isTunnel: isTunnel)
        guard standing == .same || standing == .judgedAgain && isVerified, tls.goOn(under: context) else {
            return nil
        }
        return standing
    }

    /// Marks those whom changes have passed by while nobody who is connected was to be judged.
    func doubtSpared() {
        guard self.listeners.values.contains(where: \.hasBegunLiveJudgement) else { return }
        for client in self.clients.all where client.isVerified && client.tls != nil {
            if client.listener.hasBegunLiveJudgement { self.doubt(client, .policyChanged) }
        }
        for relay in self.relays.all where relay.isVerified && relay.listener.hasBegunLiveJudgement {
            self.doubt(relay, .policyChanged)
        }
    }

    private func doubt(_ client: ClientConnection, _ cause: CutCause) {
        guard client.standing == .passed, client.listener.attributes.judgesLiveClients else { return }
        client.standing = .doubtful(cause)
        self.doubtful.append(client.token)
    }

    private func doubt(_ relay: RelayConnection, _ cause: CutCause) {
        guard relay.standing == .passed, relay.listener.attributes.judgesLiveClients else { return }
        relay.standing = .doubtful(cause)
        self.doubtful.append(relay.token)
    }

    /// A client has passed, and will until a moment.
    func watch(_ tls: ServerConnection) {
        self.nextTurningPoint = min(self.nextTurningPoint, tls.turningPoint)
    }

    /// Marks those whose date has passed.
    func noteTime() {
        let now = Clock.wall().seconds
        guard self.nextTurningPoint <= now else { return }
        self.nextTurningPoint = .max
        for client in self.clients.all where client.isVerified && client.standing == .passed {
            // One that goes on under a mode that judges nobody is watched no more.
            guard let tls = client.tls, client.listener.attributes.judgesLiveClients,
                client.policyGeneration == client.listener.policyGeneration
            else { continue }
            if tls.turningPoint <= now { self.doubt(client, .timePassed) } else { self.watch(tls) }
        }
        for relay in self.relays.all where relay.isVerified && relay.standing == .passed {
            guard let tls = relay.tls, relay.listener.attributes.judgesLiveClients,
                relay.policyGeneration == relay.listener.policyGeneration
            else { continue }
            if tls.turningPoint <= now { self.doubt(relay, .timePassed) } else { self.watch(tls) }
        }
    }

    // MARK: Judgement

    /// Whether a client may begin something now.
    func passes(_ client: ClientConnection) -> Bool {
        switch client.standing {
        case .passed: return true
        case .failed: return false
        case .doubtful(let cause): return self.judge(client, cause)
        }
    }

    func passes(_ relay: RelayConnection) -> Bool {
        switch relay.standing {
        case .passed: return true
        case .failed: return false
        case .doubtful(let cause): return self.judge(relay, cause)
        }
    }

    private func judge(_ client: ClientConnection, _ cause: CutCause) -> Bool {
        client.standing = .passed
        guard client.isOpen, client.phase != .lingering, let tls = client.tls else { return true }
        guard let refusal = tls.judgeAgain(knowing: self.authorities) else {
            self.watch(tls)
            return true
        }
        client.standing = .failed
        client.listener.tally.countCut()
        self.log(client, self.details(tls, refusal, cause))
        if !client.isStale {
            client.isStale = true
            client.listener.tally.changeDraining(by: 1)
        }
        self.release(client)
        if client.phase == .exchange { self.limitExchange(client) }
        return false
    }

    private func judge(_ relay: RelayConnection, _ cause: CutCause) -> Bool {
        relay.standing = .passed
        guard relay.isOpen, let tls = relay.tls else { return true }
        guard let refusal = tls.judgeAgain(knowing: self.authorities) else {
            self.watch(tls)
            return true
        }
        relay.standing = .failed
        relay.listener.tally.countCut()
        self.log(relay, self.details(tls, refusal, cause))
        return false
    }

    /// The request in hand is the last, and has its time.
    private func limitExchange(_ client: ClientConnection) {
        client.exchange.closes = true
        if let session = client.session { self.drain(client, session) }
        client.cutAt = self.now + self.tuning.cutGrace.milliseconds
        guard client.cutAt < client.deadline else { return }
        client.deadline = client.cutAt
        guard client.deadline < client.wheelEntry else { return }
        client.wheelEntry = self.wheel.schedule(client.token, at: client.deadline)
    }

    // MARK: In each turn

    /// Judges some of those in doubt, and closes connections whose turn it is.
    func settleStandings() {
        var judgements = 0
        while judgements < EngineLimits.judgementsPerTurn, self.nextDoubtful < self.doubtful.count {
            let token = self.doubtful[self.nextDoubtful]
            self.nextDoubtful += 1
            if token.kind == .client, let client = self.clients[token] {
                guard case .doubtful = client.standing else { continue }
                judgements += 1
                if !self.passes(client), client.phase != .exchange {
                    self.closeInTurn(token, client.listener)
                }
            } else if token.kind == .relay, let relay = self.relays[token] {
                guard case .doubtful = relay.standing else { continue }
                judgements += 1
                if !self.passes(relay) { self.closeInTurn(token, relay.listener) }
            }
        }
        if self.nextDoubtful == self.doubtful.count, self.nextDoubtful > 0 {
            self.doubtful = []
            self.nextDoubtful = 0
        }
        guard !self.cutting.isEmpty else { return }
        for listener in self.cutting { self.settleCuts(listener) }
        self.cutting.removeAll { $0.cuts.isEmpty }
    }

    private func closeInTurn(_ token: PollToken, _ listener: WorkerListener) {
        if listener.cuts.isEmpty { self.cutting.append(listener) }
        listener.cuts.append(token)
    }

    private func settleCuts(_ listener: WorkerListener) {
        let interval = Int64(1_000_000 * self.workerCount / listener.attributes.cutsPerSecond)
        while let token = listener.cuts.next(now: self.nowMicroseconds, interval: interval) {
            if let client = self.clients[token] {
                if client.phase == .tunnel { self.cutTunnel(client) } else { self.closeGracefully(client) }
            } else if let relay = self.relays[token] {
                self.cut(relay)
            }
        }
    }

    /// Milliseconds until there is something to do here; nil for never.
    var standingDelay: Int64? {
        guard self.doubtful.isEmpty else { return 0 }
        var delay: Int64?
        for listener in self.cutting {
            guard let next = listener.cuts.delay(now: self.nowMicroseconds) else { continue }
            delay = min(delay ?? .max, next)
        }
        if self.nextTurningPoint < .max {
            let now = Clock.wall()
            let seconds = min(max(0, self.nextTurningPoint - now.seconds), Self.clockLook)
            delay = min(delay ?? .max, seconds * 1_000)
        }
        return delay
    }

    /// How often the clock is looked at, in seconds, which may be set while we sleep.
    private static let clockLook: Int64 = 60
}
