/// What becomes of clients whose CA's revocation lists have all passed their nextUpdate.
///
/// Written `use`, `strict`, or as a number of seconds.
public enum ExpiredListPolicy: Hashable, Sendable {
    /// The lists go on being used, with a warning, and handshakes that rely on them are counted.
    case use
    /// Clients are refused with `ClientCertCrlProcessingError`.
    case strict
    /// As `use` for so many seconds after nextUpdate, 1 to 31,536,000; then as `strict`.
    case grace(seconds: Int)

    public static let graceSeconds = 1...31_536_000

    /// Seconds after nextUpdate for which lists are used; nil for ever.
    public var usableSeconds: Int64? {
        switch self {
        case .use: nil
        case .strict: 0
        case .grace(let seconds): Int64(seconds)
        }
    }
}

extension ExpiredListPolicy: LosslessStringConvertible, Codable {
    /// Reads what ``description`` writes; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "use": self = .use
        case "strict": self = .strict
        default:
            guard let seconds = Int(text), Self.graceSeconds.contains(seconds) else { return nil }
            self = .grace(seconds: seconds)
        }
    }

    public var description: String {
        switch self {
        case .use: "use"
        case .strict: "strict"
        case .grace(let seconds): "\(seconds)"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let policy = ExpiredListPolicy(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "neither use nor strict nor a number of seconds"
            )
        }
        self = policy
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
