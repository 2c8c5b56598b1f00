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
        guard self.succeeds(client, isTunnel: client.phase == .tunnel) else { return false }
        if let tls = client.tls { client.policies = tls.policies }
        return true
    }

    /// The same of a relay.
    func goesOn(_ relay: RelayConnection) -> Bool {
        switch relay.phase {
        case .connecting, .securing, .relaying: break
        case .preface, .handshaking, .closed: return false
        }
        return self.succeeds(relay, isTunnel: true)
    }

    /// Takes a connection over to its listener's policies, where it goes on under them.
    private func succeeds(_ connection: some JudgedConnection, isTunnel: Bool) -> Bool {
        let listener = connection.listener
        guard let tls = connection.tls, !listener.isRemoved, let context = listener.context,
            let succession = listener.succession, succession.from == connection.policyGeneration
        else { return false }
        let standing = succession.standing(ofPolicy: tls.policy, for: tls.serverName, isTunnel: isTunnel)
        guard standing == .same || standing == .judgedAgain && connection.isVerified,
            tls.goOn(under: context)
        else { return false }
        connection.policyGeneration = listener.policyGeneration
        if standing == .judgedAgain { self.doubt(connection, .policyChanged) }
        return true
    }

    /// Marks those whom changes have passed by while nobody who is connected was to be judged.
    func doubtSpared() {
        guard self.listeners.values.contains(where: \.hasBegunLiveJudgement) else { return }
        for client in self.clients.all where client.listener.hasBegunLiveJudgement {
            if client.tls != nil, client.isVerified { self.doubt(client, .policyChanged) }
        }
        for relay in self.relays.all where relay.listener.hasBegunLiveJudgement {
            if relay.isVerified { self.doubt(relay, .policyChanged) }
        }
    }

    private func doubt(_ connection: some JudgedConnection, _ cause: CutCause) {
        guard connection.standing == .passed, connection.listener.attributes.judgesLiveClients else { return }
        connection.standing = .doubtful(cause)
        self.doubtful.append(connection.token)
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
        for client in self.clients.all { self.noteTime(now, of: client) }
        for relay in self.relays.all { self.noteTime(now, of: relay) }
    }

    private func noteTime(_ now: Int64, of connection: some JudgedConnection) {
        // One that goes on under a mode that judges nobody is watched no more.
        guard connection.isVerified, connection.standing == .passed, let tls = connection.tls,
            connection.listener.attributes.judgesLiveClients,
            connection.policyGeneration == connection.listener.policyGeneration
        else { return }
        if tls.turningPoint <= now { self.doubt(connection, .timePassed) } else { self.watch(tls) }
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
        guard client.phase != .lingering, let failure = self.failure(of: client, cause) else { return true }
        self.log(client, failure)
        if !client.isStale {
            client.isStale = true
            client.listener.tally.changeDraining(by: 1)
        }
        self.release(client)
        if client.phase == .exchange { self.limitExchange(client) }
        return false
    }

    private func judge(_ relay: RelayConnection, _ cause: CutCause) -> Bool {
        guard let failure = self.failure(of: relay, cause) else { return true }
        self.log(relay, failure)
        return false
    }

    /// Judges a client again; nil when it passes.
    private func failure(
        of connection: some JudgedConnection,
        _ cause: CutCause
    ) -> ConnectionRecord.TLSDetails? {
        connection.standing = .passed
        guard connection.isOpen, let tls = connection.tls else { return nil }
        guard let refusal = tls.judgeAgain(knowing: self.authorities) else {
            self.watch(tls)
            return nil
        }
        connection.standing = .failed
        connection.listener.tally.countCut()
        return self.details(tls, refusal, cause)
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
