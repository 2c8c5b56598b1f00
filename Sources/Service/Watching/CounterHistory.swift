import Model

/// Makes rates of counters: how much was added over the last seconds.
struct CounterHistory {
    /// Rates are over this long, or since counting began where that is later.
    private static let windowMicroseconds: Int64 = 5_000_000

    private struct Sample {
        let time: Timestamp
        let engine: EngineCounters
    }

    /// Oldest first; the first is the newest that is at least a window old.
    private var samples: [Sample] = []

    /// Takes what was counted by now, and says what to show.
    ///
    /// A clock that was set back begins anew: a rate over negative time would be nonsense.
    mutating func add(_ engine: EngineCounters, at time: Timestamp) -> GateCounters {
        if let last = self.samples.last, last.time > time { self.samples = [] }
        self.samples.append(Sample(time: time, engine: engine))
        let edge = time.microseconds - Self.windowMicroseconds
        while self.samples.count > 1, self.samples[1].time.microseconds <= edge { self.samples.removeFirst() }
        return GateCounters(time: time, engine: engine, rates: self.rates(of: engine, at: time))
    }

    private func rates(of engine: EngineCounters, at time: Timestamp) -> [ResourceID: GateCounters.Rates] {
        guard let first = self.samples.first, first.time < time else { return [:] }
        let seconds = Double(time.microseconds - first.time.microseconds) / 1_000_000
        return engine.listeners.reduce(into: [:]) { rates, entry in
            let before = first.engine.listeners[entry.key] ?? ListenerCounters()
            rates[entry.key] = GateCounters.Rates(
                handshakes: Self.difference(before.handshakes, entry.value.handshakes) / seconds,
                failures: Self.difference(before.failures, entry.value.failures) / seconds
            )
        }
    }

    /// Zero for a counter that began anew.
    private static func difference(_ before: UInt64, _ after: UInt64) -> Double {
        after >= before ? Double(after - before) : 0
    }
}
