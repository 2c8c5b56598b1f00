import COpenSSL
import Model

/// Asks the revocation lists of a trust store about the certificates of a path (`alb-mtls` 1.6, step 8).
///
/// Made beside what runs, shared by all workers and only read. A list speaks for the certificates that name
/// its CA and were issued by the very key that signed the list; a CA without a list revokes nobody. The lists
/// of one key add up:
///
/// 1. A certificate is revoked if any of them names it, whatever the list's dates.
/// 2. They are not valid yet while all of them begin in the future.
/// 3. They have expired when all that have begun have; then ``ExpiredListPolicy`` decides.
///
/// A path ends at the first certificate of the bundle. Where the bundle also holds the CA above that one, the
/// CA's list is heard about it: an intermediate that its root has revoked vouches for nobody.
struct RevocationChecker: Sendable {
    struct Result {
        var findings: [Verdict.Finding] = []
        /// When an acceptance ceases to hold, in seconds since 1970; nil for never.
        var end: Int64?
        /// Lists past their nextUpdate were relied on.
        var reliesOnExpired = false
    }

    /// A CA's key with the lists that it signed.
    private struct Issuer: Sendable {
        let certificate: Certificate
        let lists: [RevocationContent]
        /// Whether the CA's certificate lets it sign lists.
        let maySign: Bool
    }

    /// A certificate of the bundle, and the one of the bundle that issued it.
    private struct Link: Sendable {
        let certificate: Certificate
        let authority: Certificate
    }

    static let none = RevocationChecker([], expired: .use, anchors: [])

    private let issuers: [Issuer]
    private let links: [Link]
    private let expired: ExpiredListPolicy

    init(_ lists: [RevocationContent], expired: ExpiredListPolicy, anchors: [Certificate]) {
        self.expired = expired
        self.issuers =
            lists.isEmpty
            ? []
            : anchors.compactMap { anchor in
                let relations = lists.map { ($0, RevocationSigner.relation(of: anchor, to: $0)) }
                let signed = relations.filter { $0.1 == .signer || $0.1 == .forbidden }.map(\.0)
                guard !signed.isEmpty else { return nil }
                return Issuer(
                    certificate: anchor,
                    lists: signed,
                    maySign: !relations.contains { $0.1 == .forbidden }
                )
            }
            // Of two certificates for one key, the one that allows more decides.
            .sorted { $0.maySign && !$1.maySign }
        self.links =
            self.issuers.isEmpty
            ? []
            : anchors.flatMap { certificate in
                anchors.filter { $0 !== certificate && certificate.isIssued(by: $0) }
                    .map { Link(certificate: certificate, authority: $0) }
            }
    }

    /// Whether there is no list that speaks of anybody.
    var isEmpty: Bool { self.issuers.isEmpty }

    /// Checks every certificate of a path, and those above it in the bundle.
    ///
    /// - Parameters:
    ///   - path: leaf first, anchor last, as a `STACK_OF(X509)`; nil if there is none.
    ///   - time: the moment to judge for.
    /// - Returns: what was found, and how long its absence holds.
    func check(_ path: OpaquePointer?, at time: Timestamp) -> Result {
        var result = Result()
        guard !self.isEmpty, let path else { return result }
        let count = copenssl_x509_stack_count(path)
        for depth in 0..<max(count - 1, 0) {
            guard let certificate = copenssl_x509_stack_value(path, depth),
                let authority = copenssl_x509_stack_value(path, depth + 1),
                let issuer = self.issuer(of: certificate, authority)
            else { continue }
            self.check(certificate, by: issuer, depth: depth, at: time.seconds, &result)
        }
        if var top = copenssl_x509_stack_value(path, max(count - 1, 0)) {
            // Certificates that issued each other end the climb as surely as a root does.
            for step in 0..<Int32(self.links.count) {
                guard let link = self.links.first(where: { $0.certificate.handle == top }) else { break }
                let authority = link.authority.handle
                if let issuer = self.issuer(of: top, authority) {
                    self.check(top, by: issuer, depth: count - 1 + step, at: time.seconds, &result)
                }
                top = authority
            }
        }
        return result
    }

    private func check(
        _ certificate: OpaquePointer,
        by issuer: Issuer,
        depth: Int32,
        at now: Int64,
        _ result: inout Result
    ) {
        guard issuer.maySign else {
            result.findings.append(Verdict.Finding(code: X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, depth: depth))
            return
        }
        if Self.isNamed(certificate, in: issuer.lists) {
            result.findings.append(Verdict.Finding(code: X509_V_ERR_CERT_REVOKED, depth: depth))
        }
        var hasBegun = false
        var end: Int64? = .min
        for list in issuer.lists where list.thisUpdate.seconds <= now {
            hasBegun = true
            // nil is later than everything.
            end = end.flatMap { end in list.nextUpdate.map { max(end, $0.seconds) } }
        }
        guard hasBegun else {
            result.findings.append(Verdict.Finding(code: X509_V_ERR_CRL_NOT_YET_VALID, depth: depth))
            return
        }
        guard let end else { return }
        if end <= now { result.reliesOnExpired = true }
        guard let usable = self.expired.usableSeconds else { return }
        let last = end + usable
        result.end = min(result.end ?? last, last)
        if last <= now {
            result.findings.append(Verdict.Finding(code: X509_V_ERR_CRL_HAS_EXPIRED, depth: depth))
        }
    }

    private func issuer(of certificate: OpaquePointer, _ authority: OpaquePointer) -> Issuer? {
        self.issuers.first { issuer in
            let anchor = issuer.certificate.handle
            return X509_NAME_cmp(X509_get_subject_name(anchor), X509_get_issuer_name(certificate)) == 0
                && Self.haveSameKey(anchor, authority)
        }
    }

    private static func haveSameKey(_ one: OpaquePointer, _ other: OpaquePointer) -> Bool {
        guard one != other else { return true }
        // As they are written: the library may have read the two through different providers.
        guard let first = X509_get0_pubkey_bitstr(one), let second = X509_get0_pubkey_bitstr(other) else {
            return false
        }
        return ASN1_STRING_cmp(first, second) == 0
    }

    private static func isNamed(_ certificate: OpaquePointer, in lists: [RevocationContent]) -> Bool {
        guard let serial = X509_get0_serialNumber(certificate),
            // A negative number is the same bytes as its positive twin, and cannot be revoked.
            ASN1_STRING_type(serial) & V_ASN1_NEG == 0, let bytes = ASN1_STRING_get0_data(serial)
        else { return false }
        let number = UnsafeRawBufferPointer(start: bytes, count: Int(ASN1_STRING_length(serial)))
        return lists.contains { $0.serials.contains(number) }
    }
}
