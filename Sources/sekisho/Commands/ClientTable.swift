import Model

/// Clients in columns, and a line that says how many there are.
enum ClientTable {
    static func lines(_ list: ClientList) -> [String] {
        let total = "\(list.verified) verified and \(list.unverified) unverified certificates are known."
        guard !list.clients.isEmpty else { return ["No such clients. \(total)"] }
        let head = ["SUBJECT", "ISSUER", "EXPIRES", "LAST SEEN", "FROM", "OK", "REFUSED", "LISTENERS"]
        let rows = list.clients.map { client in
            [
                client.facts.subject + (client.isVerified ? "" : " (unverified)"),
                client.facts.issuer,
                client.facts.notAfter.iso8601,
                client.lastSeen.iso8601,
                client.places.first?.address.description ?? "-",
                "\(client.handshakes)",
                self.refusals(of: client),
                client.listeners.keys.sorted().joined(separator: " "),
            ]
        }
        let left = list.matching - list.clients.count
        return StatusTable.columns([head] + rows)
            + [left > 0 ? "… and \(left) more. \(total)" : total]
    }

    private static func refusals(of client: KnownClient) -> String {
        guard !client.refusals.isEmpty else { return "0" }
        let reasons = client.refusals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return reasons.map { "\($0.value) \($0.key)" }.joined(separator: " ")
    }
}
