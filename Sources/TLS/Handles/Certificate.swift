import COpenSSL

/// Owner of one reference to an `X509`.
///
/// `@unchecked Sendable` holds because nothing here changes the certificate once it is made, the library
/// counts references atomically, and what it derives later (extension flags, the decoded key) it derives
/// under a lock of its own.
final class Certificate: @unchecked Sendable {
    let handle: OpaquePointer

    /// Takes over a reference the caller owns.
    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    /// Adds a reference to a certificate that somebody else owns.
    init(sharing handle: OpaquePointer) {
        X509_up_ref(handle)
        self.handle = handle
    }

    /// Decodes one certificate; nil if it does not parse or if anything follows it.
    ///
    /// The library context is where the certificate's key is read; nil for the library's own.
    init?(der: some Collection<UInt8>, in context: OpaquePointer? = nil) {
        var certificate = X509_new_ex(context, nil)
        let bytes = Array(der)
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            // Of what does not parse, the library frees the certificate it was given.
            let isRead = d2i_X509(&certificate, &cursor, buffer.count) != nil
            guard !isRead || cursor != buffer.baseAddress.map({ $0 + buffer.count }) else { return }
            X509_free(certificate)
            certificate = nil
        }
        guard let certificate else {
            ERR_clear_error()
            return nil
        }
        self.handle = certificate
    }

    /// Decodes the only certificate of a PEM text; nil if there is not exactly one.
    convenience init?(pem: String) {
        guard let blocks = try? PEM.blocks(in: pem, between: .anyText), blocks.count == 1 else { return nil }
        self.init(der: blocks[0].der)
    }

    deinit {
        X509_free(self.handle)
    }

    /// The certificate as DER.
    var der: [UInt8] {
        let count = Int(i2d_X509(self.handle, nil))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var cursor = buffer.baseAddress
            written = max(0, Int(i2d_X509(self.handle, &cursor)))
        }
    }

    /// X.509 version as people count it: 1 to 3.
    var version: Int { X509_get_version(self.handle) + 1 }

    /// Whether basicConstraints says so.
    var isCertificateAuthority: Bool { X509_get_extension_flags(self.handle) & UInt32(EXFLAG_CA) != 0 }

    /// Whether it names itself as its issuer.
    var isSelfIssued: Bool {
        X509_NAME_cmp(X509_get_subject_name(self.handle), X509_get_issuer_name(self.handle)) == 0
    }

    /// The public key; nil if the library cannot read it.
    ///
    /// Lives as long as the certificate.
    var publicKey: OpaquePointer? { X509_get0_pubkey(self.handle) }

    /// Whether `other` names and, by its key, signed this certificate.
    func isIssued(by other: Certificate) -> Bool {
        defer { ERR_clear_error() }
        guard X509_check_issued(other.handle, self.handle) == X509_V_OK, let key = other.publicKey else {
            return false
        }
        return X509_verify(self.handle, key) == 1
    }
}
