import Model

/// What the counters were over the last hour, as far as this console has seen it.
///
/// Made of the gate's own counters, a sample every few seconds; the log is never summed up for a figure.
struct History: Sendable {
    /// What is kept of one listener at one moment.
    private struct Listener: Sendable {
        var handshakes: UInt64
        var failures: UInt64
        var words: [String: UInt64]
        var times: DurationHistogram

        init(_ counters: ListenerCounters) {
            self.handshakes = counters.handshakes
            self.failures = counters.failures
            self.words = counters.failuresByWord
            self.times = counters.traffic?.handshakeTime ?? DurationHistogram()
        }
    }

    private struct Sample: Sendable {
        let time: Timestamp
        let listeners: [ResourceID: Listener]
        let process: ProcessCounters?

        init(_ counters: GateCounters) {
            self.time = counters.time
            self.listeners = counters.engine.listeners.mapValues { Listener($0) }
            self.process = counters.process
        }
    }

    static let stepMicroseconds: Int64 = 5_000_000
    /// Columns of a sparkline: five minutes.
    static let columns = 60
    static let windowMicroseconds = stepMicroseconds * Int64(columns)
    private static let hourMicroseconds: Int64 = 3_600_000_000

    /// Five minutes in steps, oldest first; and an hour in steps of a minute.
    private var fine: [Sample] = []
    private var coarse: [Sample] = []

    mutating func add(_ counters: GateCounters) {
        if let last = self.fine.last, counters.time < last.time { self = History() }
        if let last = self.fine.last,
            counters.time.microseconds < last.time.microseconds + Self.stepMicroseconds
        {
            return
        }
        let sample = Sample(counters)
        self.fine.append(sample)
        // A quiet gate is heard of rarely; what is kept is what the window needs, not a number of samples.
        let edge = sample.time.microseconds - Self.windowMicroseconds
        while self.fine.count > 2, self.fine[1].time.microseconds <= edge { self.fine.removeFirst() }
        if self.coarse.last.map({ $0.time.microseconds + 60_000_000 <= sample.time.microseconds })
            ?? true
        {
            self.coarse.append(sample)
            self.coarse.removeFirst(max(0, self.coarse.count - 61))
        }
    }

    /// What happened in a window.
    struct Sum: Hashable, Sendable {
        var handshakes = 0.0
        var failures = 0.0
        var words: [String: Double] = [:]
        /// How long completed handshakes took.
        var times = DurationHistogram()

        var total: Double { self.handshakes + self.failures }
        /// Failures of all attempts, 0 to 1; nil without any.
        var share: Double? { self.total > 0 ? self.failures / self.total : nil }
    }

    /// Of one listener, or all of them, over the last five minutes.
    func recent(_ listener: ResourceID? = nil, now counters: GateCounters?) -> Sum {
        guard let first = self.fine.first else { return Sum() }
        return Self.sum(from: first, to: counters, listener)
    }

    /// The same over the hour before those five minutes; nil before there are ten minutes of it.
    func before(_ listener: ResourceID) -> Sum? {
        guard let start = self.coarse.first, let end = self.fine.first,
            end.time.microseconds - start.time.microseconds >= 600_000_000
        else { return nil }
        return Self.sum(from: start, to: end, listener)
    }

    /// How much of the five minutes has been seen.
    var seenMicroseconds: Int64 {
        guard let first = self.fine.first, let last = self.fine.last else { return 0 }
        return last.time.microseconds - first.time.microseconds
    }

    private static func sum(from: Sample, to counters: GateCounters?, _ listener: ResourceID?) -> Sum {
        guard let counters else { return Sum() }
        return Self.sum(from: from, to: Sample(counters), listener)
    }

    private static func sum(from: Sample, to: Sample, _ listener: ResourceID?) -> Sum {
        var sum = Sum()
        for (id, after) in to.listeners where listener == nil || listener == id {
            let before = from.listeners[id]
            sum.handshakes += Self.difference(before?.handshakes ?? 0, after.handshakes)
            sum.failures += Self.difference(before?.failures ?? 0, after.failures)
            sum.times.add(before.map { after.times.since($0.times) } ?? after.times)
            for (word, count) in after.words {
                let more = Self.difference(before?.words[word] ?? 0, count)
                if more > 0 { sum.words[word, default: 0] += more }
            }
        }
        return sum
    }

    /// Zero for a counter that began anew.
    private static func difference(_ before: UInt64, _ after: UInt64) -> Double {
        after >= before ? Double(after - before) : 0
    }

    /// Processor time the gate has used of a core's time since the newest sample, or the one before it where
    /// that is too near; nil from a gate that does not tell.
    func processorShare(now counters: GateCounters?) -> Double? {
        guard let counters, let now = counters.process,
            let before = self.fine.last(where: {
                $0.time.microseconds + Self.stepMicroseconds <= counters.time.microseconds
            }), let then = before.process, then.cpuMicroseconds <= now.cpuMicroseconds
        else { return nil }
        return Double(now.cpuMicroseconds - then.cpuMicroseconds)
            / Double(counters.time.microseconds - before.time.microseconds)
    }

    enum Series: Hashable, Sendable {
        case handshakes, failures
        /// Where 99 of a hundred handshakes are at or below, in microseconds.
        case slowest
    }

    /// Per second, a value for each step of the last five minutes; nil where nothing was seen.
    func series(_ series: Series, of listener: ResourceID? = nil) -> [Double?] {
        guard self.fine.count > 1 else { return Array(repeating: nil, count: Self.columns) }
        let values = (1..<self.fine.count).flatMap { index -> [Double?] in
            let sum = Self.sum(from: self.fine[index - 1], to: self.fine[index], listener)
            let microseconds = self.fine[index].time.microseconds - self.fine[index - 1].time.microseconds
            guard microseconds > 0 else { return [] }
            // What took longer than a step is drawn as long as it took.
            let steps = max(1, min(Int(microseconds / Self.stepMicroseconds), Self.columns))
            let value: Double? =
                switch series {
                case .handshakes: sum.handshakes / Double(microseconds) * 1_000_000
                case .failures: sum.failures / Double(microseconds) * 1_000_000
                case .slowest: sum.times.quantile(0.99).map { Double($0) }
                }
            return Array(repeating: value, count: steps)
        }
        return Array(repeating: nil, count: max(0, Self.columns - values.count))
            + values.suffix(Self.columns)
    }
}
