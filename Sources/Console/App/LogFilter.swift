import CNcurses
import Model

/// Which records of the log are shown.
///
///     filter = { ["and"] ["not"] ( field ":" pattern | word ) }
///
/// Everything named must hold. A pattern is a whole value in which `*` and `?` stand for anything; a word
/// may occur anywhere in the record. Case makes no difference.
struct LogFilter: Hashable, Sendable {
    enum Field: String, CaseIterable, Sendable {
        case outcome, reason, listener, client, mode, subject, cn, issuer, serial, sni, tls
    }

    private struct Term: Hashable, Sendable {
        let field: Field?
        let pattern: [UInt8]
        let isNegated: Bool
    }

    /// What is wrong with a filter, and where.
    struct Mistake: Error, Hashable {
        /// The character it begins at, from 0.
        let column: Int
        let message: String
    }

    private let terms: [Term]
    /// Only handshakes that did not complete.
    var failedOnly: Bool

    static let all = LogFilter()

    var isEmpty: Bool { self.terms.isEmpty && !self.failedOnly }

    private init() {
        self.terms = []
        self.failedOnly = false
    }

    /// Reads a filter.
    ///
    /// - Throws: ``Mistake`` for a field that there is not, and for an end where more is needed.
    init(_ text: String, failedOnly: Bool = false) throws(Mistake) {
        var terms: [Term] = []
        var isNegated = false
        var column = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            defer { column += word.count + 1 }
            if word.isEmpty || word == "and" { continue }
            if word == "not" {
                isNegated.toggle()
                continue
            }
            var field: Field?
            var pattern = word
            // A colon makes a field only after letters: `[::1]:443` is a word.
            if let colon = word.firstIndex(of: ":"), colon > word.startIndex,
                word[..<colon].allSatisfy({ $0.isLetter })
            {
                let name = word[..<colon].lowercased()
                guard let known = Field(rawValue: name) else {
                    let fields = Field.allCases.map(\.rawValue)
                    let guess = Nearest.word(to: name, among: fields).map { "did you mean \($0)?" }
                    throw Mistake(
                        column: column,
                        message: "no field \(name): \(guess ?? fields.joined(separator: " "))"
                    )
                }
                field = known
                pattern = word[word.index(after: colon)...]
                guard !pattern.isEmpty else {
                    throw Mistake(column: column + word.count, message: "\(name): needs a value")
                }
            }
            terms.append(
                Term(field: field, pattern: Array(pattern.lowercased().utf8), isNegated: isNegated)
            )
            isNegated = false
        }
        if isNegated { throw Mistake(column: text.count, message: "not needs something after it") }
        self.terms = terms
        self.failedOnly = failedOnly
    }

    func matches(_ entry: EventLog.Entry) -> Bool {
        if self.failedOnly, !entry.record.isFailure { return false }
        return self.terms.allSatisfy { Self.holds($0, entry) != $0.isNegated }
    }

    private static func holds(_ term: Term, _ entry: EventLog.Entry) -> Bool {
        guard let field = term.field else {
            return cncurses_contains(entry.haystack, entry.haystack.count, term.pattern, term.pattern.count)
        }
        return self.values(field, of: entry).contains {
            Self.matches(Array($0.lowercased().utf8), term.pattern)
        }
    }

    private static func values(_ field: Field, of entry: EventLog.Entry) -> [String] {
        let record = entry.record
        let tls = record.tls
        let leaf = tls?.leaf
        let values: [String?] =
            switch field {
            case .outcome: record.isFailure ? ["fail", "failed"] : ["ok", "success"]
            case .reason: [tls?.outcome.shortWord, tls?.outcome.reason?.rawValue]
            case .listener: [record.listenerName, String(record.listenerPort)]
            case .client: [record.client.address.description, record.client.description]
            case .mode: [tls?.mode.rawValue]
            case .subject: [leaf.map { NameText.readable($0.subject) }]
            case .cn: [entry.identity.map { String($0.dropFirst($0.hasPrefix("CN=") ? 3 : 0)) }]
            case .issuer: [leaf.map { NameText.readable($0.issuer) }]
            case .serial: [leaf?.serialNumber]
            case .sni: [tls?.serverName]
            case .tls: [tls?.version, tls?.version.map { String($0.dropFirst(4)) }]
            }
        return values.compactMap { $0 }
    }

    /// Whether a whole value fits a pattern with `*` and `?`; linear in their product at worst.
    private static func matches(_ value: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (v, p) = (0, 0)
        var star: (pattern: Int, value: Int)?
        while v < value.count {
            if p < pattern.count, pattern[p] == 0x2A {
                star = (p, v)
                p += 1
            } else if p < pattern.count, pattern[p] == value[v] || pattern[p] == 0x3F {
                v += 1
                p += 1
            } else if let last = star {
                p = last.pattern + 1
                v = last.value + 1
                star = (last.pattern, v)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == 0x2A }
    }
}
