/// A regular expression as a program of Thompson's kind, run by following all its paths at once.
///
/// A run costs at most the length of the program times that of the text, and never goes back.
struct RegexProgram: Sendable {
    enum Instruction: Sendable {
        /// One byte of the set, then the next instruction.
        case bytes(ByteSet)
        /// Both ways, the first one preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case start
        case end
        case match
    }

    static let maximumCount = 2_000
    /// Groups that a replacement can refer to: `$1` to `$9`.
    static let maximumGroups = 9
    /// Instructions that one run may follow, over all bytes of its text.
    ///
    /// A worker serves nobody else meanwhile. Enough for sixteen paths at once over the longest line.
    static let maximumSteps = 1 << 18

    private(set) var instructions: [Instruction] = []
    private(set) var groupCount = 0
    private let pattern: String
    /// Nodes visited; repetitions visit theirs again and again, and some of those leave no instruction.
    private var visits = 0

    init(_ pattern: String, ignoresCase: Bool) throws(OperatorError) {
        self.pattern = pattern
        var parser = RegexParser(pattern, ignoresCase: ignoresCase)
        let node = try parser.parse()
        self.groupCount = parser.groupCount
        guard self.groupCount <= Self.maximumGroups else {
            throw Self.refusal(pattern, "has more than \(Self.maximumGroups) groups; make some of them (?:…)")
        }
        try self.add(.save(0))
        try self.compile(node)
        try self.add(.save(1))
        try self.add(.match)
    }

    static func refusal(_ pattern: String, _ what: String) -> OperatorError {
        OperatorError(
            .validationError,
            subject: "",
            message: "The expression \"\(pattern)\" \(what).",
            hint: "Only what can be compared in one pass is allowed: groups, alternatives, classes, ^, $ and "
                + "quantifiers."
        )
    }

    private mutating func add(_ instruction: Instruction) throws(OperatorError) {
        guard self.instructions.count < Self.maximumCount else { throw self.tooLarge }
        self.instructions.append(instruction)
    }

    private var tooLarge: OperatorError {
        Self.refusal(self.pattern, "stands for more than \(Self.maximumCount) steps; use smaller counts")
    }

    private mutating func compile(_ node: RegexNode) throws(OperatorError) {
        self.visits += 1
        guard self.visits <= 4 * Self.maximumCount else { throw self.tooLarge }
        switch node {
        case .empty: break
        case .bytes(let set): try self.add(.bytes(set))
        case .start: try self.add(.start)
        case .end: try self.add(.end)
        case .sequence(let nodes): for node in nodes { try self.compile(node) }
        case .alternatives(let nodes): try self.compile(alternatives: nodes)
        case .capture(let node, let group):
            try self.add(.save(2 * group))
            try self.compile(node)
            try self.add(.save(2 * group + 1))
        case .repetition(let node, let least, let most, let isGreedy):
            for _ in 0..<least { try self.compile(node) }
            if let most {
                try self.compile(optional: node, count: most - least, isGreedy)
            } else {
                let split = self.instructions.count
                try self.add(.jump(0))
                try self.compile(node)
                try self.add(.jump(split))
                self.branch(at: split, isGreedy)
            }
        }
    }

    private mutating func compile(alternatives nodes: [RegexNode]) throws(OperatorError) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try self.compile(node)
                break
            }
            let split = self.instructions.count
            try self.add(.jump(0))
            try self.compile(node)
            ends.append(self.instructions.count)
            try self.add(.jump(0))
            self.branch(at: split, true)
        }
        for end in ends { self.instructions[end] = .jump(self.instructions.count) }
    }

    /// `x{0,n}` as `(x(x(x)?)?)?`, each of which leads to the end.
    private mutating func compile(
        optional node: RegexNode,
        count: Int,
        _ isGreedy: Bool
    ) throws(OperatorError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(self.instructions.count)
            try self.add(.jump(0))
            try self.compile(node)
        }
        for split in splits { self.branch(at: split, isGreedy) }
    }

    /// Makes of a placeholder the choice between going in and going on behind what has been compiled.
    private mutating func branch(at split: Int, _ isGreedy: Bool) {
        let (inside, behind) = (split + 1, self.instructions.count)
        self.instructions[split] = isGreedy ? .split(inside, behind) : .split(behind, inside)
    }
}
