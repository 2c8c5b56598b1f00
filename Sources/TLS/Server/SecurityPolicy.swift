import COpenSSL

/// What a listener offers and accepts: ALB's `ELBSecurityPolicy-TLS13-1-2-2021-06` (`elbv2-api` 4.8).
enum SecurityPolicy {
    static let tls13Suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

    static let tls12Suites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256",
        "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384",
    ].joined(separator: ":")

    static let groups = "X25519:P-256:P-384"

    /// Where clients are asked for certificates.
    ///
    /// In TLS 1.2 a client's P-521 key must be on a curve that the listener offers as a group; at the end of
    /// the list it is chosen for key exchange only by a client that has nothing else.
    static let groupsForClientCertificates = groups + ":P-521"

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
    static let level: Int32 = 2
}
