/// Names that operators have given identity headers, on whichever listener: no client may use them anywhere.
///
/// Told apart as ``HeaderKind`` does: in any letter case and with all punctuation read as `-`.
public struct ScrubbedNames: Sendable {
    private let names: [[UInt8]]

    public static let none = ScrubbedNames([])

    public init(_ names: some Sequence<String>) {
        self.names = Array(Set(names.map { name in name.utf8.map(Self.normal) }))
    }

    public var isEmpty: Bool { self.names.isEmpty }

    func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        for candidate in self.names where candidate.count == name.count {
            var isEqual = true
            for index in 0..<name.count where Self.normal(name[index]) != candidate[index] {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }

    @inline(__always)
    private static func normal(_ byte: UInt8) -> UInt8 {
        ASCII.isLetter(byte) ? byte | 0x20 : ASCII.isDigit(byte) ? byte : ASCII.hyphen
    }
}
