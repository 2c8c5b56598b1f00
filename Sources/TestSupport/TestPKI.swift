import Foundation
public import Model
public import TLS

/// A throw-away PKI: one root, a server for localhost, and clients of every kind a listener must tell apart.
///
/// Certificates are made when they are asked for, and none is stored. Times are relative to ``now``.
public struct TestPKI: Sendable {
    /// The clients by what is special about them.
    public enum Client: String, Hashable, Sendable, CaseIterable {
        case valid
        case expired
        case notYetValid
        case unknownCA
        case selfSigned
        case serverOnlyEKU
        case anyEKU
        case noEKU
        case keyEnciphermentOnly
        case version1
        case rsa1024
        case rsa2048
        case p384
        case p521
        case ed25519
        case sha1Signature
        case unknownCriticalExtension
        case viaIntermediate
        case viaExpiredIntermediate
        case viaNonCA
    }

    public let root: CertificateAuthority
    public let otherRoot: CertificateAuthority
    public let server: IssuedCertificate
    public let now: Timestamp

    public init() throws {
        self.now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let (notBefore, notAfter) = (Self.days(-30, from: self.now), Self.days(365, from: self.now))
        var root = CertificateRequest(
            subject: [
                NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("CN", "Test Root"),
            ],
            notBefore: notBefore,
            notAfter: notAfter
        )
        root.keyKind = .p256
        self.root = try CertificateAuthority(root: root)
        self.otherRoot = try CertificateAuthority(
            commonName: "Other Root",
            notBefore: notBefore,
            notAfter: notAfter
        )
        var server = CertificateRequest(commonName: "localhost", notBefore: notBefore, notAfter: notAfter)
        server.dnsNames = ["localhost"]
        server.ipAddresses = [.loopback]
        server.extendedKeyUsage = [.serverAuth]
        self.server = try self.root.issue(server)
    }

    /// A moment so many days from another.
    public static func days(_ days: Int64, from time: Timestamp) -> Timestamp {
        Timestamp(seconds: time.seconds + days * 86_400)
    }

    /// A request for a client that is valid from yesterday until in a month.
    public func request(commonName: String) -> CertificateRequest {
        CertificateRequest(
            subject: [
                NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("OU", "Plant B"),
                NameAttribute("CN", commonName),
            ],
            notBefore: Self.days(-1, from: self.now),
            notAfter: Self.days(30, from: self.now)
        )
    }

    /// Issues a client of a kind; each call makes a new one, named after the kind.
    public func client(_ kind: Client) throws -> IssuedCertificate {
        var request = self.request(commonName: kind.rawValue)
        switch kind {
        case .valid:
            break
        case .expired:
            request.notBefore = Self.days(-20, from: self.now)
            request.notAfter = Self.days(-10, from: self.now)
        case .notYetValid:
            request.notBefore = Self.days(10, from: self.now)
        case .unknownCA:
            return try self.otherRoot.issue(request)
        case .selfSigned:
            return try CertificateAuthority.selfSigned(request)
        case .serverOnlyEKU:
            request.extendedKeyUsage = [.serverAuth]
        case .anyEKU:
            request.extendedKeyUsage = [.any]
        case .noEKU:
            request.extendedKeyUsage = []
        case .keyEnciphermentOnly:
            request.keyKind = .rsa(bits: 2048)
            request.keyUsage = [.keyEncipherment]
        case .version1:
            request.version = 1
        case .rsa1024:
            request.keyKind = .rsa(bits: 1024)
        case .rsa2048:
            request.keyKind = .rsa(bits: 2048)
        case .p384:
            request.keyKind = .p384
        case .p521:
            request.keyKind = .p521
        case .ed25519:
            request.keyKind = .ed25519
        case .sha1Signature:
            request.signatureDigest = .sha1
        case .unknownCriticalExtension:
            request.extraExtensions = [
                CertificateRequest.Extension(
                    identifier: "1.3.6.1.4.1.55555.1",
                    isCritical: true,
                    der: [5, 0]
                )
            ]
        case .viaIntermediate:
            return try self.intermediate().issue(request)
        case .viaExpiredIntermediate:
            return try self.root.issueIntermediate(
                commonName: "Expired Intermediate",
                notBefore: Self.days(-20, from: self.now),
                notAfter: Self.days(-10, from: self.now)
            ).issue(request)
        case .viaNonCA:
            var issuer = self.request(commonName: "Not A CA")
            issuer.keyUsage = [.digitalSignature, .keyCertSign]
            return try self.root.issueIntermediate(issuer).issue(request)
        }
        return try self.root.issue(request)
    }

    /// A CA below the root, valid from yesterday until in a month.
    public func intermediate(_ commonName: String = "Test Intermediate") throws -> CertificateAuthority {
        try self.root.issueIntermediate(
            commonName: commonName,
            notBefore: Self.days(-1, from: self.now),
            notAfter: Self.days(30, from: self.now)
        )
    }

    /// A leaf below so many intermediates.
    public func client(below intermediates: Int) throws -> IssuedCertificate {
        var authority = self.root
        for number in 0..<intermediates {
            authority = try authority.issueIntermediate(
                commonName: "Intermediate \(number + 1)",
                notBefore: Self.days(-1, from: self.now),
                notAfter: Self.days(30, from: self.now)
            )
        }
        return try authority.issue(self.request(commonName: "deep"))
    }

    /// Shows this PKI's server certificate under a policy.
    public func served(
        _ policy: ClientPolicy,
        sslPolicy: SecurityPolicy = .standard,
        additional: [IssuedCertificate] = [],
        identityHeaders: IdentityHeaderSettings = .standard,
        namePolicies: [ServedNamePolicy] = [],
        resumption: SessionResumption? = nil
    ) -> ServedTLS {
        ServedTLS(
            certificateChain: self.server.chainPEM,
            privateKey: self.server.privateKey,
            clientPolicy: policy,
            sslPolicy: sslPolicy,
            additionalCertificates: additional.map {
                ServedCertificate(chain: $0.chainPEM, privateKey: $0.privateKey)
            },
            namePolicies: namePolicies,
            identityHeaders: identityHeaders,
            sessionResumption: resumption
        )
    }

    /// A server's certificate for these names.
    public func server(names: [String], keyKind: KeyKind = .p256) throws -> IssuedCertificate {
        var request = CertificateRequest(
            commonName: names.first ?? "nameless",
            notBefore: Self.days(-1, from: self.now),
            notAfter: Self.days(30, from: self.now)
        )
        request.dnsNames = names
        request.keyKind = keyKind
        request.extendedKeyUsage = [.serverAuth]
        return try self.root.issue(request)
    }

    /// Verifies against the root, or against other anchors.
    public func verification(
        anchors: [String]? = nil,
        ignoreExpiry: Bool = false,
        advertiseNames: Bool = false,
        revocationLists: [RevocationContent] = [],
        expiredLists: ExpiredListPolicy = .use,
        requirements: ClientRequirements = .standard
    ) -> ClientPolicy {
        .verify(
            ClientPolicy.Verification(
                trustStoreID: ResourceID(bits: 0x5EC1_5405),
                trustStoreName: "clients",
                trustStoreRevision: 1,
                anchors: anchors ?? [self.root.certificatePEM],
                ignoreClientCertificateExpiry: ignoreExpiry,
                advertiseTrustStoreCaNames: advertiseNames,
                revocationLists: revocationLists,
                expiredLists: expiredLists,
                requirements: requirements
            )
        )
    }
}
