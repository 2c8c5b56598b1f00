import COpenSSL
import Model

/// What judging a client's chain came to.
struct Verdict: Sendable {
    /// One thing the library found wrong.
    struct Finding: Hashable, Sendable {
        /// `X509_V_ERR_…`.
        let code: Int32
        /// 0 is the leaf.
        let depth: Int32
    }

    /// nil if the chain is accepted.
    let refusal: RefusalReason?

    /// The finding that decided, for the TLS alert the client is sent; `X509_V_OK` if the chain is accepted.
    let code: Int32

    /// Everything found, in the order it was found, also what was ignored.
    let findings: [Finding]

    /// When the first certificate of the path expires, or a revocation list that must not have, in seconds
    /// since 1970.
    ///
    /// nil unless nothing was found and every date can be read: only such a verdict may be remembered.
    var expiry: Int64?

    /// The first moment after the judgement at which it may come out otherwise by itself, in seconds since
    /// 1970; nil for never.
    ///
    /// Unlike ``expiry`` it is told whatever was found.
    var turningPoint: Int64?

    /// Whether the same certificates would be judged alike at the same moment; not where memory ran out.
    var isRepeatable: Bool {
        self.findings.allSatisfy { $0.code != X509_V_ERR_UNSPECIFIED && $0.code != X509_V_ERR_OUT_OF_MEM }
    }

    /// Whether revocation lists past their nextUpdate were relied on; such a verdict is not remembered, so
    /// that each is counted.
    var reliesOnExpiredLists = false

    /// Where the path ended; nil where it ended at no anchor.
    var anchor: TrustAnchor?

    /// The path that was built, leaf first, for a ``TraceWriter``.
    ///
    /// Empty unless something was found or a trace is asked for.
    var path: [Certificate] = []
}
