import Model

/// What the requests to each target group came to over the last five minutes, as far as this console has
/// seen it.
struct GroupHistory: Sendable {
    /// What is counted of one group, for all listeners together.
    private struct Totals: Sendable {
        var requests: UInt64 = 0
        var errors: UInt64 = 0
        var responseTime = DurationHistogram()

        mutating func add(_ counters: GroupCounters) {
            func count(_ metric: GroupMetric) -> UInt64 { counters.metrics[metric] ?? 0 }
            self.requests += count(.requests)
            self.errors +=
                count(.target5XX) + count(.connectionErrors) + count(.tlsErrors)
                + count(.functionUserErrors) + count(.functionInternalErrors)
            self.responseTime.add(counters.responseTime)
        }
    }

    private struct Sample: Sendable {
        let time: Timestamp
        let groups: [ResourceID: Totals]

        init(_ counters: GateCounters) {
            var groups: [ResourceID: Totals] = [:]
            for listener in counters.engine.listeners.values {
                for (id, counted) in listener.traffic?.groups ?? [:] {
                    groups[id, default: Totals()].add(counted)
                }
            }
            self.time = counters.time
            self.groups = groups
        }
    }

    struct Figures: Hashable, Sendable {
        let requestsPerSecond: Double
        /// Of the requests, those that no target answered well (5xx, no connection, no TLS); 0 to 1.
        let errorShare: Double
        /// Microseconds to the head of the response; nil without one.
        let median: Int64?
        let slowest: Int64?
        /// A step of ``History/stepMicroseconds`` each, oldest first.
        let requests: [Double?]
        let errors: [Double?]
    }

    /// Oldest first.
    private var samples: [Sample] = []

    mutating func add(_ counters: GateCounters) {
        if let last = self.samples.last {
            if counters.time < last.time {
                self.samples = []
            } else if counters.time.microseconds < last.time.microseconds + History.stepMicroseconds {
                return
            }
        }
        self.samples.append(Sample(counters))
        let edge = counters.time.microseconds - History.windowMicroseconds
        while self.samples.count > 2, self.samples[1].time.microseconds <= edge {
            self.samples.removeFirst()
        }
    }

    /// nil before something has been counted twice.
    func recent(_ group: ResourceID) -> Figures? {
        guard let first = self.samples.first, let last = self.samples.last, first.time < last.time,
            let after = last.groups[group]
        else { return nil }
        let before = first.groups[group] ?? Totals()
        guard after.requests >= before.requests, after.errors >= before.errors else { return nil }
        let requests = Double(after.requests - before.requests)
        let seconds = Double(last.time.microseconds - first.time.microseconds) / 1e6
        let time = after.responseTime.since(before.responseTime)
        return Figures(
            requestsPerSecond: requests / seconds,
            errorShare: requests > 0 ? Double(after.errors - before.errors) / requests : 0,
            median: time.quantile(0.5),
            slowest: time.quantile(0.99),
            requests: self.series(group, \.requests),
            errors: self.series(group, \.errors)
        )
    }

    /// Per second, between each two samples.
    private func series(_ group: ResourceID, _ count: KeyPath<Totals, UInt64>) -> [Double?] {
        zip(self.samples, self.samples.dropFirst()).map { before, after in
            let more = after.groups[group]?[keyPath: count] ?? 0
            let less = before.groups[group]?[keyPath: count] ?? 0
            let seconds = Double(after.time.microseconds - before.time.microseconds) / 1e6
            return more >= less ? Double(more - less) / seconds : nil
        }
    }
}
