/// A transform ready for texts: the first match is replaced, what stands around it stays.
public struct RegexRewrite: Sendable {
    public enum Outcome: Hashable, Sendable {
        /// Nothing matched.
        case unchanged
        case changed([UInt8])
        /// The text is too long for the expression; see `RegexProgram.maximumSteps`.
        case tooCostly
    }

    private enum Piece: Sendable {
        case text([UInt8])
        case group(Int)
    }

    private let program: RegexProgram
    private let replacement: [Piece]

    /// Compiles a transform.
    ///
    /// - Throws: ``OperatorError`` whose subject is the name of the property that cannot be used.
    public init(_ rewrite: Rewrite, ignoresCase: Bool) throws(OperatorError) {
        do {
            self.program = try RegexProgram(rewrite.regex, ignoresCase: ignoresCase)
        } catch {
            throw error.about("regex")
        }
        self.replacement = try Self.pieces(rewrite.replace, groups: self.program.groupCount)
    }

    /// `$1` to `$9` are groups, `$0` the whole match, `$$` a dollar sign.
    private static func pieces(_ text: String, groups: Int) throws(OperatorError) -> [Piece] {
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                plain.append(byte)
                continue
            }
            guard let next = bytes.popFirst(), next == byte || (0x30...0x39).contains(next) else {
                throw Self.refusal("\"\(text)\" has a $ that names no group.", "Write $$ for the character.")
            }
            if next == byte {
                plain.append(byte)
                continue
            }
            let group = Int(next - 0x30)
            guard group <= groups else {
                throw Self.refusal(
                    "\"\(text)\" names group \(group), and the expression has \(groups).",
                    "Write $1 for the first ( of the expression."
                )
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = []
            pieces.append(.group(group))
        }
        return plain.isEmpty ? pieces : pieces + [.text(plain)]
    }

    private static func refusal(_ message: String, _ hint: String) -> OperatorError {
        OperatorError(.validationError, subject: "replace", message: message, hint: hint)
    }

    public func apply(to text: UnsafeRawBufferPointer) -> Outcome {
        var matcher = RegexMatcher(self.program)
        switch matcher.firstMatch(in: text) {
        case .none: return .unchanged
        case .tooCostly: return .tooCostly
        case .found(let slots):
            var result = Array(text[..<slots[0]])
            for piece in self.replacement {
                switch piece {
                case .text(let bytes): result += bytes
                case .group(let group):
                    let (start, end) = (slots[2 * group], slots[2 * group + 1])
                    // A group of an alternative that was not taken has no place in the text.
                    if start >= 0, end >= start { result += text[start..<end] }
                }
            }
            result += text[slots[1]...]
            return .changed(result)
        }
    }
}

/// Runs a program over a text and keeps where the groups lie (Pike's way): the leftmost match, and of those
/// the one that the expression prefers.
private struct RegexMatcher {
    enum Result {
        case none
        /// Where the whole and each group begin and end; -1 for nowhere.
        case found([Int])
        case tooCostly
    }

    /// Threads in order of preference, each at another place of the program.
    private struct Threads {
        var places: [Int] = []
        /// By place.
        var slots: [[Int]]
        var isHere: [Bool]

        init(_ count: Int) {
            self.slots = Array(repeating: [], count: count)
            self.isHere = Array(repeating: false, count: count)
        }

        mutating func removeAll() {
            for place in self.places { self.isHere[place] = false }
            self.places.removeAll(keepingCapacity: true)
        }
    }

    private let program: RegexProgram
    private var steps = 0

    init(_ program: RegexProgram) {
        self.program = program
    }

    mutating func firstMatch(in text: UnsafeRawBufferPointer) -> Result {
        let count = self.program.instructions.count
        var (now, then) = (Threads(count), Threads(count))
        let nowhere = Array(repeating: -1, count: 2 * (self.program.groupCount + 1))
        var found: [Int]?
        for position in 0...text.count {
            if found == nil { self.add(0, nowhere, at: position, of: text.count, to: &now) }
            if now.places.isEmpty { break }
            threads: for place in now.places {
                switch self.program.instructions[place] {
                case .bytes(let set):
                    if position < text.count, set.contains(text[position]) {
                        self.add(place + 1, now.slots[place], at: position + 1, of: text.count, to: &then)
                    }
                case .match:
                    // Threads behind this one are preferred less.
                    found = now.slots[place]
                    break threads
                case .split, .jump, .save, .start, .end: break
                }
            }
            guard self.steps <= RegexProgram.maximumSteps else { return .tooCostly }
            now.removeAll()
            swap(&now, &then)
        }
        return found.map(Result.found) ?? .none
    }

    /// Follows everything that takes no byte, in order of preference.
    private mutating func add(
        _ place: Int,
        _ slots: [Int],
        at position: Int,
        of end: Int,
        to threads: inout Threads
    ) {
        var stack = [(place, slots)]
        while let (place, slots) = stack.popLast() {
            guard !threads.isHere[place] else { continue }
            threads.isHere[place] = true
            threads.places.append(place)
            self.steps += 1
            switch self.program.instructions[place] {
            case .bytes, .match: threads.slots[place] = slots
            case .jump(let target): stack.append((target, slots))
            case .split(let first, let second):
                stack.append((second, slots))
                stack.append((first, slots))
            case .save(let slot):
                var saved = slots
                saved[slot] = position
                stack.append((place + 1, saved))
            case .start: if position == 0 { stack.append((place + 1, slots)) }
            case .end: if position == end { stack.append((place + 1, slots)) }
            }
        }
    }
}
