import Glibc
import HTTP
import Model
import TLS

/// One loop of the data plane: a thread, an epoll instance, its connections, and nothing shared but its
/// ``WorkerPort``.
///
/// The extensions of this class are its parts: adopting a plan, accepting, TLS and bytes of clients,
/// requests, targets. All of it runs on the worker's own thread.
final class Worker {
    static let inputBytes = 65_536
    /// Space in front of what a target sent, for a response head that grew.
    static let headroom = 2_048
    private static let wakeupToken = PollToken(.wakeup, slot: 0, generation: 0)

    let port: WorkerPort
    let poller: Poller

    var listeners: [ResourceID: WorkerListener] = [:]
    var listenerSlab = Slab<WorkerListener>()
    var clients = Slab<ClientConnection>()
    var targets = Slab<TargetConnection>()
    var pool = TargetPool()
    var targetGroups: [ResourceID: WorkerTargetGroup] = [:]
    var cookieKey = CookieKey.ofThisProcess
    var targetLoads: [Endpoint: TargetLoad] = [:]
    /// Where the issuers of refused clients are looked for.
    var authorities = AuthorityDirectory.empty
    /// Some group's targets are spoken to in HTTP/2, or over TLS.
    var hasOtherProtocols = false
    /// Some group's requests are answered by a function.
    var hasFunctions = false
    var relays = Slab<RelayConnection>()
    var pipes: PipePool
    /// Relays that have more to move than one turn's share.
    var queuedRelays: [PollToken] = []

    /// What connections keep in buffers.
    let memory = BufferAccount()
    let tuning: EngineTuning
    /// Given up for a moment when there are no others; see `shedWithoutDescriptor`.
    var spareDescriptor = Worker.openSpare()
    /// Handshakes in progress.
    var handshakes = 0
    /// Targets that a write found broken; see `settleBroken`.
    var broken: [PollToken] = []
    var adoption: Adoption?
    /// How many workers there are.
    var workerCount = 1
    var failures: FailureWindows
    var failingSources: FailingSources
    /// Connections whose clients are to be judged again, in the order in which they came into doubt.
    var doubtful: [PollToken] = []
    /// Those before it have been seen to.
    var nextDoubtful = 0
    /// Listeners with connections that wait to be closed.
    var cutting: [WorkerListener] = []
    /// When the first of the connected clients may not pass any more, in seconds since 1970.
    var nextTurningPoint = Int64.max
    var stopping: Stopping?

    /// Monotonic milliseconds at the beginning of this turn.
    var now: Int64
    /// The same in microseconds: requests are timed by turns, which costs them no look at the clock.
    var nowMicroseconds: Int64
    var wheel: TimerWheel
    var mixer = Mixer()
    private var due: [PollToken] = []

    // Memory that every connection uses in turn: nothing in it outlives the handling of one event.
    let window = CipherWindow()
    /// Of connections to targets; see `transmit`.
    let targetWindow = CipherWindow()
    let ciphertext = UnsafeMutableRawBufferPointer.allocate(byteCount: Worker.inputBytes, alignment: 64)
    let clientInput = UnsafeMutableRawBufferPointer.allocate(byteCount: Worker.inputBytes, alignment: 64)
    let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: Worker.inputBytes, alignment: 64)
    let targetInput = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Worker.headroom + Worker.inputBytes,
        alignment: 64
    )
    let request = RequestHead()
    let response = ResponseHead()
    let toTarget = ByteBuffer(capacity: Worker.inputBytes)
    let toClient = ByteBuffer(capacity: Worker.inputBytes)
    /// Path and query of the request in hand, where rules read them in another form than they came in.
    let canonicalTarget = ByteBuffer(capacity: 1_024)
    /// The name that a rule has given the host of the request in hand; empty where none has.
    let rewrittenHost = ByteBuffer(capacity: 256)
    let ruleScratch = ByteBuffer(capacity: 1_024)
    /// Header lines that we add to the response in hand.
    let responseLines = ByteBuffer(capacity: 1_024)
    /// Frames of one HTTP/2 connection on their way into TLS.
    let frames = ByteBuffer(capacity: Worker.inputBytes)
    /// HTTP/2 connections that have something to send; see `settleSessions`.
    var talkative: [ClientConnection] = []

    var hasNewRecords = false
    /// Used again for requests that are logged.
    var accessDrafts: [AccessDraft] = []
    private var dateSecond: Int64 = -1
    private var cachedDate = HTTPDate(seconds: 0)
    private var cookieDateSecond: Int64 = -1
    private var cachedCookieDate = HTTPDate(seconds: 0)

    /// A plan whose acknowledgement waits for handshakes that began under the policy before it.
    struct Adoption {
        let acknowledgement: Acknowledgement
        /// Monotonic milliseconds; after it nobody is waited for.
        let deadline: Int64
        var awaited = 0
    }

    struct Stopping {
        let acknowledgement: Acknowledgement
        /// Monotonic milliseconds.
        let deadline: Int64
    }

    init(port: WorkerPort) {
        self.port = port
        self.poller = port.poller
        self.tuning = port.tuning
        self.pipes = PipePool(limit: port.tuning.relayPipes)
        self.nowMicroseconds = Clock.monotonicMicroseconds()
        self.now = self.nowMicroseconds / 1_000
        self.wheel = TimerWheel(now: self.now)
        self.failures = FailureWindows(length: port.tuning.failureWindow)
        self.failingSources = FailingSources(pause: port.tuning.failingPause)
    }

    deinit {
        if self.spareDescriptor >= 0 { Glibc.close(self.spareDescriptor) }
        self.ciphertext.deallocate()
        self.clientInput.deallocate()
        self.plaintext.deallocate()
        self.targetInput.deallocate()
    }

    /// The thread's body; returns when the worker has stopped.
    func run() {
        _ = self.poller.addReadable(self.port.wakeup.descriptor, Self.wakeupToken)
        while true {
            let count = self.poller.wait(timeoutMilliseconds: self.timeout())
            self.nowMicroseconds = Clock.monotonicMicroseconds()
            self.now = self.nowMicroseconds / 1_000
            self.noteTime()
            for index in 0..<count { self.handle(self.poller[index]) }
            self.resumeRelays()
            self.expireDeadlines()
            self.settleStandings()
            self.settleFailures(now: self.now)
            self.settleBroken()
            self.settleSessions()
            self.settleAdoption()
            self.port.gauges.tell(
                bufferedBytes: self.memory.bytes,
                targetConnections: self.targets.count
            )
            if self.hasNewRecords {
                self.hasNewRecords = false
                self.port.collector.notify()
            }
            if let stopping, self.isIdle || self.now >= stopping.deadline {
                for relay in self.relays.all { self.cut(relay) }
                for client in self.clients.all {
                    client.exchange.isCut = true
                    self.close(client)
                }
                for target in self.targets.all { self.close(target) }
                self.settleFailures(now: .max)
                self.port.collector.notify()
                stopping.acknowledgement.arrive()
                return
            }
        }
    }

    private var isIdle: Bool { self.clients.count == 0 && self.relays.count == 0 }

    private func timeout() -> Int32 {
        guard self.queuedRelays.isEmpty else { return 0 }
        var delay = self.wheel.delay(now: self.now)
        for deadline in [self.adoption?.deadline, self.stopping?.deadline, self.failures.nextEnd] {
            if let deadline { delay = min(delay ?? .max, max(0, deadline - self.now)) }
        }
        if let standing = self.standingDelay { delay = min(delay ?? .max, standing) }
        return delay.map { Int32(min($0 + 1, 600_000)) } ?? -1
    }

    private func handle(_ event: Poller.Event) {
        switch event.token.kind {
        case .wakeup:
            for command in self.port.take() { self.perform(command) }
        case .listener:
            if let listener = self.listenerSlab[event.token] { self.accept(listener) }
        case .client:
            guard let client = self.clients[event.token] else { return }
            if event.isReadable { client.isReadable = true }
            if event.isHangup { client.hasHangup = true }
            if event.isWritable { self.clientIsWritable(client) }
            if client.isOpen { self.read(client) }
            if client.isOpen, event.isBroken { self.close(client) }
        case .target:
            guard let target = self.targets[event.token] else { return }
            if event.isReadable { target.isReadable = true }
            if event.isHangup { target.hasHangup = true }
            if event.isWritable { self.targetIsWritable(target) }
            if target.phase != .closed { self.read(target) }
        case .relay:
            if let relay = self.relays[event.token] { self.clientHasEvent(relay, event) }
        case .relayTarget:
            if let relay = self.relays[event.token] { self.targetHasEvent(relay, event) }
        }
    }

    private func perform(_ command: WorkerCommand) {
        switch command {
        case .adopt(let plan, let acknowledgement):
            self.adopt(plan, acknowledgement)
        case .endWork(let group, let target):
            self.endWork(of: group, at: target)
        case .stop(let deadline, let acknowledgement):
            self.stop(Stopping(acknowledgement: acknowledgement, deadline: deadline))
        }
    }

    // MARK: Deadlines

    /// Gives a connection its deadline; one that is later than the wheel's entry costs nothing.
    func setDeadline(_ client: ClientConnection, in duration: Duration) {
        let isRead = client.unsent == nil || client.phase == .expecting || client.phase == .handshaking
        let longest = isRead ? duration : min(duration, self.readingWindow(client))
        client.deadline = min(self.now + longest.milliseconds, client.cutAt)
        guard client.deadline < client.wheelEntry else { return }
        client.wheelEntry = self.wheel.schedule(client.token, at: client.deadline)
    }

    func setDeadline(_ target: TargetConnection, in duration: Duration) {
        target.deadline = self.now + duration.milliseconds
        guard target.deadline < target.wheelEntry else { return }
        target.wheelEntry = self.wheel.schedule(target.token, at: target.deadline)
    }

    private func expireDeadlines() {
        self.wheel.advance(now: self.now, into: &self.due)
        guard !self.due.isEmpty else { return }
        for token in self.due {
            if token.kind == .client, let client = self.clients[token], client.wheelEntry <= self.now {
                client.wheelEntry = .max
                if client.deadline <= self.now {
                    self.deadlinePassed(client)
                } else if client.deadline < .max {
                    client.wheelEntry = self.wheel.schedule(token, at: client.deadline)
                }
            }
            if token.kind == .relay, let relay = self.relays[token], relay.wheelEntry <= self.now {
                relay.wheelEntry = .max
                if relay.deadline <= self.now {
                    self.deadlinePassed(relay)
                } else if relay.deadline < .max {
                    relay.wheelEntry = self.wheel.schedule(token, at: relay.deadline)
                }
            }
            if token.kind == .target, let target = self.targets[token], target.wheelEntry <= self.now {
                target.wheelEntry = .max
                if target.deadline <= self.now {
                    self.deadlinePassed(target)
                } else if target.deadline < .max {
                    target.wheelEntry = self.wheel.schedule(token, at: target.deadline)
                }
            }
        }
        self.due.removeAll(keepingCapacity: true)
    }

    // MARK: Records

    func log(_ client: ClientConnection, _ tls: ConnectionRecord.TLSDetails?) {
        client.nodeAddress = self.log(
            client.listener,
            descriptor: client.descriptor,
            peer: client.peer,
            traceID: client.traceID,
            tls
        )
    }

    /// Made when a connection is accepted, so that whatever is logged about it has the same.
    func newTraceID() -> TraceID {
        TraceID(high: self.mixer.next(), low: self.mixer.next())
    }

    /// - Returns: the local address of the connection.
    @discardableResult
    func log(
        _ listener: WorkerListener,
        descriptor: Int32,
        peer: Endpoint,
        traceID: TraceID,
        _ tls: ConnectionRecord.TLSDetails?
    ) -> IPAddress {
        let record = self.record(listener, descriptor: descriptor, peer: peer, traceID: traceID, tls)
        self.push(record)
        return record.nodeAddress
    }

    func push(_ record: ConnectionRecord) {
        self.port.ring.push(record)
        self.hasNewRecords = true
    }

    func record(
        _ listener: WorkerListener,
        descriptor: Int32,
        peer: Endpoint,
        traceID: TraceID,
        _ tls: ConnectionRecord.TLSDetails?
    ) -> ConnectionRecord {
        let address = listener.endpoint.address
        let node = (address.isUnspecified ? SocketAddress.local(descriptor)?.address : nil) ?? address
        return ConnectionRecord(
            time: Clock.wall(),
            listenerID: listener.id,
            listenerName: listener.served.name,
            client: peer,
            listenerPort: listener.endpoint.port,
            tls: tls,
            traceID: traceID,
            loadBalancerPath: listener.served.loadBalancerPath,
            nodeAddress: node
        )
    }

    /// When browsers are to forget a cookie of now, made once a second.
    var cookieDate: HTTPDate {
        let second = Clock.wall().seconds
        if second != self.cookieDateSecond {
            self.cookieDateSecond = second
            self.cachedCookieDate = HTTPDate(seconds: second + CookieText.keptSeconds)
        }
        return self.cachedCookieDate
    }

    /// The date for a response head, made once a second.
    var date: HTTPDate {
        let second = Clock.wall().seconds
        if second != self.dateSecond {
            self.dateSecond = second
            self.cachedDate = HTTPDate(seconds: second)
        }
        return self.cachedDate
    }
}
