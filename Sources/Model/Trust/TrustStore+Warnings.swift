extension TrustStore {
    /// What an operator should know of a store that works, one sentence each, in the order of its parts.
    public func warnings(at now: Timestamp) -> [String] {
        let authorities = self.certificates.filter { $0.facts.notAfter < now }.map { certificate in
            "the CA \(certificate.facts.subject) expired at \(certificate.facts.notAfter.iso8601); clients "
                + "that it vouches for are refused."
        }
        return (authorities + self.revocationWarnings(at: now)).map { "Trust store \(self.name): \($0)" }
    }

    /// The same of its revocation lists alone, without its name.
    public func revocationWarnings(at now: Timestamp) -> [String] {
        self.revocationLists.flatMap { list in
            (self.problems(of: list, at: now) + list.notices).map {
                "revocation list \(list.id) of \(list.facts.issuer): \($0)."
            }
        }
    }

    /// When the first of these lists passes its nextUpdate; nil if none ever does.
    public func nextExpiry(of lists: [RevocationList]) -> Timestamp? {
        lists.compactMap(\.facts.nextUpdate).min()
    }

    private func problems(of list: RevocationList, at now: Timestamp) -> [String] {
        guard !list.signers.isEmpty else {
            return ["its CA is not in the bundle, so that it has no effect"]
        }
        // Another list of the same CA may speak for it.
        let others = self.revocationLists.filter { $0.id != list.id && $0.signers == list.signers }
        if list.facts.thisUpdate > now {
            return others.contains { $0.facts.thisUpdate <= now }
                ? []
                : ["it begins at \(list.facts.thisUpdate.iso8601), until then its CA's clients are refused"]
        }
        guard let end = list.facts.nextUpdate else {
            return ["it names no nextUpdate, so that nobody is told when it is out of date"]
        }
        guard end <= now else { return [] }
        let isReplaced = others.contains { other in
            other.facts.thisUpdate <= now && other.facts.nextUpdate.map { $0 > now } ?? true
        }
        return [
            "it expired at \(end.iso8601), \(isReplaced ? "a newer one speaks for its CA" : self.consequence(of: end, at: now))"
        ]
    }

    private func consequence(of end: Timestamp, at now: Timestamp) -> String {
        guard let usable = self.expiredLists.usableSeconds else { return "it is still used" }
        let last = Timestamp(seconds: end.seconds + usable)
        return now < last
            ? "it is still used until \(last.iso8601), then its CA's clients are refused"
            : "its CA's clients are refused"
    }
}
