import Model

/// What mends a refusal, carried out from where it is explained.
extension ConsoleState {
    /// The trust store that the selected refusal was judged by.
    private var refusingStore: TrustStore? {
        guard let entry = self.selectedRefusal, let view = self.view else { return nil }
        if let name = self.events.trace(entry.number)?.trustStore {
            return view.configuration.trustStores.first { $0.name == name }
        }
        let listener = view.configuration.listeners.first {
            $0.listener.id == entry.kind.listenerID
        }
        return listener?.listener.mutualAuthentication.trustStoreID.flatMap {
            view.configuration.trustStore($0)
        }
    }

    var fixAvailability: Command.Availability {
        self.selectedRefusal == nil ? .no(.nothingUnderCursor) : .yes
    }

    /// Something that would let a refused client in.
    struct Fix: Hashable, Sendable {
        let label: Phrase
        let note: Phrase
        /// The command that opens its question.
        let line: String
    }

    /// What would let the client of the selected refusal in, the safest first.
    var fixes: [Fix] {
        guard let entry = self.selectedRefusal else { return [] }
        var fixes: [Fix] = []
        func add(_ label: Phrase, _ note: Phrase, _ line: String) {
            fixes.append(Fix(label: label, note: note, line: line))
        }
        let trace = self.events.trace(entry.number)
        if let store = self.refusingStore, entry.outcome == .refused(.untrusted) {
            if let sent = trace?.presented.last(where: \.isCertificateAuthority)?.facts {
                add(
                    .fixSent,
                    .fixInto(NameText.short(sent.subject), store.name),
                    "add-sent-ca"
                )
            }
            add(.fixFile(store.name), .fixOpensFiles, "add-ca \(store.name)")
            add(.fixRevision(store.name), .helpRevisions, "revisions \(store.name)")
        }
        if let group = self.refusals.selected?.group,
            let change = Inspection.change(before: group, self)
        {
            add(.fixUndo(change.number, change.author.name), .opensDialogue, "undo #\(change.number)")
        }
        if entry.kind.mode == .verify {
            add(
                .fixPassthrough(entry.kind.listenerName),
                .fixWeakens,
                "mode passthrough \(entry.kind.listenerName)"
            )
        }
        return fixes
    }

    /// Offers what would let the client in; each opens its own question.
    mutating func openFixes() -> [Effect] {
        guard self.selectedRefusal != nil else { return [] }
        let armed: Phrase? =
            if case .no(let reason) = self.changeAvailability { reason } else { nil }
        let items = self.fixes.map {
            Menu.Item(label: $0.label, note: armed ?? $0.note, line: armed == nil ? $0.line : nil)
        }
        let report = Menu.Item(label: .copyReport, note: .fixReport, line: "copy report")
        self.overlay = .menu(Menu(title: .fixTitle, items: items + [report], command: "fix"))
        return []
    }

    /// Asks for the chain that the client sent, to add the topmost CA of it.
    mutating func addSentAuthority() -> [Effect] {
        guard let entry = self.selectedRefusal, let store = self.refusingStore else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .sentAuthority(store: store.name)
        return [.request(self.lastRequest, .explain(record: entry.traceID.description))]
    }

    mutating func answerSentAuthority(
        store: String,
        _ result: Result<Reply, OperatorError>
    ) -> [Effect] {
        switch result {
        case .success(.explanation(let explanation)):
            guard let pem = Self.topmostAuthority(explanation) else {
                self.say(.warn, .fixNotKept)
                return []
            }
            guard self.dialogue == nil else { return [] }
            let name = "client-\(explanation.record?.record.traceID.description ?? "").pem"
            return self.askAbout(.addAuthorities(FileContents(path: name, text: pem)), store: store)
        case .success: return []
        case .failure(let error):
            self.say(.error, Phrase(verbatim: error.told))
            return []
        }
    }

    /// The last CA certificate of a presented chain, in PEM.
    private static func topmostAuthority(_ explanation: Explanation) -> String? {
        let end = "-----END CERTIFICATE-----"
        let blocks = explanation.chainPEM.split(separator: end, omittingEmptySubsequences: true)
            .map { $0.drop(while: \.isWhitespace) }
            .filter { !$0.isEmpty }
        let presented = explanation.trace?.presented ?? []
        guard let index = presented.lastIndex(where: \.isCertificateAuthority),
            blocks.indices.contains(index)
        else { return nil }
        return blocks[index] + end + "\n"
    }
}
