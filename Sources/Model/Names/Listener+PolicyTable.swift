extension Listener {
    /// From a name to 0 for the listener's own policy, or to one more than the place of the name's policy.
    public var policyTable: PolicyTable {
        PolicyTable(
            self.namePolicies.enumerated().flatMap { index, policy in policy.names.map { ($0, index + 1) } }
        )
    }

    /// How clients that ask for a name are judged, by the function that TLS and HTTP ask too.
    public func authentication(for serverName: String?) -> MutualAuthentication {
        let policy = self.policyTable.policy(for: serverName)
        return policy == 0 ? self.mutualAuthentication : self.namePolicies[policy - 1].mutualAuthentication
    }
}
