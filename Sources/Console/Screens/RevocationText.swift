import Model

/// Whether a certificate is revoked, by which list, since when and why.
enum RevocationText {
    static func detail(
        _ answer: RevocationAnswer,
        _ query: RevocationQuery,
        _ say: Language,
        now: Timestamp?
    ) -> Detail {
        var detail = Detail(title: say(.serialTitle(query.serialNumber)), lines: [])
        func add(_ label: Phrase, _ text: Phrase, _ role: Role = .text) {
            detail.lines.append(Detail.Line(label: say(label), text: say(text), role: role))
        }
        if let issuer = query.issuer { add(.labelIssuer, Phrase(verbatim: NameText.readable(issuer))) }
        guard !answer.findings.isEmpty else {
            add(
                .labelState,
                answer.lists == 0 ? .serialNoLists : .serialFree,
                answer.lists == 0 ? .stateWarn : .stateOk
            )
            add(.empty, .serialSearched(answer.lists, Figures.count(answer.entries)), .textMuted)
            return detail
        }
        for finding in answer.findings {
            let list = finding.list
            add(.labelState, .serialRevoked, .stateFail)
            add(.labelRevokedAt, Phrase(verbatim: finding.revokedAt.iso8601))
            add(.labelReason, Phrase(verbatim: finding.reason ?? "-"))
            add(.labelList, .serialList(list.id, store: finding.trustStore))
            add(.labelIssuer, Phrase(verbatim: NameText.readable(list.facts.issuer)))
            add(.labelFrom, Phrase(verbatim: list.source.path))
            let state = ListState(list, now: now)
            add(.labelNext, state.next, state.role)
            if list.signers.isEmpty { add(.empty, .listWaits, .stateWarn) }
            add(.empty, .empty)
        }
        return detail
    }
}
