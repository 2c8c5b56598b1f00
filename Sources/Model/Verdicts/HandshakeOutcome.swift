/// How a TLS handshake ended.
public enum HandshakeOutcome: Hashable, Sendable, Codable {
    case success
    case refused(RefusalReason)
    /// `UnmappedConnectionError`, with what the peer did.
    case failed(ConnectionErrorDetail)

    public var isSuccess: Bool { self == .success }

    /// The connection log's code; nil for a success.
    public var reason: RefusalReason? {
        switch self {
        case .success: nil
        case .refused(let reason): reason
        case .failed: .unmapped
        }
    }

    /// What the client's certificate was refused for.
    public var refusal: RefusalReason? {
        if case .refused(let reason) = self { return reason }
        return nil
    }

    /// The word for narrow screens; nil for a success.
    public var shortWord: String? {
        switch self {
        case .success: nil
        case .refused(let reason): reason.shortWord
        case .failed(let detail): detail.rawValue
        }
    }

    public var sentence: String? {
        switch self {
        case .success: nil
        case .refused(let reason): reason.sentence
        case .failed(let detail): detail.sentence
        }
    }

    public var remedy: String? {
        switch self {
        case .success: nil
        case .refused(let reason): reason.remedy
        case .failed(let detail): detail.remedy
        }
    }
}
