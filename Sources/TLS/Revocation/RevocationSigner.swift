import COpenSSL
import Model

/// Whether a CA signed a revocation list.
enum RevocationSigner {
    enum Relation {
        /// The list is another CA's, or by its key identifier another key's.
        case none
        /// The CA has the list's name and did not sign it.
        case other
        /// The CA's key signed the list, and its certificate does not allow that.
        case forbidden
        case signer
    }

    static func relation(of authority: Certificate, to list: RevocationContent) -> Relation {
        defer { ERR_clear_error() }
        let isNamed = list.issuer.withUnsafeBytes { bytes in
            DistinguishedName(bytes)?.equals(X509_get_subject_name(authority.handle)) ?? false
        }
        guard isNamed else { return .none }
        if SignatureAlgorithm.isValid(list.signature, by: authority.publicKey) {
            // Without the extension everything is allowed.
            return X509_get_key_usage(authority.handle) & UInt32(KU_CRL_SIGN) != 0 ? .signer : .forbidden
        }
        return self.hasOtherKey(authority, than: list) ? .none : .other
    }

    /// Whether list and certificate both tell which key they mean, and mean two.
    private static func hasOtherKey(_ authority: Certificate, than list: RevocationContent) -> Bool {
        guard let wanted = list.keyIdentifier,
            let identifier = X509_get0_subject_key_id(authority.handle),
            let bytes = ASN1_STRING_get0_data(identifier)
        else { return false }
        return !UnsafeBufferPointer(start: bytes, count: Int(ASN1_STRING_length(identifier)))
            .elementsEqual(wanted)
    }
}
