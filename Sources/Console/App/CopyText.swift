import Model

/// What of the row under the cursor can be put into the clipboard.
enum CopyText {
    struct Choice: Hashable, Sendable {
        let name: String
        let label: Phrase
        let text: String
    }

    static func choices(of state: ConsoleState) -> [Choice] {
        var choices: [Choice]
        switch (state.page, state.pane) {
        case (.log, _): choices = state.selectedEntry.map { self.record($0, state) } ?? []
        case (.refusals, _): choices = state.selectedRefusal.map { self.refusal($0, state) } ?? []
        case (.trustStores, 1): choices = state.certificates.selected.map(self.certificate) ?? []
        case (.trustStores, 2):
            choices = state.revocations.selected.map { [self.name($0.list.source.path)] } ?? []
        case (.listeners, 1):
            choices = state.names.selected.map { self.serverName($0, state) } ?? []
        case (.listeners, _), (.overview, 1):
            choices = state.listeners.selected.map { self.listener($0) } ?? []
        case (.trustStores, _):
            choices = state.stores.selected.map { [self.name($0.name)] } ?? []
        case (.clients, _):
            choices = state.clients.selected.map { self.client($0) } ?? []
        case (.targets, _): choices = state.targets.selected.map { self.target($0) } ?? []
        case (.requests, _):
            choices =
                state.requests.selected.map { [self.name("\($0.request.host)\($0.request.path)")] } ?? []
        case (.changes, _), (.overview, 2):
            choices = state.changeList.selected.map { self.change($0.change) } ?? []
        case (.overview, _):
            choices =
                state.attention.selected.map { item in
                    [Choice(name: "line", label: .copyLine, text: "\(item.object): \(item.sentence.english)")]
                } ?? []
        }
        let filter = state.currentFilterText
        if !filter.isEmpty { choices.append(Choice(name: "filter", label: .copyFilter, text: filter)) }
        if let text = ViewCommand.text(of: state) {
            choices.append(Choice(name: "view", label: .copyView, text: text))
        }
        return choices
    }

    private static func name(_ name: String) -> Choice {
        Choice(name: "name", label: .copyName, text: name)
    }

    private static func record(_ entry: PackedRecord, _ state: ConsoleState) -> [Choice] {
        let filter = "conn:\(entry.traceID)"
        var choices = [
            Choice(name: "line", label: .copyLine, text: TextShaping.plain(entry.record.albLine)),
            Choice(name: "json", label: .copyJSON, text: RecordExport.json(entry)),
            Choice(
                name: "command",
                label: .copyCommand,
                text: "sekisho logs --filter '\(filter)' --lines 1"
            ),
        ]
        if let facts = entry.certificate?.facts {
            choices.append(Choice(name: "fingerprint", label: .copyFingerprint, text: facts.fingerprint))
            choices.append(
                Choice(
                    name: "subject",
                    label: .copySubject,
                    text: TextShaping.plain(NameText.readable(facts.subject))
                )
            )
        }
        return choices
    }

    private static func refusal(_ entry: PackedRecord, _ state: ConsoleState) -> [Choice] {
        [
            Choice(
                name: "report",
                label: .copyReport,
                text: RefusalReport.text(entry, count: state.refusals.selected?.group.count ?? 1)
            )
        ] + self.record(entry, state)
    }

    private static func certificate(_ row: CertificateRow) -> [Choice] {
        [
            Choice(
                name: "subject",
                label: .copySubject,
                text: TextShaping.plain(NameText.readable(row.facts.subject))
            ),
            Choice(name: "fingerprint", label: .copyFingerprint, text: row.facts.fingerprint),
            Choice(name: "pem", label: .copyPEM, text: row.certificate.pem),
        ]
    }

    private static func client(_ row: ClientRow) -> [Choice] {
        let facts = row.client.facts
        return [
            Choice(name: "notice", label: .copyNotice, text: RenewalNotice.text(row)),
            Choice(
                name: "subject",
                label: .copySubject,
                text: TextShaping.plain(NameText.readable(facts.subject))
            ),
            Choice(name: "fingerprint", label: .copyFingerprint, text: facts.fingerprint),
            Choice(
                name: "command",
                label: .copyCommand,
                text: "sekisho clients --all --filter fp:\(facts.fingerprint)"
            ),
        ]
    }

    private static func listener(_ row: ListenerRow) -> [Choice] {
        let mutual = row.listener.mutualAuthentication
        let store = row.store.map { " --trust-store \($0.name)" } ?? ""
        let command = "sekisho mtls \(row.name) \(mutual.mode.rawValue)\(store)"
        return [
            self.name(row.name),
            Choice(
                name: "address",
                label: .labelAddress,
                text: Endpoint(address: row.loadBalancer.address, port: row.listener.port).description
            ),
        ]
            + (row.listener.protocol.terminatesTLS
                ? [Choice(name: "command", label: .copyCommand, text: command)] : [])
    }

    private static func target(_ row: TargetRow) -> [Choice] {
        guard row.isMember, let target = row.target else { return [self.name(row.name)] }
        let action = row.isDrained ? TargetOverride.Action.restore : .drain
        let command = "sekisho target \(row.group.name) \(target) \(action.rawValue)"
        return [
            self.name(row.name),
            Choice(name: "command", label: row.isDrained ? .copyRestore : .copyDrain, text: command),
        ]
    }

    private static func serverName(_ row: NameRow, _ state: ConsoleState) -> [Choice] {
        guard let listener = state.listeners.selected else { return [] }
        guard let name = row.serverName else { return self.listener(listener) }
        let store = row.store.map { " --trust-store \($0.name)" } ?? ""
        let command = "sekisho mtls \(listener.name) \(row.mutual.mode.rawValue) --name \(name)\(store)"
        return [self.name(name), Choice(name: "command", label: .copyCommand, text: command)]
    }

    private static func change(_ change: ChangeRecord) -> [Choice] {
        let lines = change.lines.map(\.description).joined(separator: "\n")
        let head =
            "#\(change.number) \(change.time.iso8601) \(change.author.name) (\(change.author.via))"
        return [
            Choice(name: "line", label: .copyLine, text: "\(head)\n\(lines)\n"),
            Choice(name: "undo", label: .copyUndo, text: "sekisho undo \(change.number)"),
        ]
    }
}
