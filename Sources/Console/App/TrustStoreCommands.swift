import Model

/// What can be asked of trust stores, and done to them.
extension ConsoleState {
    /// What Enter on a removal would take out: the CA or the list under the cursor.
    private var removal: TrustStoreChange? {
        guard self.page == .trustStores, let store = self.selectedStore else { return nil }
        switch self.pane {
        case 1:
            return self.certificates.selected.map {
                TrustStoreChange(
                    trustStore: store.name,
                    edit: .removeAuthority(fingerprint: $0.facts.fingerprint)
                )
            }
        case 2:
            return self.revocations.selected.map {
                TrustStoreChange(trustStore: store.name, edit: .removeRevocations(ids: [$0.id]))
            }
        default: return nil
        }
    }

    /// The store that is named, or under the cursor.
    private func store(_ name: String?) -> TrustStore? {
        guard let name else { return self.selectedStore }
        return self.view?.configuration.trustStores.first { $0.name == name }
    }

    var storeAvailability: Command.Availability {
        guard self.view?.configuration.trustStores.isEmpty == false else { return .no(.noTrustStores) }
        return self.changeAvailability
    }

    var removalAvailability: Command.Availability {
        self.removal == nil ? .no(.removeWhat) : self.changeAvailability
    }

    var whatIfAvailability: Command.Availability {
        if self.removal == nil { return .no(.removeWhat) }
        // The gate lets those who may only look ask for no preview: it could be made to read files.
        if self.lock == .readOnly { return .no(.viewerOnly) }
        return self.link == .live ? .yes : .no(.gateUnreachable)
    }

    mutating func openFiles(_ purpose: FilePicker.Purpose, _ name: String?) -> [Effect] {
        guard let store = self.store(name) else {
            self.say(.warn, name.map { .noSuch(.nounTrustStore, $0) } ?? .noTrustStores)
            return []
        }
        return self.openFiles(purpose, store: store)
    }

    mutating func openRemoval() -> [Effect] {
        self.removal.map { self.askAbout($0.edit, store: $0.trustStore) } ?? []
    }

    /// Opens the question whether a trust store shall be changed; the gate says what would come of it.
    mutating func askAbout(_ edit: TrustStoreChange.Edit, store: String) -> [Effect] {
        let change = TrustStoreChange(trustStore: store, edit: edit)
        self.lastRequest += 1
        self.pending[self.lastRequest] = .storePreview
        var dialogue = ConfirmDialogue(
            .trustStore(change),
            lines: [ConfirmDialogue.Line(text: .previewAsked, role: .textMuted)],
            now: self.now
        )
        dialogue.preview = .asked(self.lastRequest)
        return self.ask(dialogue) + [.request(self.lastRequest, .preview(change))]
    }

    /// Takes what the gate says of a change, unless the question has been closed.
    mutating func answerStorePreview(_ request: Int, _ result: Result<Reply, OperatorError>) {
        guard case .confirm(var dialogue) = self.dialogue, dialogue.preview == .asked(request),
            case .trustStore(let change) = dialogue.action
        else { return }
        switch result {
        case .success(.preview(let preview)):
            let command = StorePreviewText.command(change)
            dialogue.lines =
                StorePreviewText.lines(
                    preview,
                    of: change,
                    self.store(change.trustStore),
                    in: self.settings.zone
                ) + [
                    ConfirmDialogue.Line(text: .empty),
                    ConfirmDialogue.Line(text: .modeSameAs(command), role: .textMuted),
                ]
            dialogue.preview = preview.plan.isEmpty ? .failed : .known
            if preview.refused > 0 || preview.dependents?.matching ?? 0 > 0 {
                dialogue.name = change.trustStore
                dialogue.focus = .name
            }
        case .success: break
        case .failure(let error):
            dialogue.lines = []
            dialogue.problem = Phrase(verbatim: error.told)
            dialogue.preview = .failed
        }
        self.dialogue = .confirm(dialogue)
    }

    // MARK: Questions that change nothing

    /// What the removal of what is under the cursor would do.
    mutating func openWhatIf() -> [Effect] {
        guard let removal else { return [] }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .whatIf(removal)
        self.say(.info, .previewAsked)
        return [.request(self.lastRequest, .preview(removal))]
    }

    mutating func answerWhatIf(_ change: TrustStoreChange, _ result: Result<Reply, OperatorError>) {
        switch result {
        case .success(.preview(let preview)):
            guard self.dialogue == nil else { return }
            self.toast = nil
            let lines = StorePreviewText.lines(
                preview,
                of: change,
                self.store(change.trustStore),
                in: self.settings.zone
            )
            self.overlay = .detail(
                Detail(
                    title: self.language(.whatIf) + "  " + self.language(.title(change)),
                    lines: lines.map {
                        Detail.Line(label: "", text: self.language($0.text), role: $0.role)
                    }
                ),
                scroll: 0
            )
        case .success: break
        case .failure(let error): self.say(.error, Phrase(verbatim: error.told))
        }
    }

    mutating func openRevisions(_ name: String?) -> [Effect] {
        guard let store = self.store(name) else {
            self.say(.warn, name.map { .noSuch(.nounTrustStore, $0) } ?? .noTrustStores)
            return []
        }
        guard self.link == .live else {
            self.say(.warn, .gateUnreachable)
            return []
        }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .revisions(trustStore: store.name)
        return [.request(self.lastRequest, .revisions(trustStore: store.name))]
    }

    mutating func answerRevisions(_ store: String, _ result: Result<Reply, OperatorError>) {
        switch result {
        case .success(.revisions(let revisions)):
            guard self.dialogue == nil, self.prompt == nil else { return }
            self.overlay = .revisions(RevisionsView(store: store, revisions: revisions))
        case .success: break
        case .failure(let error): self.say(.error, Phrase(verbatim: error.told))
        }
    }

    mutating func press(_ key: Key, in opened: RevisionsView) -> [Effect] {
        var view = opened
        switch key {
        case .escape, .character("q"), .ctrl("c"):
            self.overlay = nil
            return []
        case .down, .character("j"): view.index += 1
        case .up, .character("k"): view.index -= 1
        case .home, .character("g"): view.index = 0
        case .end, .character("G"): view.index = view.revisions.count - 1
        case .character("R"), .enter: return self.restore(view)
        default: break
        }
        view.index = max(0, min(view.index, view.revisions.count - 1))
        self.overlay = .revisions(view)
        return []
    }

    private mutating func restore(_ view: RevisionsView) -> [Effect] {
        guard let revision = view.selected, view.index > 0 else {
            self.say(.warn, .revisionIsInForce)
            return []
        }
        if case .no(let reason) = self.changeAvailability {
            self.say(.warn, reason)
            return []
        }
        return self.askAbout(.restoreRevision(revision.revision), store: view.store)
    }

    /// Asks for a serial number, or takes the client's under the cursor.
    mutating func openLookUp(_ arguments: [String]) -> [Effect] {
        if let serial = arguments.first { return self.lookUp(serial, store: nil) }
        if self.page == .clients, let row = self.clients.selected {
            return self.lookUp(row.client.facts.serialNumber, issuer: row.client.facts.issuer, store: nil)
        }
        return self.openPrompt(.serial(store: self.page == .trustStores ? self.selectedStore?.name : nil))
    }

    mutating func lookUp(_ serial: String, issuer: String? = nil, store: String?) -> [Effect] {
        guard self.link == .live else {
            self.say(.warn, .gateUnreachable)
            return []
        }
        let query = RevocationQuery(serialNumber: serial, issuer: issuer, trustStore: store)
        self.lastRequest += 1
        self.pending[self.lastRequest] = .revocations(query)
        return [.request(self.lastRequest, .revocations(query))]
    }

    mutating func answerRevocations(_ query: RevocationQuery, _ result: Result<Reply, OperatorError>) {
        switch result {
        case .success(.revocations(let answer)):
            guard self.dialogue == nil else { return }
            let detail = RevocationText.detail(answer, query, self.language, now: self.counters?.time)
            self.overlay = .detail(detail, scroll: 0)
        case .success: break
        case .failure(let error): self.say(.error, Phrase(verbatim: error.told))
        }
    }
}
