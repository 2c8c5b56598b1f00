import COpenSSL
import Model

/// The signatures that revocation lists may have (`alb-mtls` 1.5): those of certificates.
struct SignatureAlgorithm {
    private enum Scheme {
        case pkcs1
        /// With the length of its salt.
        case pss(Int32)
        case ecdsa
    }

    private enum Hash: UInt8 {
        case sha256 = 1
        case sha384 = 2
        case sha512 = 3

        var digest: OpaquePointer? {
            switch self {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        }
    }

    private let scheme: Scheme
    private let hash: Hash

    // Object identifiers without their last byte, which names the hash function.
    private static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01]
    private static let ecdsa: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03]
    private static let sha2: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]
    private static let mgf1 = rsa + [0x08]

    /// Reads an AlgorithmIdentifier; nil for one that is not accepted.
    init?(_ der: UnsafeRawBufferPointer) {
        do {
            var reader = DERReader(der)
            var algorithm = try reader.next(DERReader.Tag.sequence).reader
            let identifier = Array(try algorithm.next(DERReader.Tag.objectIdentifier).content)
            switch (Array(identifier.dropLast()), identifier.last) {
            case (Self.rsa, 0x0A):
                let parameters = try algorithm.next(DERReader.Tag.sequence)
                guard let (hash, salt) = try Self.pss(parameters) else { return nil }
                self.scheme = .pss(salt)
                self.hash = hash
            case (Self.rsa, let last?):
                guard let hash = Hash(rawValue: last &- 0x0A) else { return nil }
                if let null = try algorithm.nextIf(DERReader.Tag.null), !null.content.isEmpty { return nil }
                self.scheme = .pkcs1
                self.hash = hash
            case (Self.ecdsa, let last?):
                guard let hash = Hash(rawValue: last &- 0x01) else { return nil }
                self.scheme = .ecdsa
                self.hash = hash
            default:
                return nil
            }
            try algorithm.finish()
            try reader.finish()
        } catch {
            return nil
        }
    }

    /// RSASSA-PSS-params (RFC 4055 3.1) with one hash function for both purposes.
    private static func pss(
        _ parameters: DERReader.Element
    ) throws(DERReader.Malformed) -> (Hash, salt: Int32)? {
        var reader = parameters.reader
        var outer = try reader.next(DERReader.Tag.context(0)).reader
        guard let hash = try self.hash(outer.next(DERReader.Tag.sequence)) else { return nil }
        var generator = try reader.next(DERReader.Tag.context(1)).reader
        var mask = try generator.next(DERReader.Tag.sequence).reader
        guard try mask.next(DERReader.Tag.objectIdentifier).contains(exactly: self.mgf1),
            try self.hash(mask.next(DERReader.Tag.sequence)) == hash
        else { return nil }
        var saltField = try reader.next(DERReader.Tag.context(2)).reader
        let salt = try saltField.next(DERReader.Tag.integer).integer()
        guard !salt.isNegative, salt.magnitude.count == 1 else { return nil }
        try reader.finish()
        return (hash, Int32(salt.magnitude[0]))
    }

    private static func hash(_ algorithm: DERReader.Element) throws(DERReader.Malformed) -> Hash? {
        var reader = algorithm.reader
        let identifier = Array(try reader.next(DERReader.Tag.objectIdentifier).content)
        guard identifier.dropLast().elementsEqual(self.sha2) else { return nil }
        return identifier.last.flatMap(Hash.init)
    }

    /// The digest of what is to be signed; nil if the library cannot make it.
    func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_Digest(bytes.baseAddress, bytes.count, &digest, &count, self.hash.digest, nil) == 1 else {
            ERR_clear_error()
            return nil
        }
        return Array(digest.prefix(Int(count)))
    }

    /// Whether a signature is that of the key's owner; never with a key of a kind that is not accepted.
    static func isValid(_ signature: RevocationContent.Signature, by key: OpaquePointer?) -> Bool {
        defer { ERR_clear_error() }
        guard let key, KeyRules.isAccepted(key),
            let algorithm = signature.algorithm.withUnsafeBytes({ SignatureAlgorithm($0) }),
            algorithm.fits(EVP_PKEY_get_base_id(key)), let context = EVP_PKEY_CTX_new(key, nil)
        else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_verify_init(context) == 1, algorithm.configure(context) else { return false }
        return EVP_PKEY_verify(
            context,
            signature.value,
            signature.value.count,
            signature.digest,
            signature.digest.count
        ) == 1
    }

    private func fits(_ kind: Int32) -> Bool {
        switch self.scheme {
        case .pkcs1: kind == EVP_PKEY_RSA
        case .pss: kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS
        case .ecdsa: kind == EVP_PKEY_EC
        }
    }

    private func configure(_ context: OpaquePointer) -> Bool {
        switch self.scheme {
        case .ecdsa:
            return EVP_PKEY_CTX_set_signature_md(context, self.hash.digest) == 1
        case .pkcs1:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, self.hash.digest) == 1
        case .pss(let salt):
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, self.hash.digest) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md(context, self.hash.digest) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt) == 1
        }
    }
}
