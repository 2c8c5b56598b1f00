/// A regular expression for conditions: whether a text contains a match, in one pass over it.
///
/// Made into a table of states beforehand, so that each byte of a text costs one look into it, whatever the
/// expression; one that would need more than ``maximumStates`` is refused. `^` and `$` are the text's ends:
/// without them a match may lie anywhere in it.
public struct RegularExpression: Sendable {
    /// ELBv2's bound on the expression.
    public static let maximumLength = 128
    public static let maximumStates = 1_000
    /// Places of the program looked at while states are made: a fraction of a second.
    private static let maximumWork = 2_000_000

    private static let accepting: UInt8 = 1
    private static let acceptingAtEnd: UInt8 = 2

    /// By byte.
    private let classes: [UInt8]
    private let classCount: Int
    /// By state and class.
    private let next: [UInt16]
    /// By state.
    private let flags: [UInt8]

    /// Compiles an expression.
    ///
    /// - Throws: ``OperatorError`` with an empty subject, for an expression that is none, that cannot be
    ///   compared in one pass, or that needs too many states.
    public init(_ pattern: String, ignoresCase: Bool) throws(OperatorError) {
        let program = try RegexProgram(pattern, ignoresCase: ignoresCase)
        let (classes, samples) = Self.byteClasses(program)
        var builder = StateBuilder(program)
        // The first state is for the beginning of a text only, where `^` lets through; it is never found
        // again.
        var states: [[Int]: UInt16] = [:]
        var sets = [builder.closure([0], isAtStart: true)]
        var next: [UInt16] = []
        var state = 0
        while state < sets.count {
            for sample in samples {
                let set = builder.closure(
                    builder.step(sets[state], sample) + [0],
                    isAtStart: false
                )
                guard builder.work <= Self.maximumWork else {
                    throw RegexProgram.refusal(pattern, "takes too long to prepare; use smaller counts")
                }
                if let known = states[set] {
                    next.append(known)
                } else {
                    guard sets.count < Self.maximumStates else {
                        throw RegexProgram.refusal(
                            pattern,
                            "needs more than \(Self.maximumStates) states; use smaller counts, or anchor it"
                        )
                    }
                    let number = UInt16(sets.count)
                    states[set] = number
                    sets.append(set)
                    next.append(number)
                }
            }
            state += 1
        }
        self.classes = classes
        self.classCount = samples.count
        self.next = next
        self.flags = sets.indices.map { index in
            (builder.isMatch(sets[index]) ? Self.accepting : 0)
                | (builder.isMatchAtEnd(sets[index], isAtStart: index == 0) ? Self.acceptingAtEnd : 0)
        }
    }

    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        var state = 0
        for byte in text {
            if self.flags[state] & Self.accepting != 0 { return true }
            state = Int(self.next[state * self.classCount + Int(self.classes[Int(byte)])])
        }
        return self.flags[state] != 0
    }

    /// Bytes that no part of the program tells apart, and one of each kind.
    private static func byteClasses(_ program: RegexProgram) -> (classes: [UInt8], samples: [UInt8]) {
        var sets: Set<ByteSet> = []
        for case .bytes(let set) in program.instructions { sets.insert(set) }
        var classes = [UInt8](repeating: 0, count: 256)
        var samples: [UInt8] = [0]
        for set in sets {
            var known: [UInt16: UInt8] = [:]
            var fresh: [UInt8] = []
            for byte in UInt8.min ... .max {
                let key = UInt16(classes[Int(byte)]) << 1 | (set.contains(byte) ? 1 : 0)
                if known[key] == nil {
                    known[key] = UInt8(truncatingIfNeeded: fresh.count)
                    fresh.append(byte)
                }
                classes[Int(byte)] = known[key] ?? 0
            }
            samples = fresh
        }
        return (classes, samples)
    }
}

/// Sets of places in a program that may be reached together.
private struct StateBuilder {
    private let program: RegexProgram
    private var mark: [Bool]
    private(set) var work = 0

    init(_ program: RegexProgram) {
        self.program = program
        self.mark = Array(repeating: false, count: program.instructions.count)
    }

    /// What can be reached without a byte, ascending: places that wait for a byte, for the end, or match.
    mutating func closure(_ places: [Int], isAtStart: Bool, isAtEnd: Bool = false) -> [Int] {
        var stack = places
        var visited: [Int] = []
        var reached: [Int] = []
        while let place = stack.popLast() {
            guard !self.mark[place] else { continue }
            self.mark[place] = true
            visited.append(place)
            switch self.program.instructions[place] {
            case .bytes, .match: reached.append(place)
            case .split(let one, let other): stack += [one, other]
            case .jump(let target): stack.append(target)
            case .save: stack.append(place + 1)
            case .start: if isAtStart { stack.append(place + 1) }
            case .end:
                if isAtEnd { stack.append(place + 1) } else { reached.append(place) }
            }
        }
        for place in visited { self.mark[place] = false }
        self.work += visited.count
        return reached.sorted()
    }

    func step(_ places: [Int], _ byte: UInt8) -> [Int] {
        places.compactMap { place in
            guard case .bytes(let set) = self.program.instructions[place], set.contains(byte) else {
                return nil
            }
            return place + 1
        }
    }

    func isMatch(_ places: [Int]) -> Bool {
        places.contains { if case .match = self.program.instructions[$0] { true } else { false } }
    }

    mutating func isMatchAtEnd(_ places: [Int], isAtStart: Bool) -> Bool {
        self.isMatch(self.closure(places, isAtStart: isAtStart, isAtEnd: true))
    }
}
