import Model

/// Carries what a gate says into a mailbox, and tries again when the link breaks.
enum GateWatcher {
    /// Records of the past that a console begins with.
    static let recentRecords = 2_000

    /// How long it waits before it tries again.
    static let retryDelay: Duration = .seconds(2)

    static func run(_ controlPlane: any ControlPlane, into mailbox: Mailbox) async {
        var lostBefore: UInt64 = 0
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
}
