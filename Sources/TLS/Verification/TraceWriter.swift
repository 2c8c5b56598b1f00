import COpenSSL
import Model

/// Writes down how a chain was judged.
///
/// For refusals, and for acceptances that somebody asks about; the hot path never comes here.
struct TraceWriter {
    /// DER, leaf first, as the client sent it; empty where its message could not be taken apart.
    let presented: [ArraySlice<UInt8>]
    let policy: PeerVerifier.Policy
    /// nil where it was refused before it could be judged.
    let verdict: Verdict?
    /// nil for an acceptance.
    let refusal: RefusalReason?
    let time: Timestamp
    let directory: AuthorityDirectory

    func trace() -> VerificationTrace {
        defer { ERR_clear_error() }
        let told = self.presented.prefix(VerificationTrace.presentedLimit).map { PresentedReader.read($0) }
        let candidates = self.refusal == .untrusted ? self.candidates : []
        let elsewhere = self.refusal == .untrusted ? self.otherTrustStores : []
        let words = TraceWords(
            refusal: self.refusal,
            decisive: self.decisive,
            path: self.path,
            end: self.end,
            presented: told,
            presentedCount: self.presented.count,
            trustStore: self.policy.trustStoreName,
            otherTrustStores: elsewhere,
            candidates: candidates,
            time: self.time
        )
        return VerificationTrace(
            time: self.time,
            trustStore: self.policy.trustStoreName,
            trustStoreRevision: self.policy.trustStoreRevision,
            refusal: self.refusal,
            presented: told,
            presentedCount: self.presented.count,
            steps: self.steps(words),
            path: self.path.map { FactsReader.subject(of: $0) },
            candidates: candidates,
            otherTrustStores: elsewhere,
            sentence: words.sentence,
            remedy: words.remedy
        )
    }

    private var path: [Certificate] { self.verdict?.path ?? [] }

    /// The finding that decided.
    private var decisive: Verdict.Finding? {
        self.verdict.flatMap { verdict in
            FindingRules.decide(verdict.findings, ignoringLeafExpiry: self.policy.ignoresLeafExpiry)?.finding
        }
    }

    /// The last certificate of the path if it is not an anchor: its issuer is the one that is missing.
    private var end: Certificate? {
        guard let last = self.path.last,
            !self.policy.anchors.certificates.contains(where: { X509_cmp($0.handle, last.handle) == 0 })
        else { return nil }
        return last
    }

    // MARK: Steps

    private func steps(_ words: TraceWords) -> [VerificationStep] {
        var failures: [VerificationStep.Name: Verdict.Finding] = [:]
        for finding in self.verdict?.findings ?? [] {
            guard let step = FindingRules.reason(for: finding)?.step, failures[step] == nil else { continue }
            failures[step] = finding
        }
        return VerificationStep.Name.allCases.map { name in
            self.step(name, failures, words)
        }
    }

    private func step(
        _ name: VerificationStep.Name,
        _ failures: [VerificationStep.Name: Verdict.Finding],
        _ words: TraceWords
    ) -> VerificationStep {
        if name == self.refusal?.step { return VerificationStep(name, .failed, words.problem) }
        // Whoever was refused before a path was looked for was not judged any further.
        if self.path.isEmpty, let last = self.refusal?.step, name.position > last.position {
            return VerificationStep(name, .skipped, "not reached")
        }
        if let finding = failures[name] {
            let isOverlooked = name == .validity && self.isOverlooked(finding)
            let text = words.text(of: finding)
            return VerificationStep(name, isOverlooked ? .overlooked : .failed, text)
        }
        return self.passed(name)
    }

    private func isOverlooked(_ finding: Verdict.Finding) -> Bool {
        FindingRules.decide([finding], ignoringLeafExpiry: self.policy.ignoresLeafExpiry) == nil
    }

    private func passed(_ name: VerificationStep.Name) -> VerificationStep {
        let leaf = self.path.first ?? self.presented.first.flatMap { Certificate(der: $0) }
        switch name {
        case .messageSize:
            let bytes = self.presented.reduce(0) { $0 + $1.count }
            return VerificationStep(name, .passed, "\(bytes) bytes of certificates")
        case .chainLength:
            return VerificationStep(
                name,
                .passed,
                "\(self.presented.count) sent, \(EngineLimits.chainCount) accepted"
            )
        case .encoding:
            return VerificationStep(name, .passed, "everything could be read")
        case .keyType:
            let key = KeyRules.description(of: leaf?.publicKey)
            return VerificationStep(name, .passed, "X.509 v\(leaf?.version ?? 0), \(key)")
        case .signatures:
            let algorithm = leaf.map { PresentedReader.signatureAlgorithm(of: $0.handle) } ?? ""
            return VerificationStep(name, .passed, "leaf signed with \(algorithm)")
        case .path:
            let anchor = self.path.last.map { TraceWords.name(of: $0) } ?? ""
            return VerificationStep(
                name,
                .passed,
                "ends at \(anchor) in trust store \(self.policy.trustStoreName)"
            )
        case .validity:
            let end = self.path.compactMap { FactsReader.timestamp(X509_get0_notAfter($0.handle)) }.min()
            return VerificationStep(name, .passed, end.map { "until \($0.iso8601)" } ?? "in time")
        case .purpose:
            return VerificationStep(name, .passed, "TLS client authentication")
        case .identity:
            return self.policy.identity == nil
                ? VerificationStep(name, .skipped, "the listener has no filters and no pins")
                : VerificationStep(name, .passed, "the listener's filters and pins let it in")
        case .revocation:
            return self.revocation
        }
    }

    private var revocation: VerificationStep {
        if self.policy.revocation.isEmpty {
            return VerificationStep(.revocation, .skipped, "there is no revocation list to ask")
        }
        if self.verdict?.reliesOnExpiredLists == true {
            let text = "not revoked by lists that have passed their nextUpdate"
            return VerificationStep(.revocation, .overlooked, text)
        }
        return VerificationStep(.revocation, .passed, "no list of the trust store names a certificate")
    }

    // MARK: Issuers

    private var otherTrustStores: [String] {
        guard let end else { return [] }
        return self.directory.stores(holdingIssuerOf: end, otherThan: self.policy.trustStoreID)
    }

    /// CAs with the name or the key identifier of the missing issuer.
    private var candidates: [CandidateAuthority] {
        guard let end else { return [] }
        let others = self.presented.prefix(VerificationTrace.presentedLimit).dropFirst()
            .compactMap { Certificate(der: $0) }
        let known =
            self.policy.anchors.certificates.map { ($0, CandidateAuthority.Place.trustStore) }
            + others.filter { X509_cmp($0.handle, end.handle) != 0 }.map { ($0, .presented) }
        return Array(
            known.lazy.compactMap { self.candidate($0, in: $1, for: end) }
                .prefix(VerificationTrace.candidateLimit)
        )
    }

    private func candidate(
        _ authority: Certificate,
        in place: CandidateAuthority.Place,
        for end: Certificate
    ) -> CandidateAuthority? {
        let subject = X509_get_subject_name(authority.handle)
        let hasName = X509_NAME_cmp(subject, X509_get_issuer_name(end.handle)) == 0
        var hasKey: Bool?
        if let wanted = X509_get0_authority_key_id(end.handle),
            let own = X509_get0_subject_key_id(authority.handle)
        {
            hasKey = ASN1_OCTET_STRING_cmp(wanted, own) == 0
        }
        guard hasName || hasKey == true else { return nil }
        let mismatch: String
        if !hasName {
            mismatch = "has the issuer's key identifier, but another name"
        } else if hasKey == false {
            mismatch = "has the issuer's name, but another key (a renewed or a different CA)"
        } else if !KeyRules.isAccepted(authority.publicKey) {
            mismatch = "has the issuer's name, but a key of \(KeyRules.description(of: authority.publicKey))"
        } else if !end.isIssued(by: authority) {
            mismatch = "has the issuer's name, but its key did not sign the certificate"
        } else {
            mismatch = "is the issuer, but no CA of the trust store vouches for it"
        }
        return CandidateAuthority(
            subject: FactsReader.subject(of: authority),
            fingerprint: CertificateReader.sha256Hex(authority.der),
            place: place,
            hasIssuerName: hasName,
            hasIssuerKeyIdentifier: hasKey,
            mismatch: mismatch
        )
    }
}

extension VerificationStep.Name {
    fileprivate var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
