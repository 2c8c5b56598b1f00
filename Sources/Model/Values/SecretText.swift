/// Text that must not leave: a private key in PEM.
///
/// It prints as a placeholder, so that neither a log line nor an error nor a debugger's dump of a value
/// that contains it can show it. It is `Codable` because a command hands keys to the gate through the
/// state directory's socket (mode 0600); nothing else encodes it.
public struct SecretText: Hashable, Sendable, Codable {
    /// The text itself; read it only where it is used.
    public let revealed: String

    public init(_ text: String) {
        self.revealed = text
    }

    public init(from decoder: any Decoder) throws {
        self.revealed = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.revealed)
    }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
