import COpenSSL

/// Which keys and signatures certificates may have (`alb-mtls` 1.5).
///
/// OpenSSL's security levels do not draw these lines: at the level servers run with it accepts other curves
/// and Ed25519, so keys are looked at here.
enum KeyRules {
    static let rsaBits: ClosedRange<Int32> = 2048...8192

    /// For people, in messages.
    static let sentence = "RSA 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521"

    /// OpenSSL's names of the curves, and everybody else's.
    private static let curves = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]

    static func isAccepted(_ key: OpaquePointer?) -> Bool {
        guard let key else { return false }
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS:
            return self.rsaBits.contains(EVP_PKEY_get_bits(key))
        case EVP_PKEY_EC:
            return self.curveName(key).map { self.curves[$0] != nil } ?? false
        default:
            return false
        }
    }

    /// Whether the issuer signed with SHA-256, 384 or 512 and with RSA or ECDSA.
    static func hasAcceptedSignature(_ certificate: OpaquePointer) -> Bool {
        var digest: Int32 = 0
        var algorithm: Int32 = 0
        guard X509_get_signature_info(certificate, &digest, &algorithm, nil, nil) == 1 else { return false }
        return [NID_sha256, NID_sha384, NID_sha512].contains(digest)
            && [NID_rsaEncryption, NID_rsassaPss, NID_X9_62_id_ecPublicKey].contains(algorithm)
    }

    /// `P-256`, `RSA 2048`, `Ed25519`: for people.
    static func description(of key: OpaquePointer?) -> String {
        guard let key else { return "unreadable" }
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return "RSA \(EVP_PKEY_get_bits(key))"
        case EVP_PKEY_RSA_PSS: return "RSA-PSS \(EVP_PKEY_get_bits(key))"
        case EVP_PKEY_EC:
            guard let name = self.curveName(key) else { return "EC" }
            return self.curves[name] ?? name
        case EVP_PKEY_ED25519: return "Ed25519"
        case EVP_PKEY_ED448: return "Ed448"
        default: return EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown"
        }
    }

    /// nil for a curve without a name.
    private static func curveName(_ key: OpaquePointer) -> String? {
        // The longest name of the library has 16 characters.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer -> String? in
            guard EVP_PKEY_get_group_name(key, buffer.baseAddress, buffer.count, nil) == 1 else {
                ERR_clear_error()
                return nil
            }
            return buffer.baseAddress.map { String(cString: $0) }
        }
    }
}
