/// Reads the text of a filter: first words, then what they mean.
struct FilterParser {
    private let characters: [Character]
    private let schema: FilterSchema
    private let environment: FilterEnvironment
    private let depth: Int
    private var position = 0
    private(set) var terms = 0

    init(_ text: String, schema: FilterSchema, environment: FilterEnvironment, depth: Int = 0) {
        self.characters = Array(text.prefix(FilterLimits.length + 1))
        self.schema = schema
        self.environment = environment
        self.depth = depth
    }

    mutating func parse() throws(FilterMistake) -> Filter.Node {
        guard self.characters.count <= FilterLimits.length else {
            throw FilterMistake(column: FilterLimits.length, .tooLarge)
        }
        self.skipSpaces()
        if self.position == self.characters.count { return .all([]) }
        let node = try self.any(depth: self.depth)
        guard self.position == self.characters.count else {
            throw FilterMistake(column: self.position, .unexpected(")"))
        }
        return node
    }

    // MARK: Structure

    private mutating func any(depth: Int) throws(FilterMistake) -> Filter.Node {
        guard depth < FilterLimits.depth else { throw FilterMistake(column: self.position, .tooLarge) }
        var nodes = [try self.all(depth: depth)]
        while self.take(word: "or") {
            guard !self.isAtEnd else {
                throw FilterMistake(column: self.characters.count, .nothingAfter("or"))
            }
            nodes.append(try self.all(depth: depth))
        }
        return nodes.count == 1 ? nodes[0] : .any(nodes)
    }

    private mutating func all(depth: Int) throws(FilterMistake) -> Filter.Node {
        var nodes: [Filter.Node] = []
        repeat {
            let hasAnd = self.take(word: "and")
            if hasAnd, self.isAtEnd {
                throw FilterMistake(column: self.characters.count, .nothingAfter("and"))
            }
            if !self.isAtEnd { nodes.append(try self.unit(depth: depth)) }
        } while !self.isAtEnd && !self.isNext(word: "or")
        return .all(nodes)
    }

    private mutating func unit(depth: Int) throws(FilterMistake) -> Filter.Node {
        if self.take(word: "not") {
            guard !self.isAtEnd, !self.isNext(word: "or"), !self.isNext(word: "and") else {
                throw FilterMistake(column: self.position, .nothingAfter("not"))
            }
            guard depth < FilterLimits.depth else { throw FilterMistake(column: self.position, .tooLarge) }
            return .not(try self.unit(depth: depth + 1))
        }
        if self.characters[self.position] == "(" {
            let opened = self.position
            self.position += 1
            self.skipSpaces()
            guard !self.isAtEnd else {
                throw FilterMistake(column: self.position, .nothingAfter("("))
            }
            let node = try self.any(depth: depth + 1)
            guard self.position < self.characters.count else {
                throw FilterMistake(column: opened, .notClosed("("))
            }
            self.position += 1
            self.skipSpaces()
            return node
        }
        self.terms += 1
        guard self.terms <= FilterLimits.terms else {
            throw FilterMistake(column: self.position, .tooLarge)
        }
        let start = self.position
        if self.characters[start] == "@" { return try self.saved(depth: depth) }
        guard let (field, sign) = try self.head() else {
            let word = try self.text(until: { $0.isWhitespace })
            guard !word.isEmpty else { throw FilterMistake(column: start, .noValue(field: "\"\"")) }
            return .word(FoldedText(word))
        }
        return try self.term(field, sign)
    }

    private mutating func saved(depth: Int) throws(FilterMistake) -> Filter.Node {
        let start = self.position
        self.position += 1
        let name = try self.text(until: { $0.isWhitespace })
        guard let text = self.environment.saved[name] else {
            let nearest = Nearest.word(to: name, among: self.environment.saved.keys.sorted())
            throw FilterMistake(column: start, .noSavedFilter(name, nearest: nearest))
        }
        var parser = FilterParser(
            text,
            schema: self.schema,
            environment: self.environment,
            depth: depth + 1
        )
        do throws(FilterMistake) {
            let node = try parser.parse()
            self.terms += parser.terms
            return node
        } catch {
            // The column is one of the text that is being typed.
            throw FilterMistake(column: start, error.kind)
        }
    }

    // MARK: Terms

    private static let signs = ["!=", "!~", "<=", ">=", ":", "=", "~", "<", ">"]

    /// The field and the sign of a term, if one begins here; a colon makes one only after letters, so that
    /// `[::1]:443` is a word.
    ///
    /// With spaces between them they are a term too, unless the name is no field's: `from :443` are words.
    private mutating func head() throws(FilterMistake) -> (FilterField, String)? {
        let start = self.position
        guard let (name, sign, end, hasSpace) = self.nameAndSign(at: start) else { return nil }
        guard let field = self.schema.field(named: name) else {
            // A sign that stands alone between spaces is meant as one.
            if hasSpace, end < self.characters.count, !self.characters[end].isWhitespace { return nil }
            let known = self.schema.fields.map(\.name)
            let nearest = Nearest.word(to: name, among: known)
            throw FilterMistake(column: start, .noField(name, nearest: nearest, known: known))
        }
        self.position = end
        guard end < self.characters.count, self.characters[end].isWhitespace else { return (field, sign) }
        self.skipSpaces()
        // What comes after spaces may be the next term, of somebody who has yet to write this one's value.
        guard !self.isTermNext, !["and", "or", "not"].contains(where: self.isNext) else {
            throw FilterMistake(column: end, .noValue(field: field.name))
        }
        return (field, sign)
    }

    /// Letters and digits and the sign behind them, with where that ends and whether spaces part them.
    private func nameAndSign(
        at start: Int
    ) -> (name: String, sign: String, end: Int, hasSpace: Bool)? {
        var end = start
        while end < self.characters.count, self.characters[end].isLetter || end > start && self.isDigit(end) {
            end += 1
        }
        guard end > start else { return nil }
        let name = String(self.characters[start..<end]).lowercased()
        let space = self.characters[end...].prefix(while: \.isWhitespace).count
        let rest = self.characters[(end + space)...].prefix(2)
        guard let sign = Self.signs.first(where: { rest.starts(with: Array($0)) }) else { return nil }
        return (name, sign, end + space + sign.count, space > 0)
    }

    /// A field of the schema and a sign are next.
    private var isTermNext: Bool {
        self.nameAndSign(at: self.position).map { self.schema.field(named: $0.name) != nil } ?? false
    }

    private func isDigit(_ index: Int) -> Bool { ("0"..."9").contains(self.characters[index]) }

    private mutating func term(_ field: FilterField, _ sign: String) throws(FilterMistake) -> Filter.Node {
        let start = self.position
        let values = try self.values()
        guard !values.isEmpty, values.allSatisfy({ !$0.isEmpty }) else {
            throw FilterMistake(column: start, .noValue(field: field.name))
        }
        let reader = FilterValueReader(
            field: field,
            sign: sign,
            column: start,
            environment: self.environment
        )
        let condition = try reader.condition(values)
        let node = Filter.Node.test(field, condition)
        return sign.hasPrefix("!") ? .not(node) : node
    }

    private mutating func values() throws(FilterMistake) -> [String] {
        guard self.position < self.characters.count, self.characters[self.position] == "{" else {
            let value = try self.text(until: { $0.isWhitespace })
            return value.isEmpty ? [] : [value]
        }
        let opened = self.position
        self.position += 1
        var values: [String] = []
        while true {
            self.skipSpaces()
            values.append(try self.text(until: { $0 == "," || $0 == "}" || $0.isWhitespace }))
            self.skipSpaces()
            guard self.position < self.characters.count else {
                throw FilterMistake(column: opened, .notClosed("{"))
            }
            let sign = self.characters[self.position]
            self.position += 1
            if sign == "}" { break }
            guard sign == "," else { throw FilterMistake(column: opened, .notClosed("{")) }
        }
        self.skipSpaces()
        return values
    }

    /// Text up to a character, or to the parenthesis that closes one before the text; quotes hide both.
    private mutating func text(until ends: (Character) -> Bool) throws(FilterMistake) -> String {
        var text = ""
        var open = 0
        var quote: Int?
        while self.position < self.characters.count {
            let character = self.characters[self.position]
            if let start = quote {
                self.position += 1
                if character == "\"" {
                    quote = nil
                } else if character == "\\", self.position < self.characters.count,
                    "\"\\".contains(self.characters[self.position])
                {
                    text.append(self.characters[self.position])
                    self.position += 1
                } else {
                    text.append(character)
                }
                if quote != nil, self.position == self.characters.count {
                    throw FilterMistake(column: start, .notClosed("\""))
                }
                continue
            }
            if ends(character) || character == ")" && open == 0 { break }
            if character == "\"" {
                quote = self.position
                guard self.position + 1 < self.characters.count else {
                    throw FilterMistake(column: self.position, .notClosed("\""))
                }
            } else {
                if character == "(" { open += 1 }
                if character == ")" { open -= 1 }
                text.append(character)
            }
            self.position += 1
        }
        self.skipSpaces()
        return text
    }

    // MARK: Characters

    /// Nothing is left, or what is left belongs to whoever opened a parenthesis.
    private var isAtEnd: Bool {
        self.position == self.characters.count || self.characters[self.position] == ")"
    }

    private mutating func skipSpaces() {
        while self.position < self.characters.count, self.characters[self.position].isWhitespace {
            self.position += 1
        }
    }

    private func isNext(word: String) -> Bool {
        let rest = self.characters[self.position...]
        guard rest.prefix(word.count).map({ $0.lowercased() }).joined() == word else { return false }
        return rest.dropFirst(word.count).first.map { $0.isWhitespace || "()".contains($0) } ?? true
    }

    private mutating func take(word: String) -> Bool {
        guard self.isNext(word: word) else { return false }
        self.position += word.count
        self.skipSpaces()
        return true
    }
}
