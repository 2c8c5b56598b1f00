import Model

/// Everything that is known about one connection attempt, why it ended so and what mends it.
enum EventDetail {
    static func detail(_ entry: EventLog.Entry) -> Detail {
        let record = entry.record
        var detail = Detail(title: "Connection \(record.time.iso8601Microseconds)", lines: [])
        func add(_ label: String, _ text: String?, _ role: Role = .text) {
            guard let text else { return }
            detail.lines.append(Detail.Line(label: label, text: text, role: role))
        }
        let outcome = record.tls?.outcome
        if let outcome, !outcome.isSuccess {
            let word = outcome.shortWord.map { " (\($0))" } ?? ""
            add("result", "FAIL  \(outcome.reason?.rawValue ?? "")\(word)", .logFail)
            add("why", outcome.sentence, .logReason)
            add("do", outcome.remedy, .stateWarn)
        } else {
            add("result", record.tls == nil ? "accepted, plain HTTP" : "ok", .logOk)
        }
        add("client", record.client.description)
        let mode = record.tls.map { "  mode \($0.mode.rawValue)" } ?? ""
        add("listener", "\(record.listenerName)  port \(record.listenerPort)\(mode)")
        if let tls = record.tls {
            let parts = [
                tls.version, tls.cipher, tls.keyExchange, tls.serverName.map { "sni \($0)" },
                tls.latencyMicroseconds.map { "\(Figures.milliseconds($0)) ms" },
                tls.isResumed ? "resumed" : nil,
            ]
            let text = parts.compactMap { $0 }.joined(separator: "  ")
            add("handshake", text.isEmpty ? "nothing was negotiated" : text)
            self.addCertificate(tls, add)
        }
        add("trace", record.traceID.description)
        add("via", "\(record.loadBalancerPath)  on \(record.nodeAddress)")
        return detail
    }

    private static func addCertificate(
        _ tls: ConnectionRecord.TLSDetails,
        _ add: (String, String?, Role) -> Void
    ) {
        guard let leaf = tls.leaf else {
            add("certificate", tls.chainCount == 0 ? "none was sent" : "could not be read", .text)
            return
        }
        let isVerified = tls.outcome.isSuccess && tls.mode == .verify
        add("subject", NameText.readable(leaf.subject), .logIdentity)
        add("", isVerified ? nil : "(a claim: not verified)", .textMuted)
        add("issuer", NameText.readable(leaf.issuer), .text)
        add("serial", leaf.serialNumber, .text)
        add("valid", "\(leaf.notBefore.iso8601) to \(leaf.notAfter.iso8601)", .text)
        add("key", "\(leaf.keyDescription), \(tls.chainCount) certificates sent", .text)
        add("sha256", leaf.fingerprint, .text)
    }
}
