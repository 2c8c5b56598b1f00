import Model

/// What the owner of a client needs to know to mend it: nothing of ours is in it.
enum RefusalReport {
    static func text(_ entry: PackedRecord, count: Int) -> String {
        let record = entry.record
        var lines = [
            "TLS connection refused",
            "",
            "time       \(record.time.iso8601)",
            "client     \(record.client.address)",
        ]
        if let name = record.tls?.serverName { lines.append("host name  \(name)") }
        if let outcome = record.tls?.outcome {
            lines.append("reason     \(RefusalRow.code(outcome))")
            lines.append("           \(outcome.sentence ?? "")")
        }
        if count > 1 { lines.append("how often  \(count) times in 15 minutes") }
        if let leaf = record.tls?.leaf {
            lines += [
                "",
                "certificate",
                "subject    \(TextShaping.plain(NameText.readable(leaf.subject)))",
                "issuer     \(TextShaping.plain(NameText.readable(leaf.issuer)))",
                "serial     \(leaf.serialNumber)",
                "valid      \(leaf.notBefore.iso8601) to \(leaf.notAfter.iso8601)",
                "sha256     \(leaf.fingerprint)",
            ]
        }
        if let remedy = record.tls?.outcome.remedy { lines += ["", "what mends it", remedy] }
        return lines.joined(separator: "\n") + "\n"
    }
}
