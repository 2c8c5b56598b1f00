import Model

/// What a change would do to clients, as text.
enum RehearsalTable {
    static func lines(_ reports: [RehearsalReport], isAttached: Bool) -> [String] {
        guard !reports.isEmpty else { return ["No listener would judge its clients in another way."] }
        return reports.flatMap { self.lines($0, isAttached: isAttached) }
    }

    private static func lines(_ report: RehearsalReport, isAttached: Bool) -> [String] {
        let head =
            "Listener \(report.listener): \(report.current) -> \(report.candidate), "
            + (isAttached ? "rehearsed" : "judged by who has come") + " since \(report.since.iso8601)"
        guard !report.isBlind else {
            return [
                head,
                "  It asks nobody for a certificate, so nothing is known of what clients would show. Flip it to "
                    + "passthrough first: that refuses nobody.",
            ]
        }
        var lines = [head, "  \(Self.count(report.accepted, "client")) would get through."]
        lines += self.section(report.refused, "would be refused:")
        if report.withoutCertificate > 0 {
            lines.append(
                "  \(Self.count(Int(clamping: report.withoutCertificate), "connection")) without a certificate "
                    + "would be refused."
            )
        }
        let doubts = report.doubts.map(Self.words).joined(separator: ", ")
        lines.append("  Confidence \(report.confidence.rawValue)\(doubts.isEmpty ? "" : ": \(doubts)").")
        lines += self.section(report.admitted, "are refused now and would get through:")
        if report.unseen.matching > 0 {
            let names = report.unseen.clients.map {
                "    \($0.facts.subject), last seen \($0.lastSeen.iso8601)"
                    + ($0.roots.first.map { ", verified by \($0.anchor.subject)" } ?? "")
            }
            let rest = report.unseen.matching - names.count
            lines.append("  \(Self.count(report.unseen.matching, "client")) not seen since, so not judged:")
            lines += names + (rest > 0 ? ["    … and \(rest) more"] : [])
        }
        return lines
    }

    private static func section(_ clients: RehearsalReport.Clients, _ words: String) -> [String] {
        guard clients.count > 0 else { return [] }
        let rows = clients.first.flatMap { client -> [String] in
            let line =
                "    \(client.facts.subject)  \(client.reason?.rawValue ?? "accepted")  "
                + "\(Self.count(Int(clamping: client.connections), "connection"))  last \(client.lastSeen.iso8601) "
                + "from \(client.address)"
            let explanation = [client.sentence, client.remedy].compactMap { $0 }.joined(separator: " ")
            return [line] + (explanation.isEmpty ? [] : ["      \(explanation)"])
        }
        let rest = clients.count - clients.first.count
        return ["  \(Self.count(clients.count, "client")) \(words)"] + rows
            + (rest > 0 ? ["    … and \(rest) more"] : [])
    }

    private static func words(_ doubt: RehearsalReport.Doubt) -> String {
        switch doubt {
        case .fewConnections: "fewer than \(RehearsalReport.telling) connections so far"
        case .manyWithoutCertificate: "many came without a certificate"
        case .unseenClients: "known clients have not come"
        }
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
