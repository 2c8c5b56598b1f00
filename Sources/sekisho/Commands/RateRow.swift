import Model

/// What one listener did between two moments.
struct RateRow: Hashable, Encodable {
    /// The end of it.
    let time: Timestamp
    let seconds: Double
    let listener: String
    /// Completed handshakes and those that were not, per second; nil where TLS is not terminated.
    let handshakes: Double?
    let failures: Double?
    let requests: Double
    /// Of completed handshakes, in milliseconds; nil where there were none.
    let medianMilliseconds: Double?
    let slowestMilliseconds: Double?
    /// Open at the end.
    let connections: Int

    static func rows(_ view: GateView, from before: GateCounters, to after: GateCounters) -> [RateRow] {
        let seconds = Double(after.time.microseconds - before.time.microseconds) / 1e6
        guard seconds > 0 else { return [] }
        return view.configuration.listeners.map(\.listener).sorted { $0.name < $1.name }.map { listener in
            let old = before.engine.listeners[listener.id] ?? ListenerCounters()
            let new = after.engine.listeners[listener.id] ?? ListenerCounters()
            // A counter that began anew has counted nothing that can be told.
            func rate(_ counter: (ListenerCounters) -> UInt64) -> Double {
                counter(new) >= counter(old) ? Double(counter(new) - counter(old)) / seconds : 0
            }
            let hasTLS = listener.protocol.terminatesTLS
            let time = new.traffic?.handshakeTime.since(old.traffic?.handshakeTime ?? DurationHistogram())
            return RateRow(
                time: after.time,
                seconds: seconds,
                listener: listener.name,
                handshakes: hasTLS ? rate(\.handshakes) : nil,
                failures: hasTLS ? rate(\.failures) : nil,
                requests: rate(\.requests),
                medianMilliseconds: time?.quantile(0.5).map { Double($0) / 1_000 },
                slowestMilliseconds: time?.quantile(0.99).map { Double($0) / 1_000 },
                connections: new.open
            )
        }
    }

    /// Columns of a width of their own, so that the lines of later looks stand below them.
    static func table(_ rows: [RateRow], hasHead: Bool) -> [String] {
        let widths = [20, 24, 9, 9, 6, 9, 8, 8, 8]
        func line(_ cells: [String]) -> String {
            zip(cells, widths).enumerated().map { index, cell in
                let pad = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return index < 2 ? cell.0 + pad : pad + cell.0
            }.joined(separator: " ").trimmed
        }
        let head = ["TIME", "LISTENER", "HS/S", "FAIL/S", "FAIL%", "REQ/S", "P50 MS", "P99 MS", "CONNS"]
        return (hasHead ? [line(head)] : [])
            + rows.map { row in
                let all = (row.handshakes ?? 0) + (row.failures ?? 0)
                return line([
                    row.time.iso8601, row.listener, self.figure(row.handshakes), self.figure(row.failures),
                    all > 0 ? self.figure((row.failures ?? 0) / all * 100) : "-", self.figure(row.requests),
                    self.figure(row.medianMilliseconds), self.figure(row.slowestMilliseconds),
                    "\(row.connections)",
                ])
            }
    }

    private static func figure(_ number: Double?) -> String {
        guard let number else { return "-" }
        let tenths = Int64((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
