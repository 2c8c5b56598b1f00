import COpenSSL
public import Model

/// A throw-away CA: for demonstrations and tests.
///
/// Its key is in this process's memory and nothing it issues is registered anywhere, so nothing real may
/// depend on it. It issues what it is asked to, sensible or not: refusing is what is to be shown with it.
///
/// Immutable, hence `Sendable`.
public final class CertificateAuthority: Sendable {
    /// The CA's own certificate.
    public let certificatePEM: String

    /// The CA's key, for those who want to issue with another program.
    public let privateKey: SecretText

    private let certificate: Certificate
    private let key: PrivateKey
    /// PEM of this CA and those above it, without the root; what follows a leaf.
    private let chainPEM: String

    /// Makes a root: self-signed, CA:TRUE, for signing certificates and revocation lists.
    ///
    /// - Throws: ``OperatorError`` if OpenSSL cannot make the key or the certificate.
    public convenience init(
        commonName: String,
        keyKind: KeyKind = .p256,
        notBefore: Timestamp,
        notAfter: Timestamp
    ) throws(OperatorError) {
        var request = CertificateRequest(commonName: commonName, notBefore: notBefore, notAfter: notAfter)
        request.keyKind = keyKind
        try self.init(root: request)
    }

    /// Makes a root with the subject, dates, key and digest of a request.
    public convenience init(root request: CertificateRequest) throws(OperatorError) {
        do {
            let key = try KeyFactory.make(request.keyKind)
            let certificate = try CertificateBuilder.build(Self.asAuthority(request), key: key, issuer: nil)
            try self.init(certificate: certificate, key: key, chainAbove: nil)
        } catch {
            throw error.whileDoing("making a CA")
        }
    }

    private init(
        certificate: Certificate,
        key: PrivateKey,
        chainAbove: String?
    ) throws(OpenSSLError) {
        self.certificate = certificate
        self.key = key
        let pem = Self.pem(certificate)
        self.certificatePEM = pem
        self.privateKey = try key.pem()
        self.chainPEM = chainAbove.map { pem + $0 } ?? ""
    }

    /// Makes a CA below this one.
    public func issueIntermediate(
        commonName: String,
        keyKind: KeyKind = .p256,
        notBefore: Timestamp,
        notAfter: Timestamp
    ) throws(OperatorError) -> CertificateAuthority {
        var request = CertificateRequest(commonName: commonName, notBefore: notBefore, notAfter: notAfter)
        request.keyKind = keyKind
        return try self.issueIntermediate(Self.asAuthority(request))
    }

    /// Makes a CA below this one, exactly as requested: also one that may not sign.
    public func issueIntermediate(
        _ request: CertificateRequest
    ) throws(OperatorError) -> CertificateAuthority {
        do {
            let key = try KeyFactory.make(request.keyKind)
            let certificate = try CertificateBuilder.build(
                request,
                key: key,
                issuer: (self.certificate, self.key)
            )
            return try CertificateAuthority(certificate: certificate, key: key, chainAbove: self.chainPEM)
        } catch {
            throw error.whileDoing("issuing a CA certificate")
        }
    }

    /// Makes a key and a certificate for it.
    public func issue(_ request: CertificateRequest) throws(OperatorError) -> IssuedCertificate {
        try Self.issue(request, issuer: (self.certificate, self.key), chain: self.chainPEM)
    }

    /// Makes a revocation list, in DER.
    public func revocationList(_ request: RevocationListRequest) throws(OperatorError) -> [UInt8] {
        do {
            return try RevocationListBuilder.build(request, issuer: (self.certificate, self.key))
        } catch {
            throw error.whileDoing("making a revocation list")
        }
    }

    /// The same in PEM.
    public func revocationListPEM(_ request: RevocationListRequest) throws(OperatorError) -> String {
        let der = try self.revocationList(request)
        return String(decoding: PEM.encode(der[...], label: PEM.revocationListLabel), as: UTF8.self)
    }

    /// Makes a certificate that vouches for itself.
    public static func selfSigned(_ request: CertificateRequest) throws(OperatorError) -> IssuedCertificate {
        try self.issue(request, issuer: nil, chain: "")
    }

    private static func issue(
        _ request: CertificateRequest,
        issuer: (certificate: Certificate, key: PrivateKey)?,
        chain: String
    ) throws(OperatorError) -> IssuedCertificate {
        do {
            let key = try KeyFactory.make(request.keyKind)
            let certificate = try CertificateBuilder.build(request, key: key, issuer: issuer)
            let pem = self.pem(certificate)
            return IssuedCertificate(certificatePEM: pem, chainPEM: pem + chain, privateKey: try key.pem())
        } catch {
            throw error.whileDoing("issuing a certificate")
        }
    }

    private static func asAuthority(_ request: CertificateRequest) -> CertificateRequest {
        var request = request
        request.isCertificateAuthority = true
        request.extendedKeyUsage = []
        request.keyUsage = [.keyCertSign, .cRLSign]
        return request
    }

    private static func pem(_ certificate: Certificate) -> String {
        String(decoding: PEM.encode(certificate.der[...]), as: UTF8.self)
    }
}
