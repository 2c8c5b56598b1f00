import Model

/// A function as one worker invokes it.
struct InvokedFunction {
    let function: FunctionTarget
    /// nil exactly where it is invoked in clear text.
    let security: WorkerTargetTLS?
}

/// A target group as one worker uses it: whose turn it is.
///
/// Which targets may be chosen is looked up only after it has changed: a choice in turn or at random then
/// costs the same with one target or a thousand, and allocates nothing.
final class WorkerTargetGroup {
    private(set) var group: CheckedGroup
    /// Of the group's targets, in its order.
    private var loads: [TargetLoad]
    /// Indices of targets that may be chosen, as of a version of the group.
    private var usable: [Int] = []
    private var version = 0
    /// Too few are healthy, and all may be chosen.
    private var failsOpen = false
    /// Where round robin goes on, in `usable`.
    private var position = 0
    /// The cookie that targets of ``Stickiness/Kind/appCookie`` groups set.
    private(set) var appCookie: RawBytes
    /// nil where targets are spoken to in clear text.
    private(set) var security: WorkerTargetTLS?
    /// The plan no longer has it; requests that the plan before has let begin may still go there.
    private(set) var isGone = false

    init(_ group: CheckedGroup, loads: [TargetLoad], worker: Int) {
        self.group = group
        self.loads = loads
        self.appCookie = Self.appCookie(of: group)
        self.adoptSecurity(worker)
    }

    private static func appCookie(of group: CheckedGroup) -> RawBytes {
        RawBytes(Array(group.served.attributes.stickiness.appCookieName.utf8))
    }

    /// Answers the group's requests; nil where targets do.
    var function: InvokedFunction? {
        self.group.function.map { InvokedFunction(function: $0, security: self.security) }
    }

    var protocolVersion: TargetGroup.ProtocolVersion { self.group.served.protocolVersion }

    /// Takes over a newer group.
    func adopt(_ group: CheckedGroup, loads: [TargetLoad], worker: Int) {
        self.group = group
        self.loads = loads
        self.version = 0
        self.appCookie = Self.appCookie(of: group)
        self.isGone = false
        self.adoptSecurity(worker)
    }

    private func adoptSecurity(_ worker: Int) {
        if self.security?.prepared !== self.group.tls {
            self.security?.retire()
            self.security = self.group.tls.map { WorkerTargetTLS($0, worker: worker) }
        }
        self.security?.adopt(self.group.checked)
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

    /// The target that a cookie names; nil where it may not be chosen.
    func target(_ number: UInt64) -> CheckedTarget? {
        self.refresh()
        guard let index = self.group.numbers?[number], !self.group.isDrained[index],
            self.failsOpen || self.group.targets[index].isHealthy
        else { return nil }
        return self.group.targets[index]
    }

    /// A healthy target, or any when too few are; nil when there is none.
    ///
    /// `now` is in monotonic milliseconds, `source` the address by which clients may stay, and `refused` the
    /// target that has just refused, which is not chosen again if there is another.
    func choose(
        _ mixer: inout Mixer,
        now: Int64,
        source: IPAddress? = nil,
        except refused: Endpoint? = nil
    ) -> CheckedTarget? {
        self.refresh()
        guard !self.usable.isEmpty else { return nil }
        if self.failsOpen { self.group.tally.countUnhealthyRouting() }
        let attributes = self.group.served.attributes
        if let source, attributes.stickiness.isEnabled {
            return self.stayed(with: source, except: refused)
        }
        switch self.group.served.algorithm {
        case .roundRobin: self.position = self.inTurn(&mixer, now: now)
        case .leastOutstandingRequests: self.position = self.leastLoaded()
        case .weightedRandom: self.position = self.random(&mixer)
        }
        if self.usable.count > 1, self.target(at: self.position).endpoint == refused {
            self.position = self.next(self.position)
        }
        return self.target(at: self.position)
    }

    private func refresh() {
        let version = self.group.version
        guard version != self.version else { return }
        self.version = version
        self.failsOpen = self.group.failsOpen
        self.usable.removeAll(keepingCapacity: true)
        for index in self.group.targets.indices where !self.group.isDrained[index] {
            if self.failsOpen || self.group.targets[index].isHealthy { self.usable.append(index) }
        }
        if self.position >= self.usable.count { self.position = 0 }
    }

    private func target(at position: Int) -> CheckedTarget { self.group.targets[self.usable[position]] }

    private func next(_ position: Int) -> Int {
        position + 1 < self.usable.count ? position + 1 : 0
    }

    /// The next one; a target that begins slowly lets as many of its turns pass as its share is short.
    private func inTurn(_ mixer: inout Mixer, now: Int64) -> Int {
        var position = self.next(self.position)
        guard self.group.slowStart.seconds > 0 else { return position }
        for _ in 1..<max(2, self.usable.count) {
            let share = self.group.slowStart.share(since: self.target(at: position).slowSince, now: now)
            if mixer.next() % SlowStart.whole < share { break }
            position = self.next(position)
        }
        return position
    }

    /// Has to look at them all, up to the first that has nothing to do.
    private func leastLoaded() -> Int {
        var position = self.next(self.position)
        var best = position
        for _ in self.usable.indices {
            let requests = self.loads[self.usable[position]].requests
            if requests < self.loads[self.usable[best]].requests { best = position }
            if requests == 0 { break }
            position = self.next(position)
        }
        return best
    }

    /// Any; one whose weight is lowered is passed over as often as its weight is short.
    ///
    /// Bounded, for a group in which every weight is low.
    private func random(_ mixer: inout Mixer) -> Int {
        var position = 0
        for _ in 0..<4 * TargetConduct.whole {
            let drawn = mixer.next()
            position = Int(drawn >> 32) % self.usable.count
            let weight = self.target(at: position).conduct.weight
            if Int(drawn & 0xFFFF) % TargetConduct.whole < weight { break }
        }
        return position
    }

    /// The target that has the highest draw for this client (rendezvous hashing).
    ///
    /// A target that comes or goes takes or leaves only its own clients. Looks at all of them, once for each
    /// connection.
    private func stayed(with source: IPAddress, except refused: Endpoint?) -> CheckedTarget? {
        var hash = SipHash(self.group.key, for: .source)
        hash.absorb(source.v6.high)
        hash.absorb(source.v6.low)
        let client = hash.finish()
        var best = self.target(at: 0)
        var highest: UInt64 = 0
        for position in self.usable.indices {
            let target = self.target(at: position)
            if target.endpoint == refused, self.usable.count > 1 { continue }
            let draw = Self.draw(client, target.number)
            if draw >= highest { (best, highest) = (target, draw) }
        }
        return best
    }

    /// Both numbers are hashes already; this only has to mix them (the finalizer of SplitMix64).
    private static func draw(_ client: UInt64, _ target: UInt64) -> UInt64 {
        var mixed = client ^ target
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
