import COpenSSL

/// Makes key pairs.
enum KeyFactory {
    static func make(_ kind: KeyKind) throws(OpenSSLError) -> PrivateKey {
        let handle: OpaquePointer? =
            switch kind {
            case .p256: copenssl_generate_ec("P-256")
            case .p384: copenssl_generate_ec("P-384")
            case .p521: copenssl_generate_ec("P-521")
            case .secp256k1: copenssl_generate_ec("secp256k1")
            case .rsa(let bits): copenssl_generate_rsa(bits)
            case .ed25519: copenssl_generate_ed25519()
            }
        guard let handle else { throw .drain() }
        return PrivateKey(owning: handle)
    }
}
