import COpenSSL
import Model

/// The sentence and the remedy of a trace: those of the reason, or more precise ones where more is known.
struct TraceWords {
    /// Bytes of a name in a sentence.
    private static let nameBytes = 200

    let refusal: RefusalReason?
    let decisive: Verdict.Finding?
    let path: [Certificate]
    /// The certificate whose issuer is missing.
    let end: Certificate?
    let presented: [PresentedCertificate]
    let presentedCount: Int
    let trustStore: String
    let otherTrustStores: [String]
    let candidates: [CandidateAuthority]
    let time: Timestamp

    var sentence: String {
        guard let refusal else {
            return "The client's certificates lead to a CA in the trust store \(self.trustStore)."
        }
        return self.precise?.sentence ?? refusal.sentence
    }

    var remedy: String? {
        self.refusal.map { self.precise?.remedy ?? $0.remedy }
    }

    /// The sentence for a step that failed, without its full stop.
    var problem: String { String(self.sentence.dropLast()) }

    /// What a finding is about, for steps other than the decisive one.
    func text(of finding: Verdict.Finding) -> String {
        switch finding.code {
        case X509_V_ERR_APPLICATION_VERIFICATION:
            "no filter or pin of the listener is for \(self.name(at: finding.depth))"
        case X509_V_ERR_CERT_HAS_EXPIRED:
            "\(self.name(at: finding.depth)) expired at \(self.date(at: finding.depth, X509_get0_notAfter))"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            "\(self.name(at: finding.depth)) is valid from "
                + self.date(at: finding.depth, X509_get0_notBefore)
        default:
            "\(self.name(at: finding.depth)): \(Self.libraryText(finding.code))"
        }
    }

    private typealias Words = (sentence: String, remedy: String?)

    private var precise: Words? {
        switch self.refusal {
        case .maxChainDepthExceeded: self.depth
        case .invalid: self.invalid
        case .typeUnsupported: self.keyType
        case .incompatible: self.incompatible
        case .untrusted: self.untrusted
        case .notYetValid, .expired: self.validity
        case .purposeInvalid: self.purpose
        case .crlHit, .crlProcessingError:
            self.decisive.map { ("\(self.text(of: $0)).", nil) }
        case .rejected: self.rejected
        case .maxSizeExceeded, .unmapped, nil: nil
        }
    }

    private var depth: Words {
        let sentence =
            "The client sent \(self.presentedCount) certificates; \(EngineLimits.chainCount) are accepted."
        guard self.presentedCount <= self.presented.count, let last = self.presented.last?.facts,
            last.subject == last.issuer
        else { return (sentence, nil) }
        return (sentence, "Have the client leave out the root \(Self.short(last.subject)).")
    }

    private var invalid: Words? {
        if let index = self.presented.firstIndex(where: { $0.facts == nil }) {
            let place = "\(index + 1) of \(self.presentedCount)"
            return ("Certificate \(place) that the client sent cannot be read as X.509.", nil)
        }
        guard let decisive, !self.path.isEmpty else { return nil }
        if decisive.code == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION {
            return (
                "\(self.name(at: decisive.depth)) has a critical extension that is not understood.",
                "Issue the certificate without that extension, or with it marked as not critical."
            )
        }
        return ("\(self.text(of: decisive)).", "Issue the certificate again, with valid extensions.")
    }

    private var keyType: Words? {
        guard let leaf = self.presented.first, let facts = leaf.facts else { return nil }
        let name = Self.short(facts.subject)
        guard leaf.version == 3 else {
            return ("\(name) is X.509 version \(leaf.version); only version 3 is accepted.", nil)
        }
        return (
            "\(name) has a key of a kind that is not accepted: \(facts.keyDescription).",
            "Issue the certificate for a key that is \(KeyRules.sentence)."
        )
    }

    private var incompatible: Words? {
        guard let decisive, !self.path.isEmpty else { return nil }
        let name = self.name(at: decisive.depth)
        switch decisive.code {
        case X509_V_ERR_CA_KEY_TOO_SMALL:
            let key =
                self.certificate(at: decisive.depth).map { KeyRules.description(of: $0.publicKey) }
                ?? "a kind that is not accepted"
            return (
                "The CA \(name) has a key of \(key).",
                "Issue the chain below a CA whose key is \(KeyRules.sentence)."
            )
        case X509_V_ERR_CA_MD_TOO_WEAK:
            let algorithm =
                self.certificate(at: decisive.depth)
                .map { PresentedReader.signatureAlgorithm(of: $0.handle) } ?? "a weak digest"
            return (
                "\(name) is signed with \(algorithm).",
                "Have it signed with SHA-256, SHA-384 or SHA-512, by RSA or ECDSA."
            )
        default:
            return ("\(self.text(of: decisive)).", nil)
        }
    }

    private var untrusted: Words? {
        guard let decisive else { return nil }
        let name = self.name(at: decisive.depth)
        switch decisive.code {
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
            return (
                "\(name) stands on a path longer than one of its CAs allows (pathLenConstraint).",
                "Issue the client from a CA that is allowed to have that many CAs below it."
            )
        case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION:
            return (
                "\(name) has a name that a CA above it may not issue (name constraints).",
                "Issue it with names inside the CA's constraints, or by another CA."
            )
        case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            return (
                "\(name) has issued a certificate of the chain, but is not allowed to: it is no CA.",
                "Issue it with basicConstraints CA:TRUE and keyUsage keyCertSign, or take another CA."
            )
        default:
            return self.missingIssuer ?? ("\(self.text(of: decisive)).", nil)
        }
    }

    private var missingIssuer: Words? {
        guard let end else { return nil }
        let name = Self.name(of: end)
        let issuer = Self.short(FactsReader.issuer(of: end))
        if end.isSelfIssued {
            return (
                "\(name) vouches for itself and is not in the trust store \(self.trustStore).",
                self.presentedCount > 1
                    ? "Add that CA to the trust store if its clients are welcome."
                    : "Have a CA of the trust store issue the client's certificate."
            )
        }
        if let store = self.otherTrustStores.first {
            let stores = self.otherTrustStores.count > 1 ? "trust stores" : "trust store"
            return (
                "The issuer \(issuer) of \(name) stands in \(stores) "
                    + "\(self.otherTrustStores.joined(separator: ", ")), not in \(self.trustStore).",
                "Send the client to a listener that asks \(store), or add the CA to \(self.trustStore)."
            )
        }
        if let candidate = self.candidates.first {
            let place = candidate.place == .trustStore ? "the trust store \(self.trustStore)" : "the chain"
            return (
                "The issuer \(issuer) of \(name) is missing: \(Self.short(candidate.subject)) in \(place) "
                    + "\(candidate.mismatch).",
                candidate.hasIssuerName && candidate.place == .trustStore
                    ? "Add the CA certificate that signed this client; the one in the trust store is another."
                    : nil
            )
        }
        return (
            "The issuer \(issuer) of \(name) was not sent and is not in the trust store \(self.trustStore).",
            "Have the client send the certificate of \(issuer), or add it to \(self.trustStore)."
        )
    }

    private var validity: Words? {
        guard let decisive else { return nil }
        let remedy =
            decisive.code == X509_V_ERR_CERT_HAS_EXPIRED
            ? (decisive.depth == 0
                ? "Renew the client's certificate." : "Replace that CA, and what it issued.") : nil
        return ("\(self.text(of: decisive)); it was judged at \(self.time.iso8601).", remedy)
    }

    private var purpose: Words? {
        guard let leaf = self.presented.first, let facts = leaf.facts else { return nil }
        let name = Self.short(facts.subject)
        if !leaf.extendedKeyUsage.isEmpty, !leaf.extendedKeyUsage.contains("clientAuth") {
            return (
                "\(name) is for \(leaf.extendedKeyUsage.joined(separator: ", ")), not for clientAuth.",
                "Issue it with extended key usage clientAuth."
            )
        }
        guard !leaf.keyUsage.isEmpty else { return nil }
        return (
            "\(name) may be used for \(leaf.keyUsage.joined(separator: ", ")), which does not let it sign "
                + "in a handshake.",
            "Issue it with key usage digitalSignature."
        )
    }

    private var rejected: Words? {
        guard let leaf = self.presented.first, let facts = leaf.facts else { return nil }
        let names = leaf.alternativeNames.prefix(4).joined(separator: ", ")
        return (
            "\(Self.short(facts.subject))\(names.isEmpty ? "" : " (\(names))") is trusted, but no filter or pin "
                + "of the listener is for it.",
            "Add an identity filter for it, or pin \(facts.fingerprint); or leave it refused."
        )
    }

    // MARK: Names and dates

    static func name(of certificate: Certificate) -> String {
        self.short(FactsReader.subject(of: certificate))
    }

    private static func short(_ name: String) -> String {
        if name.isEmpty { return "(a certificate without a subject)" }
        guard name.utf8.count > self.nameBytes else { return name }
        return String(decoding: name.utf8.prefix(self.nameBytes), as: UTF8.self) + "..."
    }

    /// Depths beyond the path are those of a CA that no path may use.
    private func certificate(at depth: Int32) -> Certificate? {
        self.path.indices.contains(Int(depth)) ? self.path[Int(depth)] : nil
    }

    private func name(at depth: Int32) -> String {
        if let certificate = self.certificate(at: depth) { return Self.name(of: certificate) }
        if let last = self.path.last { return Self.short(FactsReader.issuer(of: last)) }
        return self.presented.first?.facts.map { Self.short($0.subject) } ?? "the client's certificate"
    }

    private func date(
        at depth: Int32,
        _ read: (OpaquePointer?) -> UnsafePointer<ASN1_TIME>?
    ) -> String {
        self.certificate(at: depth).flatMap { FactsReader.timestamp(read($0.handle))?.iso8601 }
            ?? "an unreadable date"
    }

    private static func libraryText(_ code: Int32) -> String {
        X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "error \(code)"
    }
}
