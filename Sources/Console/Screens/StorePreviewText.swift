import Model

/// What a change of a trust store would do, for the question whether it shall be made.
enum StorePreviewText {
    /// Clients and CAs that are named one by one.
    private static let listed = 6

    typealias Line = ConfirmDialogue.Line

    static func lines(
        _ preview: TrustStorePreview,
        of change: TrustStoreChange,
        _ store: TrustStore?,
        in zone: ClockZone
    ) -> [Line] {
        guard !preview.plan.isEmpty else { return [Line(text: .storeUnchanged(change.trustStore))] }
        let authorities = preview.authorities
        var lines = authorities.added.prefix(self.listed).map {
            Line(text: Phrase(verbatim: "+ \(AuthorityText.line($0))"), role: .diffAdd)
        }
        lines += authorities.removed.prefix(self.listed).map {
            Line(text: Phrase(verbatim: "- \(AuthorityText.line($0))"), role: .diffRemove)
        }
        let rest =
            max(0, authorities.added.count - self.listed)
            + max(0, authorities.removed.count - self.listed)
        if rest > 0 { lines.append(Line(text: .andMore(rest), role: .textMuted)) }
        // What was said of CAs above need not be said again.
        let details = preview.plan.lines.flatMap(\.details).filter {
            !$0.hasPrefix("add CA ") && !$0.hasPrefix("remove CA ")
        }
        lines += details.map { Line(text: Phrase(verbatim: $0), role: .textStrong) }
        lines.append(Line(text: .empty))
        lines += self.clients(preview, in: zone)
        if let dependents = preview.dependents, dependents.matching > 0 {
            lines.append(
                Line(text: .storeDependents(Figures.count(dependents.matching)), role: .stateFail)
            )
            lines += dependents.clients.prefix(self.listed).map {
                let seen = "\(NameText.identity($0.facts))  \(Figures.date($0.lastSeen))"
                return Line(text: Phrase(verbatim: "  \(seen)"), role: .logReason)
            }
        }
        if store?.isWatched == true { lines.append(Line(text: .storeIsWatched, role: .stateWarn)) }
        return lines
    }

    /// Whom it would refuse or let in, listener by listener.
    private static func clients(_ preview: TrustStorePreview, in zone: ClockZone) -> [Line] {
        guard !preview.reports.isEmpty else { return [Line(text: .storeNobodyJudged)] }
        return preview.reports.flatMap { report -> [Line] in
            if report.isBlind { return [Line(text: .storeBlind(report.listener), role: .stateWarn)] }
            var lines = [
                Line(
                    text: .storeCounts(
                        report.listener,
                        accepted: Figures.count(report.accepted),
                        refused: Figures.count(report.refused.count),
                        since: Figures.clock(report.since, in: zone)
                    ),
                    role: report.refused.count > 0 ? .stateFail : .stateOk
                )
            ]
            lines += report.refused.first.prefix(self.listed).map { client in
                let count = Figures.count(client.connections)
                let padding = String(repeating: " ", count: max(0, 7 - count.count))
                let name = NameText.identity(client.facts)
                return Line(
                    text: Phrase(
                        verbatim: "REJECT\(padding)\(count)  \(name)  \(client.reason?.shortWord ?? "")"
                    ),
                    role: .logReason
                )
            }
            if report.refused.count > self.listed {
                lines.append(Line(text: .andMore(report.refused.count - self.listed), role: .textMuted))
            }
            if report.admitted.count > 0 {
                lines.append(
                    Line(text: .storeAdmitted(Figures.count(report.admitted.count)), role: .stateOk)
                )
            }
            if report.unseen.matching > 0 {
                lines.append(
                    Line(text: .previewUnseen(Figures.count(report.unseen.matching)), role: .stateWarn)
                )
            }
            return lines
        }
    }

    /// The same as a command.
    static func command(_ change: TrustStoreChange) -> String {
        let words =
            switch change.edit {
            case .addRevocations(let files):
                "add-revocations \(files.map(\.path).joined(separator: " "))"
            case .removeRevocations(let ids):
                "remove-revocations \(ids.map { "\($0)" }.joined(separator: " "))"
            case .replaceBundle(let file): "replace-bundle \(file.path)"
            case .addAuthorities(let file): "add-ca \(file.path)"
            case .removeAuthority(let fingerprint): "remove-ca \(fingerprint)"
            case .restoreRevision(let revision): "restore-revision \(revision)"
            }
        return "sekisho trust-store \(change.trustStore) \(words)"
    }
}
