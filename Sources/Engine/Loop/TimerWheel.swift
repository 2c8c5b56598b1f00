/// Deadlines of all connections of a worker.
///
/// A connection has one deadline, and moving it later, which happens with every request, must cost nothing:
/// the connection only notes the new time. The wheel holds for each connection an entry that is never later
/// than its deadline; when the entry comes up, the owner compares the clock and schedules again. Only a
/// deadline that moves earlier needs a new entry; the old one then comes up for nothing.
struct TimerWheel {
    /// 64 ms: deadlines are seconds long, and at most this late.
    static let tickMilliseconds: Int64 = 64
    /// 131 s ahead; later deadlines come up at that distance and are scheduled again.
    private static let slots = 2_048

    private var buckets: [[PollToken]] = Array(repeating: [], count: Self.slots)
    private var count = 0
    private var tick: Int64
    /// The tick of the next entry, so that asking for it, which every turn of the loop does, costs nothing.
    private var next: Int64 = .max

    init(now: Int64) {
        self.tick = now / Self.tickMilliseconds
    }

    var isEmpty: Bool { self.count == 0 }

    /// Enters a token; returns when its entry comes up, in milliseconds.
    mutating func schedule(_ token: PollToken, at deadline: Int64) -> Int64 {
        // Round up: an entry that comes up before its deadline would only be scheduled again.
        let wanted = (deadline + Self.tickMilliseconds - 1) / Self.tickMilliseconds
        let tick = min(max(wanted, self.tick + 1), self.tick + Int64(Self.slots) - 1)
        self.buckets[Int(tick % Int64(Self.slots))].append(token)
        self.count += 1
        self.next = min(self.next, tick)
        return tick * Self.tickMilliseconds
    }

    /// Milliseconds until the next entry comes up; nil when there is none.
    func delay(now: Int64) -> Int64? {
        guard self.count > 0 else { return nil }
        return max(0, self.next * Self.tickMilliseconds - now)
    }

    /// Takes out everything that has come up.
    mutating func advance(now: Int64, into due: inout [PollToken]) {
        let target = now / Self.tickMilliseconds
        defer { self.tick = max(self.tick, target) }
        guard self.next <= target else { return }
        // After a long sleep one turn visits every bucket; more turns would find nothing new.
        for tick in self.next...min(target, self.next + Int64(Self.slots)) {
            let slot = Int(tick % Int64(Self.slots))
            guard !self.buckets[slot].isEmpty else { continue }
            due.append(contentsOf: self.buckets[slot])
            self.count -= self.buckets[slot].count
            self.buckets[slot].removeAll(keepingCapacity: true)
        }
        self.next = self.nextEntry(after: target)
    }

    /// Every entry lies within one turn of the wheel from the tick of its scheduling.
    private func nextEntry(after tick: Int64) -> Int64 {
        guard self.count > 0 else { return .max }
        let candidates = tick + 1...tick + Int64(Self.slots)
        return candidates.first { !self.buckets[Int($0 % Int64(Self.slots))].isEmpty } ?? .max
    }
}
