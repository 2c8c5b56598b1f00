import Model

/// The keys that a declaration's functions are signed with, each once.
///
/// A key that is in force already keeps its identifier, so that applying the declaration again changes
/// nothing. One that is missing is never the same, which mends a lost file.
struct SigningKeyPool {
    private let current: [ResourceID: SecretText]
    private(set) var used: [ResourceID: SecretText] = [:]

    init(current: [ResourceID: SecretText]) {
        self.current = current
    }

    /// The identifier that a key is kept under.
    mutating func resolve(_ key: SigningKey) -> ResourceID {
        let text = key.stored
        let known = (self.used.first { $0.value == text } ?? self.current.first { $0.value == text })?.key
        let id = known ?? .random()
        self.used[id] = text
        return id
    }
}
