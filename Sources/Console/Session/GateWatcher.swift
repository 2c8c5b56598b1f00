import Model

/// Carries what a gate says into a mailbox, and tries again when the link breaks.
enum GateWatcher {
    /// Records of the past that a console begins with.
    static let recentRecords = 2_000

    /// How long it waits before it tries again.
    static let retryDelay: Duration = .seconds(2)

    static func run(_ controlPlane: any ControlPlane, into mailbox: Mailbox) async {
        var lostBefore: UInt64 = 0
        var posted: GateCounters?
        while !Task.isCancelled {
            var lost: UInt64 = 0
            var reason = "The gate has stopped."
            do {
                var isLive = false
                for try await update in try await controlPlane.watch(recentRecords: self.recentRecords) {
                    if case .records(let batch) = update { lost = batch.lost }
                    let total = lostBefore + lost
                    let isFirst = !isLive
                    isLive = true
                    if case .counters(let counters) = update, !isFirst {
                        // A heartbeat that would draw the same screen does not wake the console.
                        if let posted, self.looksTheSame(counters, posted) { continue }
                        posted = counters
                    }
                    mailbox.post { contents in
                        if isFirst { contents.links.append(.live) }
                        switch update {
                        case .view(let view): contents.view = view
                        case .counters(let counters): contents.counters = counters
                        case .records(let batch):
                            contents.records += batch.records
                            contents.lost = total
                        }
                    }
                }
            } catch let error as OperatorError {
                reason = [error.message, error.hint].compactMap { $0 }.joined(separator: " ")
            } catch {
                reason = "The link to the gate broke."
            }
            if Task.isCancelled { return }
            lostBefore += lost
            let said = reason
            mailbox.post { $0.links.append(.gone(said)) }
            try? await Task.sleep(for: self.retryDelay)
        }
    }

    /// Whether nothing of it is seen: the header's clock has minutes, and all else is the same.
    private static func looksTheSame(_ new: GateCounters, _ old: GateCounters) -> Bool {
        new.engine == old.engine && new.rates == old.rates && new.logs == old.logs
            && new.time.seconds / 60 == old.time.seconds / 60
    }
}
