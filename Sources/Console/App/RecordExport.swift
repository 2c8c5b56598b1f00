import Model

/// Records as they are written to files and clipboards.
enum RecordExport {
    /// Records in one file.
    static let limit = 200_000

    /// An object on one line; what there is not is left out.
    static func json(_ entry: PackedRecord) -> String {
        let record = entry.record
        var members: [(String, String)] = [
            ("time", JSONText.quoted(record.time.iso8601Microseconds)),
            ("outcome", JSONText.quoted(record.isFailure ? "fail" : "ok")),
            ("listener", JSONText.quoted(record.listenerName)), ("port", "\(record.listenerPort)"),
            ("client", JSONText.quoted(record.client.description)),
            ("trace", JSONText.quoted(record.traceID.description)),
        ]
        func add(_ name: String, _ text: String?) {
            if let text { members.append((name, JSONText.quoted(text))) }
        }
        guard let tls = record.tls else { return self.object(members) }
        if let repeated = record.repeated { members.append(("repeated", "\(repeated)")) }
        add("reason", tls.outcome.reason?.rawValue)
        add("cut", tls.cut?.rawValue)
        add("detail", tls.outcome.shortWord)
        add("mode", tls.mode.rawValue)
        add("tls", tls.version)
        add("cipher", tls.cipher)
        add("key_exchange", tls.keyExchange)
        add("sni", tls.serverName)
        if let latency = tls.latencyMicroseconds { members.append(("latency_us", "\(latency)")) }
        members.append(("chain_count", "\(tls.chainCount)"))
        if let leaf = tls.leaf {
            add("subject", leaf.subject)
            add("issuer", leaf.issuer)
            add("serial", leaf.serialNumber)
            add("not_before", leaf.notBefore.iso8601)
            add("not_after", leaf.notAfter.iso8601)
            add("fingerprint", leaf.fingerprint)
        }
        return self.object(members)
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(JSONText.quoted($0.0)):\($0.1)" }.joined(separator: ","))}"
    }

    /// The newest matching records, oldest first: ALB's lines, or JSON.
    static func text(of state: ConsoleState, isJSON: Bool) -> String {
        let matches = state.log.matches
        let first = max(0, matches.count - self.limit)
        let entries = (first..<matches.count).compactMap { state.events.entry(matches[$0].number) }
        return entries.map { isJSON ? self.json($0) : TextShaping.plain($0.record.albLine) }
            .map { $0 + "\n" }.joined()
    }
}
