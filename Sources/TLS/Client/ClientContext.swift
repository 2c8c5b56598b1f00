import COpenSSL
public import Model

/// A TLS client's side of many connections.
///
/// Those for targets are made by ``init(targets:protocols:)``.
///
/// Configured in `init` and never again. `@unchecked Sendable` holds because a finished `SSL_CTX` may be
/// used by any thread (`openssl-threads(7)`).
public final class ClientContext: @unchecked Sendable {
    /// Protocol versions, oldest first.
    public enum Version: Hashable, Sendable, Comparable {
        case tls10
        case tls11
        case tls12
        case tls13

        var number: Int32 {
            switch self {
            case .tls10: TLS1_VERSION
            case .tls11: TLS1_1_VERSION
            case .tls12: TLS1_2_VERSION
            case .tls13: TLS1_3_VERSION
            }
        }
    }

    /// What to offer, in OpenSSL's notation; nil for the library's defaults.
    public struct Offer: Hashable, Sendable {
        public var tls12Suites: String?
        public var groups: String?
        public var signatureAlgorithms: String?
        /// ALPN names, most wanted first.
        public var protocols: [String] = []

        public init() {}
    }

    let handle: OpaquePointer

    /// Whether servers are checked: the chain, and the name the connection asks for.
    let verifiesServer: Bool

    /// Takes over a finished context.
    init(owning handle: OpaquePointer, verifiesServer: Bool) {
        self.handle = handle
        self.verifiesServer = verifiesServer
    }

    /// Prepares connections of the demonstration's clients, and of tests.
    ///
    /// They present whatever they are given, weak or expired, because that is what they are for; nothing that
    /// has to be kept secret may be sent through them.
    ///
    /// - Parameters:
    ///   - trustedRootPEM: who must vouch for the server; nil accepts any server.
    ///   - certificateChainPEM: what to present, leaf first; nil for nothing.
    ///   - privateKey: the leaf's key.
    ///   - versions: the oldest and newest protocol version to offer.
    ///   - offer: what else to offer.
    /// - Throws: ``OperatorError`` if certificate, key or offer cannot be used.
    public convenience init(
        trustedRootPEM: String? = nil,
        certificateChainPEM: String? = nil,
        privateKey: SecretText? = nil,
        versions: ClosedRange<Version> = .tls12 ... .tls13,
        offer: Offer = Offer()
    ) throws(OperatorError) {
        guard let handle = SSL_CTX_new(TLS_client_method()) else {
            throw OpenSSLError.drain().whileDoing("making a TLS client")
        }
        self.init(owning: handle, verifiesServer: trustedRootPEM != nil)
        do {
            ERR_clear_error()
            // Certificates that a server must refuse have to be presentable.
            SSL_CTX_set_security_level(handle, 0)
            try Self.check(copenssl_ctx_set_min_version(handle, versions.lowerBound.number))
            try Self.check(copenssl_ctx_set_max_version(handle, versions.upperBound.number))
            try self.set(offer)
            if let trustedRootPEM { try self.trust(trustedRootPEM) }
            if let certificateChainPEM, let privateKey {
                try self.present(certificateChainPEM, key: privateKey)
            }
        } catch {
            throw error.whileDoing("preparing a TLS client")
        }
    }

    deinit {
        SSL_CTX_free(self.handle)
    }

    static func check(_ result: Int32) throws(OpenSSLError) {
        guard result == 1 else { throw .drain() }
    }

    private func set(_ offer: Offer) throws(OpenSSLError) {
        if let suites = offer.tls12Suites { try Self.check(SSL_CTX_set_cipher_list(self.handle, suites)) }
        if let groups = offer.groups { try Self.check(copenssl_ctx_set_groups(self.handle, groups)) }
        if let signatures = offer.signatureAlgorithms {
            try Self.check(copenssl_ctx_set_sigalgs(self.handle, signatures))
        }
        try self.offer(offer.protocols)
    }

    /// ALPN names, most wanted first.
    func offer(_ names: [String]) throws(OpenSSLError) {
        let protocols = names.flatMap { [UInt8(clamping: $0.utf8.count)] + Array($0.utf8) }
        guard !protocols.isEmpty else { return }
        // The one call of the library that returns 0 when it succeeds.
        guard SSL_CTX_set_alpn_protos(self.handle, protocols, UInt32(protocols.count)) == 0 else {
            throw .drain()
        }
    }

    /// Checks servers from here on, against the certificates.
    func trust(_ pem: String) throws(OpenSSLError) {
        SSL_CTX_set_verify(self.handle, SSL_VERIFY_PEER, nil)
        for certificate in try Self.certificates(pem) {
            try Self.check(X509_STORE_add_cert(SSL_CTX_get_cert_store(self.handle), certificate.handle))
        }
    }

    func present(_ chain: String, key: SecretText) throws(OpenSSLError) {
        let certificates = try Self.certificates(chain)
        guard let leaf = certificates.first, let key = PrivateKey(pem: key) else { throw .drain() }
        copenssl_ctx_set_mode(self.handle, Int(SSL_MODE_NO_AUTO_CHAIN))
        try Self.check(SSL_CTX_use_certificate(self.handle, leaf.handle))
        try Self.check(SSL_CTX_use_PrivateKey(self.handle, key.handle))
        for certificate in certificates.dropFirst() {
            try Self.check(copenssl_ctx_add_chain_certificate(self.handle, certificate.handle))
        }
    }

    private static func certificates(_ pem: String) throws(OpenSSLError) -> [Certificate] {
        guard let blocks = try? PEM.blocks(in: pem, between: .anyText) else { throw .drain() }
        let certificates = blocks.compactMap { Certificate(der: $0.der) }
        guard !certificates.isEmpty, certificates.count == blocks.count else { throw .drain() }
        return certificates
    }
}
