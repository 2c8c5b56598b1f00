import Model

/// A client certificate of the ledger in the list of clients.
struct ClientRow: ListRow {
    let client: KnownClient
    let now: Timestamp?
    /// A verified certificate of the same subject that is valid for longer, of all that are listed.
    let successor: CertificateFacts?
    /// There is none; not known where the gate has listed only some.
    let isWithoutSuccessor: Bool

    var id: String { self.client.facts.fingerprint }
    var name: String { NameText.identity(self.client.facts) }
    static let noun = Phrase.nounClient

    static func rows(_ state: ConsoleState) -> [ClientRow] {
        guard let list = state.clientList else { return [] }
        var newest: [String: CertificateFacts] = [:]
        for client in list.clients where client.isVerified {
            let known = newest[client.facts.subject]
            if known.map({ $0.notAfter < client.facts.notAfter }) ?? true {
                newest[client.facts.subject] = client.facts
            }
        }
        let isComplete = list.clients.count == list.matching
        return list.clients.map { client in
            let newer = newest[client.facts.subject].flatMap {
                $0.notAfter > client.facts.notAfter ? $0 : nil
            }
            return ClientRow(
                client: client,
                now: state.counters?.time,
                successor: newer,
                isWithoutSuccessor: newer == nil && isComplete
            )
        }
    }

    /// It is over, or will be within ``Expiry/warningDays``.
    var isDue: Bool {
        guard let now else { return false }
        return self.client.facts.notAfter.seconds - now.seconds < Expiry.warningDays * 86_400
    }

    /// Whether one that is due has been replaced; nil where that does not matter yet, or is not known.
    var isRenewed: Bool? {
        if self.successor != nil { return true }
        return self.isDue && self.isWithoutSuccessor ? false : nil
    }

    static let columns: [Column<ClientRow>] = [
        Column(
            name: "cn",
            title: .columnIdentity,
            kind: .text,
            minimum: 12,
            ideal: 28,
            grows: true,
            priority: 20,
            values: { row in
                let name = row.name
                return [.text(name.hasPrefix("CN=") ? String(name.dropFirst(3)) : name)]
            },
            field: { row, context in
                let isUnsafe = TextShaping.shape(row.name, role: .text, glyphs: context.glyphs, limit: 256)
                    .isUnsafe
                return Table.Field(text: isUnsafe ? "~\(row.name)" : row.name, role: .textStrong)
            },
            words: { _, cell in .name(cell) }
        ),
        .text(
            "issuer",
            .columnIssuer,
            10...24,
            priority: 8,
            role: .textMuted,
            words: Phrase.toldIssuer
        ) { NameText.short($0.client.facts.issuer) },
        Column(
            name: "expires",
            title: .columnExpires,
            kind: .remaining,
            minimum: 8,
            ideal: 10,
            priority: 18,
            values: { [.number(Double($0.client.facts.notAfter.microseconds))] },
            field: { row, context in
                guard let now = context.now else { return context.none }
                return Expiry.short(row.client.facts, now: now, context.language)
            },
            words: { row, _ in Expiry(row.client.facts, now: row.now).words }
        ),
        Column(
            name: "renewed",
            title: .columnRenewed,
            kind: .text,
            minimum: 8,
            ideal: 8,
            priority: 7,
            appears: { rows in rows.contains { $0.isRenewed != nil } },
            values: { row in row.isRenewed.map { [.text($0 ? "yes" : "no")] } ?? [] },
            field: { row, context in
                guard let isRenewed = row.isRenewed else { return context.none }
                return isRenewed
                    ? Table.Field(text: "yes", role: .stateOk) : Table.Field(text: "no", role: .stateWarn)
            },
            words: { row, _ in
                row.isRenewed.map { isRenewed in
                    guard isRenewed, let successor = row.successor else { return .notRenewed }
                    return .renewedUntil(Figures.date(successor.notAfter))
                }
            }
        ),
        Column(
            name: "state",
            title: .columnVerified,
            kind: .text,
            minimum: 8,
            ideal: 10,
            priority: 10,
            values: { [.text($0.client.isVerified ? "verified" : "claim")] },
            field: { row, _ in
                row.client.isVerified
                    ? Table.Field(text: "verified", role: .stateOk)
                    : Table.Field(text: "claim", role: .stateWarn)
            },
            words: { row, _ in row.client.isVerified ? nil : .claimNotVerified }
        ),
        .number(
            "handshakes",
            .columnHandshakesTotal,
            6...7,
            priority: 12,
            words: Phrase.toldHandshakes
        ) {
            Double($0.client.handshakes)
        },
        .number(
            "refused",
            .columnFailures,
            6...7,
            priority: 14,
            role: { $0 > 0 ? .stateFail : .text },
            words: { $0 == "0" ? nil : Phrase.toldRefused($0) }
        ) { Double($0.client.refused) },
        Column(
            name: "listener",
            title: .columnListener,
            kind: .text,
            minimum: 8,
            ideal: 18,
            priority: 6,
            values: { $0.client.listeners.keys.sorted().map { .text($0) } },
            field: { row, _ in
                Table.Field(text: row.client.listeners.keys.sorted().joined(separator: " "))
            }
        ),
        Column(
            name: "client",
            title: .columnClient,
            kind: .address,
            minimum: 13,
            ideal: 18,
            priority: 4,
            values: { $0.client.places.map { .address($0.address) } },
            field: { row, context in
                guard let first = row.client.places.first else { return context.none }
                let more = row.client.places.count - 1
                return Table.Field(text: more > 0 ? "\(first.address) +\(more)" : first.address.description)
            }
        ),
        Column(
            name: "first",
            title: .columnFirst,
            kind: .age,
            minimum: 6,
            ideal: 6,
            priority: 3,
            alignment: .right,
            values: { [.number(Double($0.client.firstSeen.microseconds))] },
            field: { row, context in
                guard let now = context.now else { return context.none }
                let age = max(0, now.seconds - row.client.firstSeen.seconds)
                return Table.Field(text: context.language(.duration(seconds: age)), role: .textMuted)
            }
        ),
        Column(
            name: "last",
            title: .columnLast,
            kind: .age,
            minimum: 8,
            ideal: 11,
            priority: 16,
            startsDescending: true,
            values: { [.number(Double($0.client.lastSeen.microseconds))] },
            field: { row, context in
                Table.Field(
                    text: Figures.moment(row.client.lastSeen, now: context.now, in: context.zone),
                    role: .logTime
                )
            },
            words: { _, cell in .toldLastSeen(cell) }
        ),
        Column(
            name: "fp",
            title: .columnFingerprint,
            kind: .text,
            minimum: 0,
            ideal: 0,
            priority: 0,
            values: { [.text($0.client.facts.fingerprint), .text($0.client.facts.serialNumber)] },
            field: { _, context in context.none }
        ),
    ]
}
