public import Model
public import TLS

extension TestPKI {
    /// A client with a serial number of the test's choice.
    public func client(
        serial: [UInt8],
        by authority: CertificateAuthority? = nil
    ) throws -> IssuedCertificate {
        var request = self.request(commonName: "numbered")
        request.serialNumber = serial
        return try (authority ?? self.root).issue(request)
    }

    /// A CA below the root with a serial number of the test's choice.
    public func intermediate(serial: [UInt8]) throws -> CertificateAuthority {
        var request = self.request(commonName: "Numbered CA")
        request.serialNumber = serial
        request.isCertificateAuthority = true
        request.extendedKeyUsage = []
        request.keyUsage = [.keyCertSign, .cRLSign]
        return try self.root.issueIntermediate(request)
    }

    /// A list from so many days ago until in so many.
    public func revoking(
        _ serials: [[UInt8]],
        from: Int64 = -1,
        until: Int64? = 7,
        number: UInt64? = 1
    ) -> RevocationListRequest {
        RevocationListRequest(
            entries: serials.map { RevocationListRequest.Entry($0) },
            thisUpdate: Self.days(from, from: self.now),
            nextUpdate: until.map { Self.days($0, from: self.now) },
            number: number
        )
    }

    /// What judging needs of a list that a CA makes; the root where none is named.
    public func list(
        _ request: RevocationListRequest,
        by authority: CertificateAuthority? = nil
    ) throws -> RevocationContent {
        let der = try (authority ?? self.root).revocationList(request)
        return try RevocationListReader.decode(der, path: "test.crl").content
    }
}
