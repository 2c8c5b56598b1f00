import Model

/// A CA certificate of the trust store that is looked at.
struct CertificateRow: ListRow {
    let certificate: CACertificate
    let now: Timestamp?

    var facts: CertificateFacts { self.certificate.facts }
    /// The same certificate may stand in several stores, and is one row in each.
    var id: String { self.facts.fingerprint }
    var name: String { NameText.short(self.facts.subject) }
    static let noun = Phrase.nounAuthority

    static func rows(_ state: ConsoleState) -> [CertificateRow] {
        var seen: Set<String> = []
        return (state.selectedStore?.certificates ?? [])
            .filter { seen.insert($0.facts.fingerprint).inserted }
            .map { CertificateRow(certificate: $0, now: state.counters?.time) }
    }

    static let columns: [Column<CertificateRow>] = [
        .text(
            "subject",
            .columnSubject,
            16...32,
            priority: 20,
            role: .textStrong,
            grows: true,
            words: Phrase.name
        ) { $0.name },
        Column(
            name: "issuer",
            title: .columnIssuer,
            kind: .text,
            minimum: 8,
            ideal: 24,
            priority: 1,
            values: { [.text(NameText.readable($0.facts.issuer))] },
            field: { row, context in
                let isSelfIssued = row.facts.issuer == row.facts.subject
                let text =
                    isSelfIssued ? context.language(.selfIssued) : NameText.short(row.facts.issuer)
                return Table.Field(text: text, role: .textMuted)
            }
        ),
        .text("key", .columnKey, 8...9, priority: 3) { $0.facts.keyDescription },
        Column(
            name: "expires",
            title: .columnExpires,
            kind: .remaining,
            minimum: 10,
            ideal: 10,
            priority: 4,
            values: { [.number(Double($0.facts.notAfter.microseconds))] },
            field: { row, _ in Table.Field(text: Figures.date(row.facts.notAfter)) },
            words: { row, _ in Expiry(row.facts, now: row.now).words }
        ),
        Column(
            name: "state",
            title: .columnState,
            kind: .text,
            minimum: 8,
            ideal: 9,
            priority: 15,
            values: { [.text(Expiry.word($0.facts, now: $0.now))] },
            field: { row, _ in
                Table.Field(
                    text: Expiry.word(row.facts, now: row.now),
                    role: Expiry.wordRole(row.facts, now: row.now)
                )
            }
        ),
        .text("serial", .columnSerial, 8...16, priority: 0, role: .textMuted) { $0.facts.serialNumber },
        Column(
            name: "fp",
            title: .columnFingerprint,
            kind: .text,
            minimum: 0,
            ideal: 0,
            priority: 0,
            values: { [.text($0.facts.fingerprint)] },
            field: { _, context in context.none }
        ),
    ]
}
