import Model

/// How one check of one target ended.
enum CheckOutcome: Equatable {
    case passed
    /// It answered, with a status that the matcher does not name.
    case mismatched(Int)
    case timedOut
    /// No connection, no TLS, or no HTTP.
    case failed
    /// The check could not be made, for want of a descriptor or memory of ours.
    case impossible

    var reason: TargetHealth.Reason? {
        switch self {
        case .passed: nil
        case .mismatched: .responseCodeMismatch
        case .timedOut: .timeout
        case .failed: .failedHealthChecks
        case .impossible: .internalError
        }
    }

    /// ELBv2's words.
    var description: String? {
        switch self {
        case .passed: nil
        case .mismatched(let status): "Health checks failed with these codes: [\(status)]"
        case .timedOut: "Request timed out"
        case .failed: "Health checks failed"
        case .impossible: "Health checks could not be made"
        }
    }
}
