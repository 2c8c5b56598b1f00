/// What a listener whose requests are logged needs for it: the long names that its lines tell.
public struct ServedAccessLog: Hashable, Sendable {
    /// Of its certificates, the default first.
    public let certificateARNs: [String]
    /// Of all groups, those that its requests go to among them.
    public let targetGroupARNs: [ResourceID: String]

    public init(certificateARNs: [String] = [], targetGroupARNs: [ResourceID: String] = [:]) {
        self.certificateARNs = certificateARNs
        self.targetGroupARNs = targetGroupARNs
    }
}
