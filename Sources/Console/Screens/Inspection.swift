import Model

/// One failure explained: what was sent, what the store had to say, since when, and what mends it.
enum Inspection {
    static func detail(
        _ entry: PackedRecord,
        _ group: RefusalGroups.Group,
        _ state: ConsoleState
    )
        -> Detail
    {
        let say = state.language
        let record = entry.record
        let outcome = entry.outcome ?? .success
        var detail = Detail(
            title: "\(RefusalRow.code(outcome))  \(record.listenerName)  \(record.client)  "
                + state.settings.zone.shown(record.time).clockMilliseconds,
            lines: []
        )
        func add(_ label: Phrase, _ text: Phrase, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: say(label), text: say(text), role: role))
        }
        func gap() { detail.lines.append(Detail.Line(label: "", text: "")) }
        let trace = state.events.trace(entry.number)
        // What the gate found in this case says more than what the reason means in general.
        let sentence = trace.map { Phrase(verbatim: $0.sentence) } ?? Phrase.sentence(outcome)
        let remedy = trace?.remedy.map { Phrase(verbatim: $0) } ?? Phrase.remedy(outcome)
        if let cut = entry.cut { add(.labelWhy, .cut(cut), .logReason) }
        if let sentence { add(.labelWhy, sentence, .logReason) }
        if let remedy { add(.labelFix, remedy, .stateWarn) }
        gap()
        if let trace, !trace.presented.isEmpty {
            detail.lines += TraceText.chain(trace, say)
        } else {
            detail.lines += self.presented(record, say)
        }
        if let trace { detail.lines += TraceText.steps(trace, say) }
        let listener = state.view?.configuration.listeners.first {
            $0.listener.id == entry.kind.listenerID
        }?
        .listener
        if trace == nil, let line = self.store(record, listener, state) {
            add(.labelStore, line.text, line.role)
        }
        add(.labelSince, self.since(group, state))
        add(.labelWho, self.clients(group))
        gap()
        if !state.layout.isNarrow, !state.fixes.isEmpty {
            for (index, fix) in state.fixes.enumerated() {
                let text = Phrase(verbatim: "F \(index + 1)  ") + fix.label + "  (" + fix.note + ")"
                add(index == 0 ? .labelMend : .empty, text)
            }
            gap()
        }
        if trace != nil {
            add(.labelTry, Phrase(verbatim: "sekisho explain \(record.traceID)"), .textStrong)
        }
        let command = OpenSSLCommand.text(record, listener, state)
        add(trace == nil ? .labelTry : .empty, Phrase(verbatim: command), .textStrong)
        add(.labelEvidence, self.evidence(record), .textMuted)
        return detail
    }

    private static func presented(_ record: ConnectionRecord, _ say: Language) -> [Detail.Line] {
        guard let tls = record.tls else { return [] }
        guard let leaf = tls.leaf else {
            let text: Phrase = tls.chainCount == 0 ? .nothingPresented : .unreadablePresented
            return [Detail.Line(label: say(.labelPresented), text: say(text))]
        }
        return [
            Detail.Line(
                label: say(.labelPresented),
                text: NameText.readable(leaf.subject),
                role: .logIdentity
            ),
            Detail.Line(label: "", text: say(.issuedBy(NameText.readable(leaf.issuer)))),
            Detail.Line(
                label: "",
                text: say(.validFromTo(Figures.date(leaf.notBefore), Figures.date(leaf.notAfter)))
                    + "  \(leaf.keyDescription)  " + say(.chainSent(tls.chainCount))
            ),
        ]
    }

    /// Whether the store was made for clients like this one: a name says no more than that.
    private static func store(
        _ record: ConnectionRecord,
        _ listener: Listener?,
        _ state: ConsoleState
    ) -> (text: Phrase, role: Role)? {
        guard let leaf = record.tls?.leaf, record.tls?.mode == .verify,
            let id = listener?.mutualAuthentication.trustStoreID,
            let store = state.view?.configuration.trustStore(id)
        else { return nil }
        let name = "\(store.name) r\(store.revision)"
        let isNamed = store.certificates.contains { $0.facts.subject == leaf.issuer }
        return isNamed ? (.issuerInStore(name), .text) : (.issuerNotInStore(name), .stateFail)
    }

    /// The first failure of the cause, and the change just before it if there was one.
    private static func since(_ group: RefusalGroups.Group, _ state: ConsoleState) -> Phrase {
        let first = String(state.settings.zone.shown(group.first).clockMilliseconds.prefix(8))
        guard let change = self.change(before: group, state),
            let line = change.lines.first(where: { self.names(group, state).contains($0.resource) })
        else { return .sinceFirst(first) }
        return .sinceChange(
            first,
            change.number,
            line.resource,
            change.author.name,
            .duration(seconds: group.first.seconds - change.time.seconds)
        )
    }

    /// The change of the listener or its trust store right before the first failure of a cause.
    static func change(before group: RefusalGroups.Group, _ state: ConsoleState) -> ChangeRecord? {
        let names = self.names(group, state)
        return state.changes.first { change in
            let seconds = group.first.seconds - change.time.seconds
            // What was made then has not been any better before.
            return (0...Attention.changeWindowSeconds).contains(seconds)
                && change.lines.contains { names.contains($0.resource) && $0.verb != .create }
        }
    }

    /// What changes call the listener and its trust store.
    private static func names(_ group: RefusalGroups.Group, _ state: ConsoleState) -> [String] {
        let listener = state.view?.configuration.listeners.first {
            $0.listener.name == group.listenerName
        }
        let store = listener?.listener.mutualAuthentication.trustStoreID.flatMap {
            state.view?.configuration.trustStore($0)
        }
        return ["listener \(group.listenerName)"] + (store.map { ["trust store \($0.name)"] } ?? [])
    }

    private static func clients(_ group: RefusalGroups.Group) -> Phrase {
        let clients = group.topClients
        let shown = clients.prefix(3).map {
            Phrase(verbatim: "\($0.address) (\(Figures.count($0.count)))")
        }
        let more = clients.count - shown.count
        return (shown + (more > 0 ? [.otherClients(more)] : [])).joined(by: "  ")
    }

    private static func evidence(_ record: ConnectionRecord) -> Phrase {
        let tls = record.tls
        let parts = [
            tls?.version, tls?.cipher, tls?.keyExchange, tls?.serverName.map { "sni \($0)" },
            tls?.leaf.map { "serial \($0.serialNumber)" }, record.traceID.description,
        ]
        return Phrase(verbatim: parts.compactMap { $0 }.joined(separator: "  "))
    }
}
