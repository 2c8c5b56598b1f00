import COpenSSL
import Model

/// Builds and signs one revocation list (RFC 5280 5.1).
///
/// By itself and not through `X509_CRL`, which takes minutes and gigabytes for half a million entries.
enum RevocationListBuilder {
    /// Makes the list a request describes, in DER.
    static func build(
        _ request: RevocationListRequest,
        issuer: (certificate: Certificate, key: PrivateKey)
    ) throws(OpenSSLError) -> [UInt8] {
        let algorithm = try self.algorithm(request.signatureDigest, for: issuer.key)
        let extensions = self.extensions(request, issuer: issuer.certificate)
        var body: [UInt8] = []
        if !extensions.isEmpty { body += [0x02, 0x01, 0x01] }
        body += algorithm
        body += try self.name(of: issuer.certificate)
        body += self.time(request.thisUpdate)
        if let nextUpdate = request.nextUpdate { body += self.time(nextUpdate) }
        if !request.entries.isEmpty {
            DERWriter.append(0x30, self.entries(request), to: &body)
        }
        if !extensions.isEmpty { body += DERWriter.element(0xA0, DERWriter.element(0x30, extensions)) }
        let signed = DERWriter.element(0x30, body)
        let signature = try self.sign(signed, with: issuer.key, request.signatureDigest)
        return DERWriter.element(0x30, signed, algorithm, DERWriter.element(0x03, [0] + signature))
    }

    private static func entries(_ request: RevocationListRequest) -> [UInt8] {
        var list: [UInt8] = []
        list.reserveCapacity(request.entries.count * 40)
        let date = self.time(request.thisUpdate)
        var entry: [UInt8] = []
        for revoked in request.entries {
            entry.removeAll(keepingCapacity: true)
            DERWriter.append(0x02, revoked.serialNumber, to: &entry)
            entry += date
            if !revoked.extensions.isEmpty {
                DERWriter.append(0x30, revoked.extensions.flatMap { $0 }, to: &entry)
            }
            DERWriter.append(0x30, entry, to: &list)
        }
        return list
    }

    private static func extensions(_ request: RevocationListRequest, issuer: Certificate) -> [UInt8] {
        var list: [UInt8] = []
        if request.hasKeyIdentifier, let key = X509_get0_subject_key_id(issuer.handle),
            let bytes = ASN1_STRING_get0_data(key)
        {
            let identifier = Array(UnsafeBufferPointer(start: bytes, count: Int(ASN1_STRING_length(key))))
            let value = DERWriter.element(0x30, DERWriter.element(0x80, identifier))
            list += self.idCE(35, isCritical: false, value)
        }
        if let number = request.number {
            let bytes = [0] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
            let minimal = bytes.drop { $0 == 0 }
            let content = minimal.first.map { $0 & 0x80 == 0 } == true ? Array(minimal) : [0] + minimal
            list += self.idCE(20, isCritical: false, DERWriter.element(0x02, content))
        }
        for extra in request.extraExtensions {
            guard let identifier = OBJ_txt2obj(extra.identifier, 1) else { continue }
            defer { ASN1_OBJECT_free(identifier) }
            let bytes = UnsafeBufferPointer(start: OBJ_get0_data(identifier), count: OBJ_length(identifier))
            list += self.extension(Array(bytes), isCritical: extra.isCritical, extra.der)
        }
        return list
    }

    /// An extension below id-ce (2.5.29).
    static func idCE(_ number: UInt8, isCritical: Bool, _ value: [UInt8]) -> [UInt8] {
        self.extension([0x55, 0x1D, number], isCritical: isCritical, value)
    }

    private static func `extension`(_ identifier: [UInt8], isCritical: Bool, _ value: [UInt8]) -> [UInt8] {
        DERWriter.element(
            0x30,
            DERWriter.element(0x06, identifier),
            isCritical ? [0x01, 0x01, 0xFF] : [],
            DERWriter.element(0x04, value)
        )
    }

    /// UTCTime until 2049, GeneralizedTime from then on.
    private static func time(_ time: Timestamp) -> [UInt8] {
        let digits = Array(time.iso8601.utf8.filter { (0x30...0x39).contains($0) })
        let isShort = (1950..<2050).contains(time.fields.year)
        return DERWriter.element(
            isShort ? 0x17 : 0x18,
            Array(isShort ? digits.dropFirst(2) : digits[...]) + [0x5A]
        )
    }

    private static func name(of certificate: Certificate) throws(OpenSSLError) -> [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509_NAME(X509_get_subject_name(certificate.handle), &encoded)
        guard count > 0, let encoded else { throw .drain() }
        defer { CRYPTO_free(encoded, "", 0) }
        return Array(UnsafeBufferPointer(start: encoded, count: Int(count)))
    }

    private static func algorithm(
        _ digest: SignatureDigest,
        for key: PrivateKey
    ) throws(OpenSSLError) -> [UInt8] {
        let isRSA = EVP_PKEY_get_base_id(key.handle) == EVP_PKEY_RSA
        let hash: UInt8? =
            switch digest {
            case .sha1: nil
            case .sha256: 0
            case .sha384: 1
            case .sha512: 2
            }
        let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, hash.map { 0x0B + $0 } ?? 0x05]
        let ecdsa: [UInt8] =
            [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04] + (hash.map { [0x03, 0x02 + $0] } ?? [0x01])
        return DERWriter.element(
            0x30,
            DERWriter.element(0x06, isRSA ? rsa : ecdsa),
            isRSA ? [0x05, 0x00] : []
        )
    }

    private static func sign(
        _ bytes: [UInt8],
        with key: PrivateKey,
        _ digest: SignatureDigest
    ) throws(OpenSSLError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .drain() }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard
            EVP_DigestSignInit(context, nil, CertificateBuilder.digest(digest, for: key), nil, key.handle)
                == 1,
            EVP_DigestSign(context, nil, &count, bytes, bytes.count) == 1
        else { throw .drain() }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1 else { throw .drain() }
        return Array(signature.prefix(count))
    }
}
