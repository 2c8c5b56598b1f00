import Model

/// The trust stores of a gate in columns, and below them what needs attention.
enum TrustStoreTable {
    static func lines(_ view: GateView, _ counters: GateCounters) -> [String] {
        let now = counters.time
        let stores = view.configuration.trustStores
        guard !stores.isEmpty else { return [] }
        let rows = stores.map { store in
            let lists = store.revocationLists
            return [
                store.name, "\(store.revision)", "\(store.certificates.count)", "\(lists.count)",
                "\(lists.reduce(0) { $0 + $1.facts.entries })",
                store.nextExpiry(of: lists).map { Self.left(until: $0, from: now) } ?? "-",
                store.isWatched ? "yes" : "no", store.source.path, store.source.readAt.iso8601,
            ]
        }
        let head = [
            "TRUST STORE", "REVISION", "CAS", "LISTS", "ENTRIES", "NEXT UPDATE", "WATCHED", "BUNDLE", "READ",
        ]
        return [""] + StatusTable.columns([head] + rows)
            + stores.flatMap { Self.warnings($0, in: view, at: now) }
            + view.configuration.listeners.compactMap { _, listener in
                let count = counters.engine.listeners[listener.id].flatMap(\.onExpiredLists) ?? 0
                guard count > 0 else { return nil }
                return
                    "Warning: Listener \(listener.name) has accepted \(count) handshakes by revocation lists "
                    + "that have expired."
            }
    }

    /// Everything about one store.
    static func detail(_ store: TrustStore, in view: GateView, at now: Timestamp) -> [String] {
        let facts = [
            ["id", store.id.description], ["revision", "\(store.revision)"],
            ["bundle", store.source.path], ["sha256", store.source.digest],
            ["read", store.source.readAt.iso8601], ["watched", store.isWatched ? "yes" : "no"],
            ["expired lists", store.expiredLists.description],
        ]
        let authorities = store.certificates.map { certificate in
            [
                certificate.facts.subject, certificate.facts.keyDescription,
                certificate.facts.notAfter.iso8601, certificate.facts.fingerprint,
            ]
        }
        let lists = store.revocationLists.map { list in
            [
                "\(list.id)", list.facts.issuer, "\(list.facts.entries)", list.facts.number ?? "-",
                list.facts.thisUpdate.iso8601,
                list.facts.nextUpdate.map { "\($0.iso8601) (\(Self.left(until: $0, from: now)))" } ?? "never",
                list.signers.isEmpty ? "no" : "yes", list.source.path,
            ]
        }
        let head = ["ID", "ISSUER", "ENTRIES", "NUMBER", "THIS UPDATE", "NEXT UPDATE", "IN EFFECT", "FILE"]
        return StatusTable.columns([["trust store", store.name]] + facts)
            + [""] + StatusTable.columns([["CA", "KEY", "NOT AFTER", "SHA-256"]] + authorities)
            + (lists.isEmpty ? [] : [""] + StatusTable.columns([head] + lists))
            + Self.warnings(store, in: view, at: now)
    }

    /// The bundles that are remembered, each with what it brought and took.
    static func revisions(_ revisions: [TrustStoreRevision]) -> [String] {
        let rows = revisions.indices.map { index -> [String] in
            let revision = revisions[index]
            let former = revisions.indices.contains(index + 1) ? revisions[index + 1].certificates : nil
            return [
                "\(revision.revision)", revision.time.iso8601, revision.author?.name ?? "-",
                revision.change.map { "#\($0)" } ?? "-", "\(revision.certificates.count)",
                former.map { self.words(AuthorityDifference(from: $0, to: revision.certificates)) } ?? "-",
            ]
        }
        return StatusTable.columns([["REVISION", "SINCE", "WHO", "CHANGE", "CAS", "DIFFERENCE"]] + rows)
    }

    private static func words(_ difference: AuthorityDifference) -> String {
        let words = difference.added.map { "+\($0.subject)" } + difference.removed.map { "-\($0.subject)" }
        return words.isEmpty ? "none" : words.joined(separator: "  ")
    }

    /// Whether a number is revoked.
    static func revocations(_ answer: RevocationAnswer, of serial: String) -> [String] {
        guard !answer.findings.isEmpty else {
            return [
                "\(serial) is in none of \(answer.lists) lists, which name \(answer.entries) certificates."
            ]
        }
        return answer.findings.map { finding in
            let reason = finding.reason.map { ", \($0)" } ?? ""
            let effect =
                finding.list.signers.isEmpty ? "; the list has no effect: its CA is not in the bundle" : ""
            return "\(serial) is revoked since \(finding.revokedAt.iso8601)\(reason), by list "
                + "\(finding.list.id) of \(finding.list.facts.issuer) (\(finding.list.source.path))\(effect)."
        }
    }

    /// What a change would do.
    static func preview(_ preview: TrustStorePreview) -> [String] {
        guard !preview.plan.isEmpty else { return ["Nothing would change."] }
        return preview.plan.lines.map(\.description) + preview.plan.warnings.map { "Warning: \($0)" }
            + RehearsalTable.lines(preview.reports, isAttached: false)
            + Self.dependents(preview.dependents)
    }

    private static func dependents(_ list: ClientList?) -> [String] {
        guard let list, list.matching > 0 else { return [] }
        let rest = list.matching - list.clients.count
        return ["The gate knows clients that were verified by what would go: \(list.matching)."]
            + list.clients.map { "    \($0.facts.subject), last seen \($0.lastSeen.iso8601)" }
            + (rest > 0 ? ["    … and \(rest) more"] : [])
    }

    private static func warnings(_ store: TrustStore, in view: GateView, at now: Timestamp) -> [String] {
        let failures = view.watchFailures?.filter { $0.trustStoreID == store.id } ?? []
        return store.warnings(at: now).map { "Warning: \($0)" }
            + failures.map { failure in
                "Warning: Trust store \(store.name): the new \(failure.path) was refused at "
                    + "\(failure.time.iso8601), the version before stays in force. \(failure.error)"
            }
    }

    /// `6 d`, `overdue by 3 h`.
    private static func left(until time: Timestamp, from now: Timestamp) -> String {
        let seconds = time.seconds - now.seconds
        let words = Self.words(abs(seconds))
        return seconds < 0 ? "overdue by \(words)" : "in \(words)"
    }

    private static func words(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
