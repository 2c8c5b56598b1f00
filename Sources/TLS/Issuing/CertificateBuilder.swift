import COpenSSL
import Model

/// Builds and signs one certificate.
enum CertificateBuilder {
    /// Makes the certificate a request describes, as odd as it may be.
    ///
    /// - Parameters:
    ///   - request: what is to be in it.
    ///   - key: the key that is certified.
    ///   - issuer: who signs; nil for a certificate that vouches for itself.
    /// - Returns: the signed certificate.
    /// - Throws: ``OpenSSLError`` if the library does not take a part of the request.
    static func build(
        _ request: CertificateRequest,
        key: PrivateKey,
        issuer: (certificate: Certificate, key: PrivateKey)?
    ) throws(OpenSSLError) -> Certificate {
        guard let handle = X509_new() else { throw .drain() }
        let certificate = Certificate(owning: handle)
        try self.check(X509_set_version(handle, request.version - 1))
        try self.setSerialNumber(request.serialNumber, on: handle)
        try self.setDates(request, on: handle)
        try self.setSubject(request.subject, on: handle)
        let issuerName = X509_get_subject_name(issuer?.certificate.handle ?? handle)
        try self.check(X509_set_issuer_name(handle, issuerName))
        try self.check(X509_set_pubkey(handle, key.handle))
        if request.version == 3 {
            try self.addExtensions(request, to: handle, issuer: issuer?.certificate.handle ?? handle)
        }
        let signer = issuer?.key ?? key
        guard X509_sign(handle, signer.handle, self.digest(request.signatureDigest, for: signer)) > 0 else {
            throw .drain()
        }
        return certificate
    }

    private static func check(_ result: Int32) throws(OpenSSLError) {
        guard result == 1 else { throw .drain() }
    }

    static func digest(_ digest: SignatureDigest, for key: PrivateKey) -> OpaquePointer? {
        // Ed25519 hashes by itself and refuses to be told.
        guard EVP_PKEY_get_base_id(key.handle) != EVP_PKEY_ED25519 else { return nil }
        return switch digest {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }

    private static func setSerialNumber(
        _ content: [UInt8]?,
        on certificate: OpaquePointer
    ) throws(OpenSSLError) {
        var bytes = content ?? []
        if content == nil {
            bytes = [UInt8](repeating: 0, count: 16)
            try self.check(RAND_bytes(&bytes, Int32(bytes.count)))
            // Positive, and no leading zero octet.
            bytes[0] = bytes[0] & 0x7F | 0x40
        }
        // INTEGER in short form; serial numbers longer than 127 bytes are not made here.
        let der = [0x02, UInt8(truncatingIfNeeded: bytes.count & 0x7F)] + bytes
        let number = der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_ASN1_INTEGER(nil, &cursor, buffer.count)
        }
        guard let number else { throw .drain() }
        defer { ASN1_INTEGER_free(number) }
        try self.check(X509_set_serialNumber(certificate, number))
    }

    private static func setDates(
        _ request: CertificateRequest,
        on certificate: OpaquePointer
    ) throws(OpenSSLError) {
        guard let notBefore = ASN1_TIME_set(nil, Int(request.notBefore.seconds)) else { throw .drain() }
        defer { ASN1_TIME_free(notBefore) }
        guard let notAfter = ASN1_TIME_set(nil, Int(request.notAfter.seconds)) else { throw .drain() }
        defer { ASN1_TIME_free(notAfter) }
        try self.check(X509_set1_notBefore(certificate, notBefore))
        try self.check(X509_set1_notAfter(certificate, notAfter))
    }

    private static func setSubject(
        _ attributes: [NameAttribute],
        on certificate: OpaquePointer
    ) throws(OpenSSLError) {
        guard let name = X509_NAME_new() else { throw .drain() }
        defer { X509_NAME_free(name) }
        for attribute in attributes {
            let value = Array(attribute.value.utf8)
            // By length, so that a value may hold anything.
            try self.check(
                X509_NAME_add_entry_by_txt(
                    name,
                    attribute.type,
                    MBSTRING_UTF8,
                    value,
                    Int32(clamping: value.count),
                    -1,
                    0
                )
            )
        }
        try self.check(X509_set_subject_name(certificate, name))
    }

    private static func addExtensions(
        _ request: CertificateRequest,
        to certificate: OpaquePointer,
        issuer: OpaquePointer
    ) throws(OpenSSLError) {
        let pathLength = request.pathLength.map { ",pathlen:\($0)" } ?? ""
        let constraints = request.isCertificateAuthority ? "CA:TRUE\(pathLength)" : "CA:FALSE"
        var extensions: [(Int32, String)] = [(NID_basic_constraints, "critical,\(constraints)")]
        if !request.keyUsage.isEmpty {
            let usages = request.keyUsage.map(\.rawValue).joined(separator: ",")
            extensions.append((NID_key_usage, "critical,\(usages)"))
        }
        if !request.extendedKeyUsage.isEmpty {
            extensions.append(
                (NID_ext_key_usage, request.extendedKeyUsage.map(\.rawValue).joined(separator: ","))
            )
        }
        let names = request.dnsNames.map { "DNS:\($0)" } + request.ipAddresses.map { "IP:\($0)" }
        if !names.isEmpty { extensions.append((NID_subject_alt_name, names.joined(separator: ","))) }
        extensions.append((NID_subject_key_identifier, "hash"))
        extensions.append((NID_authority_key_identifier, "keyid"))

        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (identifier, value) in extensions {
            guard let made = X509V3_EXT_conf_nid(nil, &context, identifier, value) else { throw .drain() }
            defer { X509_EXTENSION_free(made) }
            try self.check(X509_add_ext(certificate, made, -1))
        }
        for extra in request.extraExtensions {
            try self.add(extra, to: certificate)
        }
    }

    private static func add(
        _ extra: CertificateRequest.Extension,
        to certificate: OpaquePointer
    ) throws(OpenSSLError) {
        guard let object = OBJ_txt2obj(extra.identifier, 1) else { throw .drain() }
        defer { ASN1_OBJECT_free(object) }
        guard let value = ASN1_OCTET_STRING_new() else { throw .drain() }
        defer { ASN1_OCTET_STRING_free(value) }
        try self.check(ASN1_OCTET_STRING_set(value, extra.der, Int32(clamping: extra.der.count)))
        guard let made = X509_EXTENSION_create_by_OBJ(nil, object, extra.isCritical ? 1 : 0, value) else {
            throw .drain()
        }
        defer { X509_EXTENSION_free(made) }
        try self.check(X509_add_ext(certificate, made, -1))
    }
}
