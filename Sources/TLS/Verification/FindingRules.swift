import COpenSSL
import Model

/// From OpenSSL's findings to one reason code (`alb-mtls` 2.4).
enum FindingRules {
    /// The reasons in the order in which one hides the other.
    private static let precedence: [RefusalReason] = [
        .maxChainDepthExceeded, .invalid, .typeUnsupported, .incompatible, .untrusted, .notYetValid, .expired,
        .purposeInvalid, .rejected, .crlHit, .crlProcessingError,
    ]

    /// The finding that decides, with its reason; nil if there is nothing to refuse.
    static func decide(
        _ findings: [Verdict.Finding],
        ignoringLeafExpiry: Bool
    ) -> (reason: RefusalReason, finding: Verdict.Finding)? {
        var best: (reason: RefusalReason, finding: Verdict.Finding, rank: Int)?
        for finding in findings {
            if ignoringLeafExpiry, finding.depth == 0, finding.code == X509_V_ERR_CERT_HAS_EXPIRED {
                continue
            }
            guard let reason = self.reason(for: finding) else { continue }
            let rank = self.precedence.firstIndex(of: reason) ?? self.precedence.count
            if best.map({ rank < $0.rank }) ?? true { best = (reason, finding, rank) }
        }
        return best.map { ($0.reason, $0.finding) }
    }

    /// The reason of one finding; nil for those that refuse nobody.
    static func reason(for finding: Verdict.Finding) -> RefusalReason? {
        switch finding.code {
        case X509_V_OK, X509_V_ERR_UNABLE_TO_GET_CRL:
            nil
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
            .maxChainDepthExceeded
        case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
            X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD,
            X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, X509_V_ERR_INVALID_EXTENSION,
            X509_V_ERR_INVALID_POLICY_EXTENSION, X509_V_ERR_NO_EXPLICIT_POLICY,
            X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE, X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
            .invalid
        case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
            .typeUnsupported
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK,
            X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY,
            X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM,
            X509_V_ERR_SUITE_B_INVALID_VERSION...X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256:
            .incompatible
        case X509_V_ERR_CERT_NOT_YET_VALID:
            .notYetValid
        case X509_V_ERR_CERT_HAS_EXPIRED:
            .expired
        // At a CA the same code accompanies "not a CA", which decides.
        case X509_V_ERR_INVALID_PURPOSE where finding.depth == 0, X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
            .purposeInvalid
        case X509_V_ERR_CERT_REVOKED:
            .crlHit
        case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_CRL_SIGNATURE_FAILURE,
            X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_HAS_EXPIRED,
            X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
            X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
            X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
            X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
            .crlProcessingError
        case X509_V_ERR_CERT_REJECTED, X509_V_ERR_APPLICATION_VERIFICATION:
            .rejected
        default:
            .untrusted
        }
    }
}
