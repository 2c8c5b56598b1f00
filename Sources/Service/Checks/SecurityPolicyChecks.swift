import Model
import TLS

/// Which security policy a listener may have.
enum SecurityPolicyChecks {
    /// The policy of a declared listener; nil on one without TLS.
    static func resolve(
        _ wanted: DesiredListener,
        name: String,
        path: String
    ) throws(OperatorError) -> SecurityPolicy? {
        let field = "\(path).sslPolicy"
        guard wanted.protocol.terminatesTLS else {
            guard wanted.sslPolicy == nil else {
                throw OperatorError(
                    .validationError,
                    subject: field,
                    message:
                        "Listener \(name) speaks \(wanted.protocol.rawValue), which has no use for a security "
                        + "policy.",
                    hint: "Remove sslPolicy, or make the protocol HTTPS or TLS."
                )
            }
            return nil
        }
        let policy = try self.policy(wanted.sslPolicy, field: field)
        do {
            try PolicySupport.check(policy)
        } catch {
            throw error.about(field)
        }
        try self.check(policy, mode: wanted.mutualAuthentication.mode, listener: name, field: field)
        return policy
    }

    private static func policy(_ name: String?, field: String) throws(OperatorError) -> SecurityPolicy {
        guard let name else { return .standard }
        if let policy = SecurityPolicy.named(name) { return policy }
        let usable = SecurityPolicy.all.filter { (try? PolicySupport.check($0)) != nil }.map(\.name)
        throw OperatorError(
            .sslPolicyNotFound,
            subject: field,
            message: "There is no security policy named \"\(name)\".",
            hint: Suggestion.known(usable, nearest: name, none: "Remove sslPolicy.")
        )
    }

    /// Refuses client certificates where their proof of possession would be over MD5 and SHA-1.
    static func check(
        _ policy: SecurityPolicy,
        mode: MutualAuthentication.Mode,
        listener: String,
        field: String
    ) throws(OperatorError) {
        guard mode != .off, policy.allowsLegacyVersions else { return }
        throw PolicySupport.legacyWithClientCertificates(policy, mode: mode, listener: listener).about(field)
    }
}
