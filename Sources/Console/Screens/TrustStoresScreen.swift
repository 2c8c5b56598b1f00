import Model

/// Page 3: the trust stores and the CA certificates in them.
enum TrustStoresScreen {
    /// From so many columns on the two lists stand side by side.
    private static let twoPanes = 72

    static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
        let body = state.layout.body
        if state.stores.count == 0 {
            ConsoleScreen.drawNotice(ConsoleScreen.emptiness(state), in: body, &canvas)
            return
        }
        if body.columns >= self.twoPanes, !state.isZoomed {
            let (left, right) = body.splitLeft(max(26, body.columns / 4))
            self.drawStores(state, left, &canvas)
            self.drawContents(state, right, &canvas)
        } else if state.pane == 0 {
            self.drawStores(state, body, &canvas)
        } else if state.pane == 1 {
            self.drawCertificates(state, body, &canvas)
        } else {
            self.drawLists(state, body, &canvas)
        }
    }

    static func status(_ state: ConsoleState) -> (text: Phrase, role: Role) {
        if state.pane == 1, let row = state.certificates.selected {
            let expiry = Expiry(row.facts, now: state.counters?.time)
            return (
                Phrase(verbatim: "\(row.name): ") + expiry.text,
                expiry.role == .text ? .textMuted : expiry.role
            )
        }
        if state.pane == 2, let row = state.revocations.selected {
            let list = ListState(row.list, now: state.counters?.time)
            return (
                Phrase(verbatim: "\(row.name): \(list.word)  ") + .labelNext + " " + list.next,
                list.role == .stateOk ? .textMuted : list.role
            )
        }
        return (FooterScreen.status(of: state.stores, .trustStores(state.stores.count)), .textMuted)
    }

    private static func isFocused(_ pane: Int, _ state: ConsoleState) -> Bool {
        state.pane == pane && state.overlay == nil && state.dialogue == nil
    }

    private static func drawStores(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        let isFocused = self.isFocused(0, state)
        canvas.frame(
            rect,
            title: canvas.language(.storesTitle(state.stores.count)),
            isFocused: isFocused
        )
        let summary = rect.rows >= 14 ? state.stores.selected.map { self.summary($0, state) } : nil
        // What is said of the store is said whole, as far as half of the pane goes.
        let needed = summary?.rows(width: rect.inner.columns - 2, glyphs: canvas.glyphs).count ?? 0
        let below = summary == nil ? 0 : max(8, min(needed, rect.inner.rows / 2))
        let (list, place) = rect.inner.splitTop(rect.inner.rows - below)
        state.stores.draw(into: &canvas, rect: list, isFocused: isFocused, now: state.counters?.time)
        summary?.draw(
            into: &canvas,
            rect: Rect(column: place.column + 1, row: place.row, columns: place.columns - 2, rows: place.rows)
        )
    }

    static func summary(_ row: StoreRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let states = row.store.certificates.map { Expiry.word($0.facts, now: state.counters?.time) }
        let (expired, expiring) = (states.count { $0 == "EXPIRED" }, states.count { $0 == "expiring" })
        return Detail(
            title: row.name,
            lines: [
                Detail.Line(
                    label: say(.labelUsedBy),
                    text: row.users.isEmpty ? say(.noListener) : row.users.joined(separator: " ")
                ),
                Detail.Line(
                    label: say(.labelHealth),
                    text: say(
                        expired + expiring == 0
                            ? .storeHealthy : .storeHealth(expired: expired, expiring: expiring)
                    ),
                    role: expired > 0 ? .stateFail : expiring > 0 ? .stateWarn : .stateOk
                ),
                Detail.Line(label: say(.labelFrom), text: row.store.source.path),
                Detail.Line(label: say(.labelRead), text: row.store.source.readAt.iso8601),
            ] + self.revocation(row.store, state)
        )
    }

    /// What there is to say of lists and files; nothing for a store of CAs alone.
    private static func revocation(_ store: TrustStore, _ state: ConsoleState) -> [Detail.Line] {
        let say = state.language
        let failures = state.view?.watchFailures?.filter { $0.trustStoreID == store.id } ?? []
        var lines = failures.map {
            Detail.Line(
                label: say(.labelFailing),
                text: "\($0.path): \($0.error.message)",
                role: .stateFail
            )
        }
        let warnings = state.counters.map { store.warnings(at: $0.time) } ?? []
        lines += warnings.filter { $0.contains(": revocation list ") }.map {
            Detail.Line(label: say(.labelWarning), text: $0, role: .stateWarn)
        }
        if !store.revocationLists.isEmpty {
            let entries = store.revocationLists.reduce(0) { $0 + $1.facts.entries }
            let lists = Phrase.revoked(
                entries,
                lists: store.revocationLists.count,
                until: store.nextExpiry(of: store.revocationLists)?.iso8601
            )
            lines.append(Detail.Line(label: say(.labelRevoked), text: say(lists)))
        }
        if store.isWatched {
            lines.append(Detail.Line(label: say(.labelWatched), text: say(.watchedFiles)))
        }
        return lines
    }

    /// What is in the selected store: its CAs, below them its lists, and beside those the CA under the
    /// cursor.
    private static func drawContents(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        guard rect.rows >= 12 else {
            if state.pane == 2 {
                self.drawLists(state, rect, &canvas)
            } else {
                self.drawCertificates(state, rect, &canvas)
            }
            return
        }
        let isTall = rect.rows >= 26
        let lists = min(max(3, state.revocations.count + 3), rect.rows / 3)
        let (upper, lower) = rect.splitTop(rect.rows - (isTall ? 11 : lists))
        self.drawCertificates(state, upper, &canvas)
        guard isTall, let row = state.certificates.selected else {
            self.drawLists(state, lower, &canvas)
            return
        }
        let (left, right) = lower.splitLeft(lower.columns / 2)
        ConsoleScreen.drawPane(self.detail(row, state), in: left, &canvas)
        self.drawLists(state, right, &canvas)
    }

    private static func drawCertificates(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        guard let store = state.selectedStore else { return }
        let isFocused = self.isFocused(1, state)
        canvas.frame(
            rect,
            title: canvas.language(.authoritiesTitle(store.name, store.certificates.count)),
            isFocused: isFocused,
            note: canvas.language(.fullDetail)
        )
        state.certificates.draw(
            into: &canvas,
            rect: rect.inner,
            isFocused: isFocused,
            now: state.counters?.time
        )
    }

    private static func drawLists(_ state: ConsoleState, _ rect: Rect, _ canvas: inout Canvas) {
        let isFocused = self.isFocused(2, state)
        canvas.frame(
            rect,
            title: canvas.language(.listsTitle(state.revocations.count)),
            isFocused: isFocused
        )
        guard state.revocations.count > 0 else {
            canvas.write(
                .noLists,
                column: rect.inner.column + 1,
                row: rect.inner.row,
                width: rect.inner.columns - 1,
                role: .textMuted
            )
            return
        }
        state.revocations.draw(
            into: &canvas,
            rect: rect.inner,
            isFocused: isFocused,
            now: state.counters?.time
        )
    }

    static func detail(_ row: RevocationRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let list = row.list
        let standing = ListState(list, now: state.counters?.time)
        var lines = [
            Detail.Line(label: say(.labelIssuer), text: NameText.readable(list.facts.issuer)),
            Detail.Line(label: say(.labelState), text: standing.word, role: standing.role),
            Detail.Line(label: say(.columnEntries).lowercased(), text: "\(list.facts.entries)"),
            Detail.Line(label: say(.labelNotBefore), text: list.facts.thisUpdate.iso8601),
            Detail.Line(
                label: say(.labelNext),
                text: "\(list.facts.nextUpdate?.iso8601 ?? "-")  \(say(standing.next))",
                role: standing.role
            ),
            Detail.Line(label: say(.labelFrom), text: list.source.path),
            Detail.Line(label: say(.labelFingerprint), text: list.facts.fingerprint),
        ]
        if list.signers.isEmpty {
            lines.append(Detail.Line(label: "", text: say(.listWaits), role: .stateWarn))
        }
        lines += list.notices.map {
            Detail.Line(label: say(.labelWarning), text: $0, role: .stateWarn)
        }
        return Detail(title: "\(list.id)  \(row.name)", lines: lines)
    }

    static func detail(_ row: CertificateRow, _ state: ConsoleState) -> Detail {
        let say = state.language
        let facts = row.facts
        let expiry = Expiry(facts, now: row.now)
        return Detail(
            title: row.name,
            lines: [
                Detail.Line(label: say(.labelSubject), text: NameText.readable(facts.subject)),
                Detail.Line(
                    label: say(.labelIssuer),
                    text: facts.issuer == facts.subject ? say(.itself) : NameText.readable(facts.issuer)
                ),
                Detail.Line(label: say(.labelSerial), text: facts.serialNumber),
                Detail.Line(label: say(.labelKey), text: facts.keyDescription),
                Detail.Line(label: say(.labelNotBefore), text: facts.notBefore.iso8601),
                Detail.Line(
                    label: say(.labelNotAfter),
                    text: "\(facts.notAfter.iso8601)  \(say(expiry.text))",
                    role: expiry.role
                ),
                Detail.Line(label: say(.labelFingerprint), text: facts.fingerprint),
            ]
        )
    }
}
