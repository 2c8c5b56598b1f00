/// Text to be compared without regard to case: lower-case UTF-8, made once and looked at often.
public struct FoldedText: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(_ text: some StringProtocol) {
        // ASCII is what nearly everything is, and a hundred times cheaper to fold.
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        self.bytes =
            isASCII
            ? text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
            : Array(text.lowercased().utf8)
    }

    public var isEmpty: Bool { self.bytes.isEmpty }

    /// Whether another text occurs anywhere in this one.
    public func contains(_ other: FoldedText) -> Bool {
        guard let first = other.bytes.first else { return true }
        return self.bytes.withUnsafeBufferPointer { text in
            other.bytes.withUnsafeBufferPointer { needle in
                guard text.count >= needle.count else { return false }
                for start in 0...(text.count - needle.count) where text[start] == first {
                    var length = 1
                    while length < needle.count, text[start + length] == needle[length] { length += 1 }
                    if length == needle.count { return true }
                }
                return false
            }
        }
    }
}
