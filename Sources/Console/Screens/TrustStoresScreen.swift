import Model

/// Page 3: the trust stores and the CA certificates in them.
enum TrustStoresScreen {
    /// From so many columns on the two lists stand side by side.
    private static let twoPanes = 72

    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        guard let view = state.view else { return }
        let body = state.layout.body
        if state.trustStores.storeOrder.isEmpty {
            let texts =
                state.trustStores.filterText.isEmpty
                ? [
                    "no trust store yet: verify needs one.",
                    "sekisho apply FILE makes one of a CA bundle (trustStores: - {name, caCertificatesBundle})",
                ]
                : ["no trust store fits the filter \"\(state.trustStores.filterText)\": Esc clears it"]
            ConsoleScreen.drawNotice(texts, in: body, &canvas)
            return
        }
        if body.columns >= self.twoPanes {
            let (left, right) = body.splitLeft(max(26, body.columns / 4))
            self.drawStores(state, view, left, &canvas)
            self.drawCertificates(state, right, &canvas)
        } else if state.trustStores.pane == .stores {
            self.drawStores(state, view, body, &canvas)
        } else {
            self.drawCertificates(state, body, &canvas)
        }
    }

    static func status(_ state: ConsoleState) -> (text: String, role: Role) {
        if state.trustStores.pane == .certificates, let certificate = state.selectedCertificate {
            let expiry = Expiry(certificate.facts, now: state.counters?.time)
            return (
                "\(NameText.short(certificate.facts.subject)): \(expiry.text)",
                expiry.role == .text ? .textMuted : expiry.role
            )
        }
        let filter = state.trustStores.filterText
        let count = state.trustStores.storeOrder.count
        let suffix = filter.isEmpty ? "" : ", filter \"\(filter)\""
        return ("\(count) trust \(count == 1 ? "store" : "stores")\(suffix)", .textMuted)
    }

    private static func isFocused(_ pane: TrustStoresView.Pane, _ state: ConsoleState) -> Bool {
        state.trustStores.pane == pane && state.overlay == nil && state.dialogue == nil
    }

    private static func drawStores(
        _ state: ConsoleState,
        _ view: GateView,
        _ rect: Rect,
        _ canvas: inout Canvas
    ) {
        let ids = state.trustStores.storeOrder
        let rows = ids.compactMap { view.configuration.trustStore($0) }.map { store -> [Table.Field] in
            let users = self.users(of: store, view)
            return [
                Table.Field(text: store.name, role: .textStrong),
                Table.Field(text: String(store.revision)),
                Table.Field(text: String(store.certificates.count)),
                Table.Field(
                    text: users.isEmpty ? String(canvas.glyphs.none) : users.joined(separator: " "),
                    role: .textMuted
                ),
            ]
        }
        let isFocused = self.isFocused(.stores, state)
        canvas.frame(rect, title: "Stores (\(rows.count))", isFocused: isFocused)
        let hasSummary = rect.rows >= 14
        let (list, summary) = rect.inner.splitTop(hasSummary ? rect.inner.rows - 6 : rect.inner.rows)
        Table(
            columns: [
                Table.Column(title: "NAME", minimum: 8, ideal: 14, grows: true, priority: 4),
                Table.Column(title: "REV", minimum: 3, ideal: 3, priority: 2, alignment: .right),
                Table.Column(title: "CAs", minimum: 3, ideal: 3, priority: 3, alignment: .right),
                Table.Column(title: "USED BY", minimum: 8, ideal: 20, priority: 1),
            ],
            rows: rows,
            selected: state.trustStores.stores.id.flatMap { ids.firstIndex(of: $0) },
            isFocused: isFocused,
            top: state.trustStores.stores.top(rows: list.rows - 1, count: rows.count)
        ).draw(into: &canvas, rect: list)
        guard hasSummary, let store = state.selectedStore else { return }
        let users = self.users(of: store, view)
        Detail(
            title: store.name,
            lines: [
                Detail.Line(
                    label: "used by",
                    text: users.isEmpty ? "no listener" : users.joined(separator: " ")
                ),
                Detail.Line(label: "from", text: store.source.path),
                Detail.Line(label: "read", text: store.source.readAt.iso8601),
            ] + self.revocation(store, view, now: state.counters?.time)
        ).draw(
            into: &canvas,
            rect: Rect(
                column: summary.column + 1,
                row: summary.row,
                columns: summary.columns - 2,
                rows: summary.rows
            )
        )
    }

    /// What there is to say of lists and files; nothing for a store of CAs alone.
    private static func revocation(_ store: TrustStore, _ view: GateView, now: Timestamp?) -> [Detail.Line] {
        var lines: [Detail.Line] = []
        let failures = view.watchFailures?.filter { $0.trustStoreID == store.id } ?? []
        lines += failures.map {
            Detail.Line(label: "refused", text: "\($0.path): \($0.error.message)", role: .stateFail)
        }
        let warnings = now.map { store.warnings(at: $0).filter { $0.contains(": revocation list ") } } ?? []
        lines += warnings.map { Detail.Line(label: "warning", text: $0, role: .stateWarn) }
        if !store.revocationLists.isEmpty {
            let entries = store.revocationLists.reduce(0) { $0 + $1.facts.entries }
            let end =
                store.nextExpiry(of: store.revocationLists).map { ", the first until \($0.iso8601)" } ?? ""
            lines.append(
                Detail.Line(
                    label: "revoked",
                    text: "\(entries) in \(store.revocationLists.count) lists\(end)"
                )
            )
        }
        if store.isWatched {
            lines.append(Detail.Line(label: "watched", text: "files are read when they change"))
        }
        return lines
    }

    /// Listeners that verify against a store, by name.
    private static func users(of store: TrustStore, _ view: GateView) -> [String] {
        view.configuration.listeners
            .filter { _, listener in
                let all = [listener.mutualAuthentication] + listener.namePolicies.map(\.mutualAuthentication)
                return all.contains { $0.mode == .verify && $0.trustStoreID == store.id }
            }
            .map(\.listener.name)
    }

    private static func drawCertificates(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        guard let store = state.selectedStore else { return }
        let isFocused = self.isFocused(.certificates, state)
        canvas.frame(
            rect,
            title: "\(store.name): CA certificates (\(store.certificates.count))",
            isFocused: isFocused,
            note: "Enter detail"
        )
        let shown = state.trustStores.certificateOrder
        let rows = shown.compactMap { fingerprint in
            store.certificates.first { $0.facts.fingerprint == fingerprint }
        }.map { self.fields($0.facts, now: state.counters?.time) }
        Table(
            columns: [
                Table.Column(title: "SUBJECT", minimum: 16, ideal: 32, grows: true, priority: 5),
                Table.Column(title: "ISSUER", minimum: 8, ideal: 24, priority: 1),
                Table.Column(title: "KEY", minimum: 8, ideal: 9, priority: 3),
                Table.Column(title: "EXPIRES", minimum: 10, ideal: 10, priority: 4),
                Table.Column(title: "STATE", minimum: 8, ideal: 9, priority: 4),
            ],
            rows: rows,
            selected: state.trustStores.certificates.id.flatMap { shown.firstIndex(of: $0) },
            isFocused: isFocused,
            top: state.trustStores.certificates.top(rows: rect.inner.rows - 1, count: rows.count)
        ).draw(into: &canvas, rect: rect.inner)
    }

    private static func fields(_ facts: CertificateFacts, now: Timestamp?) -> [Table.Field] {
        let isSelfIssued = facts.issuer == facts.subject
        let state: (String, Role)
        switch Expiry(facts, now: now).role {
        case .stateFail: state = ("EXPIRED", .stateFail)
        case .stateWarn:
            state = (now.map { facts.notBefore > $0 } == true ? "not yet" : "expiring", .stateWarn)
        default: state = ("ok", .stateOk)
        }
        return [
            Table.Field(text: NameText.short(facts.subject), role: .textStrong),
            Table.Field(text: isSelfIssued ? "self" : NameText.short(facts.issuer), role: .textMuted),
            Table.Field(text: facts.keyDescription),
            Table.Field(text: Figures.date(facts.notAfter)),
            Table.Field(text: state.0, role: state.1),
        ]
    }

    static func detail(_ certificate: CACertificate, now: Timestamp?) -> Detail {
        let facts = certificate.facts
        let expiry = Expiry(facts, now: now)
        return Detail(
            title: NameText.short(facts.subject),
            lines: [
                Detail.Line(label: "subject", text: NameText.readable(facts.subject)),
                Detail.Line(
                    label: "issuer",
                    text: facts.issuer == facts.subject ? "itself" : NameText.readable(facts.issuer)
                ),
                Detail.Line(label: "serial", text: facts.serialNumber),
                Detail.Line(label: "key", text: facts.keyDescription),
                Detail.Line(label: "not before", text: facts.notBefore.iso8601),
                Detail.Line(
                    label: "not after",
                    text: "\(facts.notAfter.iso8601)  \(expiry.text)",
                    role: expiry.role
                ),
                Detail.Line(label: "sha256", text: facts.fingerprint),
            ]
        )
    }
}
