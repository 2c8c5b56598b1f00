import Model

/// How many certificates end when, of all listeners together and of each.
struct ExpiryCalendar: Sendable {
    /// Ends of the spans, in days; the first span is what is over, the last what comes later than the rest.
    private static let days: [Int64] = [1, 7, 30, 90]

    struct Line: Sendable {
        /// nil for all.
        let listener: String?
        /// Expired, today, within 7, 30 and 90 days, and later.
        var counts = [0, 0, 0, 0, 0, 0]
        /// What ends next without a certificate that has followed.
        var next: ClientRow?
    }

    /// All of them, then each listener that they have come to, by name.
    let lines: [Line]

    init(_ rows: [ClientRow], now: Timestamp) {
        var all = Line(listener: nil)
        var listeners: [String: Line] = [:]
        for row in rows {
            let span = Self.span(row.client.facts, now: now)
            func count(_ line: inout Line) {
                line.counts[span] += 1
                guard span > 0, row.successor == nil, row.client.isVerified else { return }
                let end = line.next?.client.facts.notAfter
                if end.map({ row.client.facts.notAfter < $0 }) ?? true { line.next = row }
            }
            count(&all)
            for name in row.client.listeners.keys { count(&listeners[name, default: Line(listener: name)]) }
        }
        self.lines = [all] + listeners.values.sorted { ($0.listener ?? "") < ($1.listener ?? "") }
    }

    private static func span(_ facts: CertificateFacts, now: Timestamp) -> Int {
        guard facts.notAfter >= now else { return 0 }
        let left = (facts.notAfter.seconds - now.seconds) / 86_400
        return 1 + (self.days.firstIndex { left < $0 } ?? self.days.count)
    }
}
