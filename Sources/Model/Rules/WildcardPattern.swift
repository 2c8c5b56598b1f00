/// A text in which `*` stands for any number of characters and `?` for one.
///
/// Compared with bytes, without allocating. The cost is at most the length of the pattern, which is bounded,
/// times that of the text: the comparison only ever goes back to the latest `*`.
public struct WildcardPattern: Hashable, Sendable {
    // Patterns are visible ASCII, so control characters are free to stand for the wildcards.
    private static let anyRun: UInt8 = 0
    private static let anyOne: UInt8 = 1

    private let tokens: [UInt8]
    private let ignoresCase: Bool

    /// - Parameters:
    ///   - text: visible ASCII.
    ///   - ignoresCase: whether letters match in either case.
    ///   - allowsEscapes: whether a backslash takes the meaning of a wildcard away.
    public init(_ text: String, ignoresCase: Bool, allowsEscapes: Bool = false) {
        var tokens: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case 0x5C where allowsEscapes && !isEscaped:
                isEscaped = true
                continue
            case 0x2A where !isEscaped:
                // Several in a row mean what one means.
                if tokens.last != Self.anyRun { tokens.append(Self.anyRun) }
            case 0x3F where !isEscaped: tokens.append(Self.anyOne)
            default:
                // A backslash before anything but a wildcard stands for itself.
                if isEscaped, byte != 0x2A, byte != 0x3F, byte != 0x5C { tokens.append(0x5C) }
                tokens.append(ignoresCase ? Self.lowercase(byte) : byte)
            }
            isEscaped = false
        }
        if isEscaped { tokens.append(0x5C) }
        self.tokens = tokens
        self.ignoresCase = ignoresCase
    }

    /// How many wildcards there are, as ELBv2 counts them.
    public var wildcardCount: Int { self.tokens.count { $0 <= Self.anyOne } }

    /// What stands before the first wildcard; in lower case where case is ignored.
    public var literalPrefix: ArraySlice<UInt8> { self.tokens.prefix { $0 > Self.anyOne } }

    /// Whether it matches one text only, but for letter case.
    public var isExact: Bool { self.wildcardCount == 0 }

    /// Whether the whole of the text matches.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        self.tokens.withUnsafeBufferPointer { tokens in
            var token = 0
            var index = 0
            // Where to go on when what follows the latest `*` does not match.
            var tokenAfterRun = -1
            var runEnd = 0
            while index < text.count {
                if token < tokens.count {
                    if tokens[token] == Self.anyRun {
                        token += 1
                        tokenAfterRun = token
                        runEnd = index
                        continue
                    }
                    let byte = self.ignoresCase ? Self.lowercase(text[index]) : text[index]
                    // A byte of the text that looks like a wildcard's token is none.
                    if tokens[token] == Self.anyOne || (tokens[token] == byte && byte > Self.anyOne) {
                        token += 1
                        index += 1
                        continue
                    }
                }
                guard tokenAfterRun >= 0 else { return false }
                runEnd += 1
                index = runEnd
                token = tokenAfterRun
            }
            while token < tokens.count, tokens[token] == Self.anyRun { token += 1 }
            return token == tokens.count
        }
    }

    @inline(__always)
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}
