import Model

/// A client certificate of the ledger in the list of clients.
struct ClientRow: ListRow {
    let client: KnownClient
    let now: Timestamp?

    var id: String { self.client.facts.fingerprint }
    var name: String { NameText.identity(self.client.facts) }
    static let noun = Phrase.nounClient

    static func rows(_ state: ConsoleState) -> [ClientRow] {
        (state.clientList?.clients ?? []).map { ClientRow(client: $0, now: state.counters?.time) }
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
            }
        ),
        .text("issuer", .columnIssuer, 10...24, priority: 8, role: .textMuted) {
            NameText.short($0.client.facts.issuer)
        },
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
            }
        ),
        .number("handshakes", .columnHandshakesTotal, 6...7, priority: 12) {
            Double($0.client.handshakes)
        },
        .number(
            "refused",
            .columnFailures,
            6...7,
            priority: 14,
            role: { $0 > 0 ? .stateFail : .text }
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
            }
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
