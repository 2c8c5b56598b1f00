import Model

/// Everything that is known about one connection attempt, why it ended so and what mends it.
enum EventDetail {
    static func detail(_ entry: PackedRecord, _ say: Language) -> Detail {
        let record = entry.record
        var detail = Detail(title: say(.connectionTitle(record.time.iso8601Microseconds)), lines: [])
        func add(_ label: Phrase, _ text: String?, _ role: Role = .text) {
            guard let text else { return }
            detail.lines.append(Detail.Line(label: say(label), text: text, role: role))
        }
        let outcome = record.tls?.outcome
        if let outcome, !outcome.isSuccess {
            let word = outcome.shortWord.map { " (\($0))" } ?? ""
            add(.labelResult, "FAIL  \(outcome.reason?.rawValue ?? "")\(word)", .logFail)
            add(.labelCause, record.repeated.map { say(.attemptsAlike("\($0)")) }, .logReason)
            add(.labelCause, record.tls?.cut.map { say(.cut($0)) }, .logReason)
            add(.labelCause, Phrase.sentence(outcome).map { say($0) }, .logReason)
            add(.labelDo, Phrase.remedy(outcome).map { say($0) }, .stateWarn)
        } else if let reason = record.tls?.observed {
            let refused = HandshakeOutcome.refused(reason)
            add(.labelResult, "ok  " + say(.observedOnly(reason.rawValue)), .stateWarn)
            add(.labelCause, Phrase.sentence(refused).map { say($0) }, .logReason)
            add(.labelDo, Phrase.remedy(refused).map { say($0) }, .stateWarn)
        } else {
            add(.labelResult, record.tls == nil ? say(.resultPlain) : "ok", .logOk)
        }
        add(.labelClient, record.client.description)
        add(
            .labelListener,
            say(
                .listenerPlace(
                    record.listenerName,
                    port: record.listenerPort,
                    mode: record.tls?.mode.rawValue
                )
            )
        )
        if let tls = record.tls {
            let parts = [
                tls.version, tls.cipher, tls.keyExchange, tls.serverName.map { "sni \($0)" },
                tls.latencyMicroseconds.map { "\(Figures.milliseconds($0)) ms" },
                tls.isResumed ? say(.resumed) : nil,
            ]
            let text = parts.compactMap { $0 }.joined(separator: "  ")
            add(.labelHandshake, text.isEmpty ? say(.nothingNegotiated) : text)
            self.addCertificate(tls, say, add)
        }
        add(.labelTrace, record.traceID.description)
        add(.labelThrough, say(.onNode(record.loadBalancerPath, record.nodeAddress.description)))
        return detail
    }

    private static func addCertificate(
        _ tls: ConnectionRecord.TLSDetails,
        _ say: Language,
        _ add: (Phrase, String?, Role) -> Void
    ) {
        guard let leaf = tls.leaf else {
            add(
                .labelCertificate,
                say(tls.chainCount == 0 ? .certificateNone : .certificateUnreadable),
                .text
            )
            return
        }
        let isVerified = tls.outcome.isSuccess && tls.mode == .verify && tls.observed == nil
        add(.labelSubject, NameText.readable(leaf.subject), .logIdentity)
        add(.empty, isVerified ? nil : say(.claimNotVerified), .textMuted)
        add(.labelIssuer, NameText.readable(leaf.issuer), .text)
        add(.labelSerial, leaf.serialNumber, .text)
        add(.labelValid, say(.range(from: leaf.notBefore.iso8601, to: leaf.notAfter.iso8601)), .text)
        add(.labelKey, say(.keyAndChain(leaf.keyDescription, tls.chainCount)), .text)
        add(.labelFingerprint, leaf.fingerprint, .text)
    }
}
