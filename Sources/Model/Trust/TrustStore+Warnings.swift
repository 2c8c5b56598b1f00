extension TrustStore {
    /// What an operator should know of a store that works, one sentence each, in the order of its parts.
    public func warnings(at now: Timestamp) -> [String] {
        self.certificates.filter { $0.facts.notAfter < now }.map { certificate in
            "Trust store \(self.name): the CA \(certificate.facts.subject) expired at "
                + "\(certificate.facts.notAfter.iso8601); clients that it vouches for are refused."
        }
    }
}
