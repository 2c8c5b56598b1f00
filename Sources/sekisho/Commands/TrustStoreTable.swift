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
                let count = counters.engine.listeners[listener.id]?.onExpiredLists ?? 0
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
            [certificate.facts.subject, certificate.facts.keyDescription, certificate.facts.notAfter.iso8601]
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
            + [""] + StatusTable.columns([["CA", "KEY", "NOT AFTER"]] + authorities)
            + (lists.isEmpty ? [] : [""] + StatusTable.columns([head] + lists))
            + Self.warnings(store, in: view, at: now)
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
