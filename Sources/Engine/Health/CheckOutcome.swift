import Model

/// How one check of one target ended.
enum CheckOutcome: Equatable {
    case passed
    /// It answered, with a status that the matcher does not name.
    case mismatched(Int)
    case timedOut
    /// No connection, or no HTTP.
    case failed
    case noTLS(TargetTLSFailure)
    /// The check could not be made, for want of a descriptor or memory of ours.
    case impossible

    var reason: TargetHealth.Reason? {
        switch self {
        case .passed: nil
        case .mismatched: .responseCodeMismatch
        case .timedOut: .timeout
        case .failed, .noTLS: .failedHealthChecks
        case .impossible: .internalError
        }
    }

    /// ELBv2's words, and why there was no TLS.
    var description: String? {
        switch self {
        case .passed: nil
        case .mismatched(let status): "Health checks failed with these codes: [\(status)]"
        case .timedOut: "Request timed out"
        case .failed: "Health checks failed"
        case .noTLS(let failure): "Health checks failed: \(failure.sentence)"
        case .impossible: "Health checks could not be made"
        }
    }
}
