import Model

/// Sources whose handshakes fail and none of which succeeds, as one worker sees them.
///
/// Strangers fill it at most; then nobody else is thought to fail until an entry is too old.
struct FailingSources {
    private struct Entry {
        var failures = 0
        /// When the first of them was, in monotonic milliseconds.
        var since: Int64
        /// Until when nothing counts, because a handshake has succeeded.
        var goodUntil: Int64 = .min
        /// When a connection was last let through although the source fails.
        var admittedAt: Int64 = .min

        func isOver(_ now: Int64) -> Bool {
            now - self.since > EngineLimits.failingMemory.milliseconds && self.goodUntil <= now
        }
    }

    private let pause: Int64
    private var entries: [ConnectionSource: Entry] = [:]
    /// When entries that are over were last looked for.
    private var sweptAt: Int64 = .min

    init(pause: Duration) {
        self.pause = pause.milliseconds
    }

    mutating func failed(_ source: ConnectionSource, now: Int64) {
        if var entry = self.entries[source] {
            if entry.isOver(now) { entry = Entry(since: now) }
            if entry.goodUntil <= now { entry.failures += 1 }
            self.entries[source] = entry
            return
        }
        if self.entries.count >= EngineLimits.failingSources { self.sweep(now) }
        guard self.entries.count < EngineLimits.failingSources else { return }
        self.entries[source] = Entry(failures: 1, since: now)
    }

    /// A handshake has succeeded: what failed before it, and fails for some time, may be somebody else.
    mutating func succeeded(_ source: ConnectionSource, now: Int64) {
        guard !self.entries.isEmpty, self.entries[source] != nil else { return }
        self.entries[source] = Entry(since: now, goodUntil: now + EngineLimits.goodMemory.milliseconds)
    }

    func isFailing(_ source: ConnectionSource, now: Int64) -> Bool {
        guard let entry = self.entries[source], !entry.isOver(now) else { return false }
        return entry.failures >= EngineLimits.failingHandshakes && entry.goodUntil <= now
    }

    /// Whether a connection of a source may come in although others are refused.
    mutating func admits(_ source: ConnectionSource, now: Int64) -> Bool {
        guard self.isFailing(source, now: now), var entry = self.entries[source] else { return true }
        guard entry.admittedAt == .min || now - entry.admittedAt >= self.pause else { return false }
        entry.admittedAt = now
        self.entries[source] = entry
        return true
    }

    /// At most once in a pause: a full table must not make every failure look through it.
    private mutating func sweep(_ now: Int64) {
        guard self.sweptAt == .min || now - self.sweptAt >= self.pause else { return }
        self.sweptAt = now
        self.entries = self.entries.filter { !$0.value.isOver(now) }
    }
}
