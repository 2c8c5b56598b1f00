import COpenSSL
import Model

/// What a listener offers and accepts, in OpenSSL's notation.
enum Negotiation {
    private static let groups = "X25519:P-256:P-384"

    /// Hybrids of ML-KEM and an elliptic curve, which libraries older than OpenSSL 3.5 do not know.
    private static let hybridGroups = "X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024"

    /// Where clients are asked for certificates.
    ///
    /// In TLS 1.2 a client's P-521 key must be on a curve that the listener offers as a group; at the end of
    /// the list it is chosen for key exchange only by a client that has nothing else.
    private static let groupsForClientCertificates = groups + ":P-521"

    /// What clients may sign with in `verify`: the keys and digests of `alb-mtls` 1.5.
    static let verifySignatures = [
        "ECDSA+SHA256", "ECDSA+SHA384", "ECDSA+SHA512",
        "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512",
        "rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512",
        "RSA+SHA256", "RSA+SHA384", "RSA+SHA512",
    ].joined(separator: ":")

    /// In `passthrough` the target decides, so whatever proves possession of a key will do.
    static let passthroughSignatures = verifySignatures + ":ed25519:ed448"

    /// 112 bits for the listener's own keys, digests and groups, wherever the library's build put its
    /// default.
    ///
    /// Clients' certificates are not measured by it: ``PeerVerifier`` replaces the library's own judgement.
    private static let level: Int32 = 2

    /// TLS 1.0 and 1.1 sign over MD5 and SHA-1, which no other level admits.
    ///
    /// All that the level would keep out is kept out by name then: suites, groups, signatures, own keys.
    private static let legacyLevel: Int32 = 0

    /// Gives a context the versions, suites and groups of a policy.
    ///
    /// - Throws: OpenSSL's complaint about a part it does not know.
    static func set(
        _ policy: SecurityPolicy,
        on context: OpaquePointer,
        asksForCertificate: Bool
    ) throws(OpenSSLError) {
        ERR_clear_error()
        SSL_CTX_set_security_level(context, policy.allowsLegacyVersions ? self.legacyLevel : self.level)
        var groups = asksForCertificate ? self.groupsForClientCertificates : self.groups
        if policy.requirement == .postQuantum { groups = "\(self.hybridGroups):\(groups)" }
        guard copenssl_ctx_set_min_version(context, policy.versions.lowerBound.number) == 1,
            copenssl_ctx_set_max_version(context, policy.versions.upperBound.number) == 1,
            copenssl_ctx_set_groups(context, groups) == 1,
            policy.olderCiphers.isEmpty
                || SSL_CTX_set_cipher_list(context, policy.olderCiphers.joined(separator: ":")) == 1,
            policy.tls13Ciphers.isEmpty
                || SSL_CTX_set_ciphersuites(context, policy.tls13Ciphers.joined(separator: ":")) == 1
        else { throw .drain() }
        guard policy.allowsLegacyVersions else { return }
        guard copenssl_ctx_set_sigalgs(context, self.verifySignatures) == 1 else { throw .drain() }
    }
}

extension SecurityPolicy.Version {
    var number: Int32 {
        switch self {
        case .tls10: TLS1_VERSION
        case .tls11: TLS1_1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
