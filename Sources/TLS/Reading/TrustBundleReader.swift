import COpenSSL
import Model

/// Reads a CA bundle by ALB's rules (`alb-mtls` 1.5, 1.7 and 1.9).
///
/// A CA that has expired is accepted; whoever it vouches for is refused (``TrustStore/warnings(at:)``).
struct TrustBundleReader {
    let path: String

    func read(_ text: String) throws(OperatorError) -> [CACertificate] {
        var certificates: [CACertificate] = []
        var known: Set<[UInt8]> = []
        var subjectBytes = 0
        for (index, block) in try self.certificateBlocks(of: text).enumerated() {
            // Duplicates go before anything is counted.
            guard known.insert(block.der).inserted else { continue }
            let certificate = try self.certificate(block, number: index + 1)
            let facts = try self.check(certificate, block, number: index + 1)
            let pem = String(decoding: PEM.encode(block.der[...]), as: UTF8.self)
            certificates.append(CACertificate(facts: facts, pem: pem))
            subjectBytes += Int(i2d_X509_NAME(X509_get_subject_name(certificate.handle), nil))
        }
        guard certificates.count <= Quotas.certificatesPerTrustStore else {
            throw self.quota(
                "\(certificates.count) CA certificates, more than the \(Quotas.certificatesPerTrustStore)"
            )
        }
        guard subjectBytes <= Quotas.subjectBytesPerTrustStore else {
            throw self.quota(
                "\(subjectBytes) bytes of subject names, more than the \(Quotas.subjectBytesPerTrustStore)"
            )
        }
        return certificates
    }

    private func certificateBlocks(of text: String) throws(OperatorError) -> [PEM.Block] {
        guard !text.utf8.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            throw self.refuse("\(self.path) is empty.", Self.exportHint)
        }
        let blocks: [PEM.Block]
        do {
            blocks = try PEM.blocks(in: text, between: .comments)
        } catch {
            // A key is the likeliest wrong file; it is said even where the key's own lines are at fault.
            if text.contains("PRIVATE KEY-----") { throw self.privateKey() }
            throw self.refuse("\(self.path) line \(error.line) \(error.problem)", error.hint)
        }
        for block in blocks where block.label != PEM.certificateLabel {
            if block.label.hasSuffix("PRIVATE KEY") { throw self.privateKey() }
            throw self.refuse(
                "\(self.path) line \(block.line) begins a block of another kind than CERTIFICATE.",
                "Put CA certificates into the bundle and nothing else."
            )
        }
        guard !blocks.isEmpty else {
            throw self.refuse("\(self.path) holds no certificate.", Self.exportHint)
        }
        return blocks
    }

    private func certificate(_ block: PEM.Block, number: Int) throws(OperatorError) -> Certificate {
        guard let certificate = Certificate(der: block.der) else {
            throw self.refuse(
                "\(self.path) line \(block.line): certificate \(number) cannot be read as X.509.",
                "Export the certificate again as PEM; one that cannot be read refuses the whole bundle."
            )
        }
        guard block.der.count <= Quotas.certificateBytes else {
            throw OperatorError(
                .quotaExceeded,
                subject: self.path,
                message: "\(self.place(certificate, block, number: number)) has \(block.der.count) bytes, "
                    + "more than the \(Quotas.certificateBytes) that are allowed.",
                hint: "Have the CA certificate issued again without what makes it so large."
            )
        }
        return certificate
    }

    private func check(
        _ certificate: Certificate,
        _ block: PEM.Block,
        number: Int
    ) throws(OperatorError) -> CertificateFacts {
        defer { ERR_clear_error() }
        let place = self.place(certificate, block, number: number)
        guard certificate.version == 3 else {
            throw self.refuse(
                "\(place) is X.509 version \(certificate.version); CA certificates must be version 3.",
                "Replace the CA certificate by a version 3 one with basicConstraints CA:TRUE."
            )
        }
        let flags = X509_get_extension_flags(certificate.handle)
        guard flags & UInt32(EXFLAG_INVALID) == 0,
            let facts = FactsReader.facts(of: certificate, der: block.der)
        else {
            throw self.refuse("\(place) has dates or extensions that cannot be read.", "Issue it again.")
        }
        guard flags & UInt32(EXFLAG_CA) != 0 else {
            throw self.refuse(
                "\(place) is not a CA certificate: basicConstraints does not say CA:TRUE.",
                "Take it out; list the CA that issued the clients' certificates, not the certificates."
            )
        }
        guard X509_get_key_usage(certificate.handle) & UInt32(KU_KEY_CERT_SIGN) != 0 else {
            throw self.refuse(
                "\(place) may not sign certificates: its keyUsage lacks keyCertSign.",
                "Take it out, or issue the CA certificate again with keyCertSign."
            )
        }
        guard KeyRules.isAccepted(certificate.publicKey) else {
            throw self.refuse(
                "\(place) has a key of a kind that is not accepted: \(facts.keyDescription).",
                "Use a CA whose key is \(KeyRules.sentence)."
            )
        }
        return facts
    }

    /// `clients.pem line 23: certificate 2 (CN=Plant CA)`.
    private func place(_ certificate: Certificate, _ block: PEM.Block, number: Int) -> String {
        let subject = FactsReader.subject(of: certificate)
        return "\(self.path) line \(block.line): certificate \(number) (\(subject))"
    }

    private static let exportHint =
        "Export the CA certificates as PEM (each begins with -----BEGIN CERTIFICATE-----) and try again."

    private func privateKey() -> OperatorError {
        self.refuse(
            "\(self.path) holds a private key, not CA certificates.",
            "Name the file with the CA certificates instead, and keep the key where only its owner reads it."
        )
    }

    private func quota(_ excess: String) -> OperatorError {
        OperatorError(
            .quotaExceeded,
            subject: self.path,
            message: "\(self.path) holds \(excess) that are allowed.",
            hint: "Split the bundle over several trust stores, or take out what is no longer needed."
        )
    }

    private func refuse(_ message: String, _ hint: String) -> OperatorError {
        OperatorError(.invalidCaCertificatesBundle, subject: self.path, message: message, hint: hint)
    }
}
