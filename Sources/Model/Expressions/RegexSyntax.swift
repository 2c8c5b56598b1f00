/// A regular expression as a tree.
indirect enum RegexNode {
    case empty
    case bytes(ByteSet)
    case start
    case end
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repetition(RegexNode, least: Int, most: Int?, isGreedy: Bool)
    case capture(RegexNode, group: Int)
}

/// Some of the 256 bytes.
struct ByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    static let none = ByteSet()
    static let all = ByteSet().inverted
    static let digits = ByteSet(0x30...0x39)
    static let word = ByteSet(0x30...0x39).union(ByteSet(0x41...0x5A)).union(ByteSet(0x61...0x7A))
        .union(ByteSet(0x5F...0x5F))
    static let space = ByteSet(0x09...0x0D).union(ByteSet(0x20...0x20))

    private init() {}

    init(_ range: ClosedRange<UInt8>) {
        for byte in range { self.words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    func contains(_ byte: UInt8) -> Bool {
        self.words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    var inverted: ByteSet {
        var set = self
        set.words = ~self.words
        return set
    }

    func union(_ other: ByteSet) -> ByteSet {
        var set = self
        set.words |= other.words
        return set
    }

    /// With the letters of both cases for each letter in it.
    var ignoringCase: ByteSet {
        var set = self
        for letter in UInt8(0x61)...0x7A where self.contains(letter) || self.contains(letter & 0xDF) {
            set = set.union(ByteSet(letter...letter)).union(ByteSet((letter & 0xDF)...(letter & 0xDF)))
        }
        return set
    }
}

/// Reads the expressions that ELBv2 allows (`elbv2-api` 5.1), and refuses all others by name.
///
/// What needs going back over the text, such as look-around and back-references, is not among them; what is
/// left can be compared in time proportional to the text. Recursion is bounded by ``maximumDepth``.
struct RegexParser {
    static let maximumDepth = 24
    /// The most that `{n,m}` may ask for.
    static let maximumCount = 255

    private let pattern: [UInt8]
    private var position = 0
    private var depth = 0
    private var ignoresCase: Bool
    private(set) var groupCount = 0

    init(_ pattern: String, ignoresCase: Bool) {
        self.pattern = Array(pattern.utf8)
        self.ignoresCase = ignoresCase
    }

    mutating func parse() throws(OperatorError) -> RegexNode {
        guard self.pattern.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw self.refusal("holds a character that is not printable ASCII")
        }
        if self.take("(?i)") { self.ignoresCase = true }
        let node = try self.alternatives()
        guard self.position == self.pattern.count else { throw self.refusal("has a ) without its (") }
        return node
    }

    private mutating func alternatives() throws(OperatorError) -> RegexNode {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= Self.maximumDepth else { throw self.refusal("nests too many groups") }
        var all = [try self.sequence()]
        while self.take("|") { all.append(try self.sequence()) }
        return all.count == 1 ? all[0] : .alternatives(all)
    }

    private mutating func sequence() throws(OperatorError) -> RegexNode {
        var all: [RegexNode] = []
        while let byte = self.next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            all.append(try self.repeated(try self.atom()))
        }
        return all.count == 1 ? all[0] : all.isEmpty ? .empty : .sequence(all)
    }

    private mutating func repeated(_ node: RegexNode) throws(OperatorError) -> RegexNode {
        var (least, most): (Int, Int?)
        switch self.next {
        case UInt8(ascii: "*"): (least, most) = (0, nil)
        case UInt8(ascii: "+"): (least, most) = (1, nil)
        case UInt8(ascii: "?"): (least, most) = (0, 1)
        case UInt8(ascii: "{"):
            self.position += 1
            (least, most) = try self.counts()
        default: return node
        }
        self.position += 1
        if self.next == UInt8(ascii: "+") { throw self.refusal("uses a possessive quantifier") }
        let isGreedy = !self.take("?")
        if let next = self.next, "*+?{".utf8.contains(next) {
            throw self.refusal("has one quantifier behind another")
        }
        return .repetition(node, least: least, most: most, isGreedy: isGreedy)
    }

    /// `n}`, `n,}` or `n,m}`; leaves the brace.
    private mutating func counts() throws(OperatorError) -> (Int, Int?) {
        let least = self.number()
        var most = least
        if self.take(",") { most = self.next == UInt8(ascii: "}") ? nil : self.number() ?? -1 }
        guard let least, self.next == UInt8(ascii: "}"), least <= Self.maximumCount,
            (most ?? least) >= least, (most ?? 0) <= Self.maximumCount
        else { throw self.refusal("has a { that begins no count of at most \(Self.maximumCount)") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var number: Int?
        while let digit = self.next, (0x30...0x39).contains(digit), (number ?? 0) < 10_000 {
            number = (number ?? 0) * 10 + Int(digit - 0x30)
            self.position += 1
        }
        return number
    }

    private mutating func atom() throws(OperatorError) -> RegexNode {
        guard let byte = self.next else { return .empty }
        self.position += 1
        switch byte {
        case UInt8(ascii: "."): return .bytes(.all)
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "("): return try self.group()
        case UInt8(ascii: "["): return .bytes(try self.bracket())
        case UInt8(ascii: "\\"): return try self.escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw self.refusal("has a quantifier with nothing before it")
        default: return .bytes(self.set(byte))
        }
    }

    private mutating func group() throws(OperatorError) -> RegexNode {
        var isCapturing = true
        if self.take("?:") {
            isCapturing = false
        } else if self.next == UInt8(ascii: "?") {
            // Names are for readers; a replacement refers to groups by number.
            guard self.take("?P<") || self.take("?<"), self.takeName() else {
                throw self.refusal("uses a kind of group other than (…), (?:…) and (?<name>…)")
            }
        }
        var index = 0
        if isCapturing {
            self.groupCount += 1
            index = self.groupCount
        }
        let node = try self.alternatives()
        guard self.take(")") else { throw self.refusal("has a ( without its )") }
        return isCapturing ? .capture(node, group: index) : node
    }

    private mutating func takeName() -> Bool {
        let start = self.position
        while let byte = self.next, ByteSet.word.contains(byte) { self.position += 1 }
        return self.position > start && self.take(">")
    }

    private mutating func escape() throws(OperatorError) -> RegexNode {
        guard let byte = self.next else { throw self.refusal("ends in a backslash") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "A"): return .start
        case UInt8(ascii: "z"): return .end
        default: return .bytes(try self.escapedSet(byte))
        }
    }

    private mutating func escapedSet(_ byte: UInt8) throws(OperatorError) -> ByteSet {
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ByteSet.digits.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return ByteSet.word.inverted
        case UInt8(ascii: "s"): return .space
        case UInt8(ascii: "S"): return ByteSet.space.inverted
        case UInt8(ascii: "t"): return ByteSet(0x09...0x09)
        case _ where ByteSet.word.contains(byte) && byte != UInt8(ascii: "_"):
            throw self.refusal("uses \\\(Character(Unicode.Scalar(byte)))")
        default: return self.set(byte)
        }
    }

    private mutating func bracket() throws(OperatorError) -> ByteSet {
        let isNegated = self.take("^")
        var set = ByteSet.none
        var isFirst = true
        while isFirst || self.next != UInt8(ascii: "]") {
            guard let byte = self.next else { throw self.refusal("has a [ without its ]") }
            isFirst = false
            self.position += 1
            if byte == UInt8(ascii: "["), let next = self.next, ":.=".utf8.contains(next) {
                throw self.refusal("uses a POSIX character class")
            }
            guard let low = try self.member(byte, &set) else { continue }
            guard self.next == UInt8(ascii: "-"), self.position + 1 < self.pattern.count,
                self.pattern[self.position + 1] != UInt8(ascii: "]")
            else {
                set = set.union(ByteSet(low...low))
                continue
            }
            self.position += 1
            let last = self.pattern[self.position]
            self.position += 1
            guard let high = try self.member(last, &set), high >= low else {
                throw self.refusal("has a range in [] that does not go upwards")
            }
            set = set.union(ByteSet(low...high))
        }
        self.position += 1
        if self.ignoresCase { set = set.ignoringCase }
        return isNegated ? set.inverted : set
    }

    /// One character of a bracket; nil for a class such as `\d`, which is added to the set.
    private mutating func member(_ byte: UInt8, _ set: inout ByteSet) throws(OperatorError) -> UInt8? {
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard let escaped = self.next else { throw self.refusal("ends in a backslash") }
        self.position += 1
        guard ByteSet.word.contains(escaped), escaped != UInt8(ascii: "_") else { return escaped }
        set = set.union(try self.escapedSet(escaped))
        return nil
    }

    private func set(_ byte: UInt8) -> ByteSet {
        let set = ByteSet(byte...byte)
        return self.ignoresCase ? set.ignoringCase : set
    }

    private var next: UInt8? {
        self.position < self.pattern.count ? self.pattern[self.position] : nil
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard self.pattern[self.position...].starts(with: bytes) else { return false }
        self.position += bytes.count
        return true
    }

    private func refusal(_ what: String) -> OperatorError {
        RegexProgram.refusal(String(decoding: self.pattern, as: UTF8.self), what)
    }
}
