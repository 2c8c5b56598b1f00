import Model

/// What the owner of a certificate that ends needs to know; of ours it has the listeners' names alone.
enum RenewalNotice {
    static func text(_ row: ClientRow) -> String {
        let client = row.client
        let facts = client.facts
        let isOver = row.now.map { facts.notAfter < $0 } ?? false
        var lines = [
            isOver ? "TLS client certificate has expired" : "TLS client certificate expires",
            "",
            "subject    \(TextShaping.plain(NameText.readable(facts.subject)))",
            "issuer     \(TextShaping.plain(NameText.readable(facts.issuer)))",
            "serial     \(facts.serialNumber)",
            "valid      \(facts.notBefore.iso8601) to \(facts.notAfter.iso8601)",
            "sha256     \(facts.fingerprint)",
        ]
        if !client.alternativeNames.isEmpty {
            lines.append(
                "names      \(client.alternativeNames.map { TextShaping.plain($0) }.joined(separator: "  "))"
            )
        }
        lines += [
            "",
            "last seen  \(client.lastSeen.iso8601)",
            "from       \(client.places.map { $0.address.description }.joined(separator: "  "))",
            "used with  \(client.listeners.keys.sorted().joined(separator: "  "))",
            "",
        ]
        if let successor = row.successor {
            lines.append(
                "A newer certificate of this subject has been seen, valid until \(successor.notAfter.iso8601)."
            )
        } else if row.isWithoutSuccessor {
            lines.append(
                "No newer certificate of this subject has been seen. Please renew it and install it."
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
