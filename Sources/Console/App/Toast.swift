import Model

/// A message that stays for a while in the row above the hints.
struct Toast: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case info, warn, error

        /// How long it stays; an error also until it has been read, which takes longer.
        var milliseconds: Int64 {
            switch self {
            case .info: 8_000
            case .warn: 12_000
            case .error: 60_000
            }
        }
    }

    let kind: Kind
    let text: String
    /// A listener whose connections of an older policy are counted before the text, as they become fewer.
    var drainingListener: ResourceID?
    let until: Int64
}
