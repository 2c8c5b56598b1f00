import Model

/// Reads JSON that a stranger wrote, strictly (RFC 8259) and within bounds, without building values of it.
///
/// The text is UTF-8, checked beforehand as a whole. An object in which a name comes twice is refused, since
/// two readers could believe two different things of it; so is nesting beyond ``EngineLimits/functionDepth``
/// and an object of more than ``EngineLimits/functionMembers``. The caller walks: it enters an object, is
/// given its members one by one, and reads or skips each value.
///
/// After the first error, which every call reports as false or nil, the reader is of no use.
struct JSONReader {
    enum Kind {
        case object
        case array
        case string
        case number
        case boolean
        case null
    }

    enum Step {
        case element
        case end
        case malformed
    }

    private let text: UnsafeRawBufferPointer
    private(set) var position = 0
    /// The names of each object that has been entered and not left, and nil for an array.
    private var levels: [Set<[UInt8]>?] = []
    /// Nothing of the innermost object or array has been read.
    private var isFirst = false

    /// nil for text that is not UTF-8.
    init?(_ text: UnsafeRawBufferPointer) {
        guard UTF8Text.isValid(text) else { return nil }
        self.text = text
    }

    /// What comes next, told by its first character; nil where no value begins.
    mutating func next() -> Kind? {
        self.skipBlanks()
        switch self.current {
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x22: return .string
        case 0x2D, 0x30...0x39: return .number
        case 0x74, 0x66: return .boolean
        case 0x6E: return .null
        default: return nil
        }
    }

    /// Whether nothing but blanks is left.
    mutating func isAtEnd() -> Bool {
        self.skipBlanks()
        return self.position == self.text.count
    }

    // MARK: Objects and arrays

    mutating func enterObject() -> Bool { self.enter(0x7B, []) }

    mutating func enterArray() -> Bool { self.enter(0x5B, nil) }

    private mutating func enter(_ mark: UInt8, _ names: Set<[UInt8]>?) -> Bool {
        guard self.levels.count < EngineLimits.functionDepth, self.take(mark) else { return false }
        self.levels.append(names)
        self.isFirst = true
        return true
    }

    /// The name of the next member into the buffer, which is emptied; its value comes next.
    mutating func nextMember(into name: ByteBuffer) -> Step {
        let step = self.nextElement(closing: 0x7D)
        guard case .element = step else { return step }
        name.removeAll()
        guard let level = self.levels.indices.last, let count = self.levels[level]?.count,
            count < EngineLimits.functionMembers, self.string(into: name),
            self.levels[level]?.insert(Array(name.bytes)).inserted == true, self.take(0x3A)
        else { return .malformed }
        return .element
    }

    /// Whether the innermost array has another element, which comes next.
    mutating func nextElement() -> Step { self.nextElement(closing: 0x5D) }

    private mutating func nextElement(closing mark: UInt8) -> Step {
        if self.take(mark) {
            self.levels.removeLast()
            self.isFirst = false
            return .end
        }
        guard self.isFirst || self.take(0x2C) else { return .malformed }
        self.isFirst = false
        return .element
    }

    // MARK: Values

    /// Appends what a string stands for.
    mutating func string(into out: ByteBuffer) -> Bool {
        guard self.take(0x22) else { return false }
        var start = self.position
        while self.position < self.text.count {
            let byte = self.text[self.position]
            switch byte {
            case 0x22:
                out.append(self.text.slice(start, self.position))
                self.position += 1
                return true
            case 0x5C:
                out.append(self.text.slice(start, self.position))
                self.position += 1
                guard self.escape(to: out) else { return false }
                start = self.position
            case 0..<0x20:
                return false
            default:
                self.position += 1
            }
        }
        return false
    }

    private mutating func escape(to out: ByteBuffer) -> Bool {
        let byte = self.current
        self.position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: out.append(byte: byte)
        case 0x62: out.append(byte: 0x08)
        case 0x66: out.append(byte: 0x0C)
        case 0x6E: out.append(byte: 0x0A)
        case 0x72: out.append(byte: 0x0D)
        case 0x74: out.append(byte: 0x09)
        case 0x75: return self.unicodeEscape(to: out)
        default: return false
        }
        return true
    }

    /// Four digits, and for a high surrogate the escape of its low one; alone, neither is a character.
    private mutating func unicodeEscape(to out: ByteBuffer) -> Bool {
        guard var value = self.hexDigits() else { return false }
        if (0xD800...0xDBFF).contains(value) {
            guard self.take(exactly: 0x5C), self.take(exactly: 0x75), let low = self.hexDigits(),
                (0xDC00...0xDFFF).contains(low)
            else { return false }
            value = 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(byte: unit) }
        return true
    }

    private mutating func hexDigits() -> UInt32? {
        guard self.text.count - self.position >= 4 else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexDigit(self.current) else { return nil }
            value = value << 4 | UInt32(digit)
            self.position += 1
        }
        return value
    }

    /// The characters of a number, in JSON's grammar.
    mutating func number() -> UnsafeRawBufferPointer? {
        self.skipBlanks()
        let start = self.position
        _ = self.take(exactly: 0x2D)
        // No zero in front of other digits.
        if !self.take(exactly: 0x30), !self.digits() { return nil }
        if self.take(exactly: 0x2E), !self.digits() { return nil }
        if self.current | 0x20 == 0x65 {
            self.position += 1
            if !self.take(exactly: 0x2B) { _ = self.take(exactly: 0x2D) }
            guard self.digits() else { return nil }
        }
        return self.text.slice(start, self.position)
    }

    mutating func boolean() -> Bool? {
        self.skipBlanks()
        if self.take("true") { return true }
        return self.take("false") ? false : nil
    }

    mutating func null() -> Bool {
        self.skipBlanks()
        return self.take("null")
    }

    /// Reads over a value of any kind, as strictly as one that is wanted; `scratch` is for its names.
    mutating func skip(_ scratch: ByteBuffer) -> Bool {
        switch self.next() {
        case .object:
            guard self.enterObject() else { return false }
            while true {
                switch self.nextMember(into: scratch) {
                case .malformed: return false
                case .end: return true
                case .element: guard self.skip(scratch) else { return false }
                }
            }
        case .array:
            guard self.enterArray() else { return false }
            while true {
                switch self.nextElement() {
                case .malformed: return false
                case .end: return true
                case .element: guard self.skip(scratch) else { return false }
                }
            }
        case .string:
            scratch.removeAll()
            return self.string(into: scratch)
        case .number: return self.number() != nil
        case .boolean: return self.boolean() != nil
        case .null: return self.null()
        case nil: return false
        }
    }

    // MARK: Characters

    /// The character at hand; 0, which stands nowhere in JSON, at the end.
    private var current: UInt8 { self.position < self.text.count ? self.text[self.position] : 0 }

    private mutating func skipBlanks() {
        while self.position < self.text.count {
            switch self.text[self.position] {
            case 0x20, 0x09, 0x0A, 0x0D: self.position += 1
            default: return
            }
        }
    }

    /// Takes a mark, behind blanks.
    private mutating func take(_ mark: UInt8) -> Bool {
        self.skipBlanks()
        return self.take(exactly: mark)
    }

    private mutating func take(exactly mark: UInt8) -> Bool {
        guard self.position < self.text.count, self.text[self.position] == mark else { return false }
        self.position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let end = self.position + word.utf8CodeUnitCount
        guard end <= self.text.count, ASCII.isExactly(self.text.slice(self.position, end), word) else {
            return false
        }
        self.position = end
        return true
    }

    private mutating func digits() -> Bool {
        let start = self.position
        while ASCII.isDigit(self.current) { self.position += 1 }
        return self.position > start
    }
}
