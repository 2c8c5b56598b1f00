/// What makes cookies that only this gate can write and read: 128 random bits.
///
/// One for all listeners and workers, kept as long as the state is: whoever has it can choose targets, and
/// read which one a client has been given. It prints as a placeholder, as ``SecretText`` does.
public struct CookieKey: Hashable, Sendable {
    public let low: UInt64
    public let high: UInt64

    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Makes a key nobody knows.
    public static func random() -> CookieKey {
        CookieKey(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    public init?(digits: String) {
        guard digits.utf8.count == 32, let low = ResourceID(digits.prefix(16)),
            let high = ResourceID(digits.suffix(16))
        else { return nil }
        self.init(low: low.bits, high: high.bits)
    }

    /// As ``init(digits:)`` reads it.
    public var digits: SecretText {
        SecretText("\(ResourceID(bits: self.low))\(ResourceID(bits: self.high))")
    }

    /// Of a gate that keeps none: cookies live as long as the process.
    public static let ofThisProcess = CookieKey.random()
}

extension CookieKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
