import HTTP
import Model

/// The rules of a listener, made for finding the first that holds without trying them all.
///
/// Made once for all workers when a snapshot is prepared, and only read afterwards.
///
/// A rule whose hosts have no wildcards can hold only for those hosts; one whose paths have none only for
/// those paths; one whose paths all begin with a whole segment (`/orders/*`) only for paths that do. Such
/// rules are entered in a hash table under what they need; the others stand in a list. A request then looks
/// in at most as many places as there are ``Kind``s, each of them in order of priority, and no further than
/// the best rule found so far. Entries are hints: a rule that is found is still compared whole, so that two
/// keys with one hash cost time and nothing else.
final class RuleTable: Sendable {
    /// What a rule is entered under.
    struct Kind: Hashable, Sendable {
        enum Path: UInt8, CaseIterable {
            case any, whole, firstSegment
        }

        let hasHost: Bool
        let path: Path

        static let all = [false, true].flatMap { hasHost in
            Path.allCases.map { Kind(hasHost: hasHost, path: $0) }
        }

        /// Under this kind there is nothing to hash.
        var isList: Bool { !self.hasHost && self.path == .any }
    }

    let rules: [CompiledRule]
    let defaultAction: CompiledAction
    /// Whether anything here looks at paths, which then must be in their normal form.
    let readsPaths: Bool
    /// Whether anything here asks who the client is.
    let readsIdentity: Bool

    /// Kinds that have entries, lists excluded.
    private let kinds: [Kind]
    /// Indices of rules, ascending.
    private let entries: [UInt64: [Int]]
    /// Indices of rules that any request may meet, ascending.
    private let unkeyed: [Int]

    /// Compiles the rules.
    ///
    /// - Throws: ``OperatorError`` for an expression that cannot be used; the service has refused it before.
    init(_ listener: ServedListener) throws(OperatorError) {
        let sorted = listener.rules.sorted { $0.priority < $1.priority }
        self.rules = try sorted.enumerated().map { index, rule throws(OperatorError) in
            try CompiledRule(rule, position: index + 1)
        }
        self.defaultAction = CompiledAction(listener.action)
        self.readsPaths = self.rules.contains { $0.readsPath }
        self.readsIdentity = self.rules.contains { $0.readsIdentity }
        var kinds: Set<Kind> = []
        var entries: [UInt64: [Int]] = [:]
        var unkeyed: [Int] = []
        for (index, rule) in sorted.enumerated() {
            let (kind, keys) = Self.keys(rule)
            guard !kind.isList else {
                unkeyed.append(index)
                continue
            }
            kinds.insert(kind)
            // A set, because two values may have one key.
            for key in Set(keys) { entries[key, default: []].append(index) }
        }
        self.kinds = Kind.all.filter(kinds.contains)
        self.entries = entries
        self.unkeyed = unkeyed
    }

    /// The first rule that holds; nil where none does and the default action decides.
    func find(_ request: borrowing RuleRequest) -> CompiledRule? {
        var best = self.rules.count
        self.search(self.unkeyed, request, &best)
        for kind in self.kinds {
            let key = Self.key(kind, host: request.host, path: request.path)
            if let found = self.entries[key] { self.search(found, request, &best) }
        }
        return best < self.rules.count ? self.rules[best] : nil
    }

    /// How many rules a request may have to be compared with; what tests hold the table to.
    func candidateCount(host: String, path: String) -> Int {
        Array(host.utf8).withUnsafeBytes { host in
            Array(path.utf8).withUnsafeBytes { path in
                self.kinds.reduce(self.unkeyed.count) {
                    $0 + (self.entries[Self.key($1, host: host, path: path)]?.count ?? 0)
                }
            }
        }
    }

    private func search(_ indices: [Int], _ request: borrowing RuleRequest, _ best: inout Int) {
        for index in indices {
            if index >= best { return }
            if self.rules[index].holds(for: request) {
                best = index
                return
            }
        }
    }

    // MARK: Keys

    private static func key(
        _ kind: Kind,
        host: UnsafeRawBufferPointer,
        path: UnsafeRawBufferPointer
    ) -> UInt64 {
        var key = RuleKey(kind)
        if kind.hasHost { key.add(lowercased: host) }
        switch kind.path {
        case .any: break
        case .whole: key.add(path)
        case .firstSegment: key.add(self.firstSegment(of: path))
        }
        return key.value
    }

    private static func keys(_ rule: ServedRule) -> (Kind, [UInt64]) {
        var hosts: [[UInt8]]?
        var paths: (kind: Kind.Path, texts: [[UInt8]]) = (.any, [])
        for condition in rule.conditions {
            switch condition {
            case .hostHeader(let values, let regexes):
                let patterns = values.map { WildcardPattern($0, ignoresCase: true) }
                if regexes.isEmpty, patterns.allSatisfy(\.isExact) {
                    hosts = patterns.map { Array($0.literalPrefix) }
                }
            case .pathPattern(let values, let regexes):
                if !regexes.isEmpty { continue }
                paths = self.pathKeys(values.map(CompiledCondition.pathPattern))
            case .httpHeader, .httpRequestMethod, .queryString, .sourceIP, .clientCertificate: break
            }
        }
        let kind = Kind(hasHost: hosts != nil, path: paths.kind)
        var keys: [UInt64] = []
        for host in hosts ?? [[]] {
            for path in paths.kind == .any ? [[]] : paths.texts {
                var key = RuleKey(kind)
                if kind.hasHost { host.withUnsafeBytes { key.add(lowercased: $0) } }
                if kind.path != .any { path.withUnsafeBytes { key.add($0) } }
                keys.append(key.value)
            }
        }
        return (kind, keys)
    }

    private static func pathKeys(_ patterns: [WildcardPattern]) -> (Kind.Path, [[UInt8]]) {
        if patterns.allSatisfy(\.isExact) { return (.whole, patterns.map { Array($0.literalPrefix) }) }
        let segments = patterns.map { pattern -> [UInt8]? in
            let prefix = Array(pattern.literalPrefix)
            return prefix.withUnsafeBytes { bytes in
                // Without a slash behind it the segment may go on behind the wildcard.
                let segment = self.firstSegment(of: bytes)
                guard bytes.first == 0x2F, pattern.isExact || segment.count < bytes.count else { return nil }
                return Array(segment)
            }
        }
        let known = segments.compactMap { $0 }
        return known.count == patterns.count ? (.firstSegment, known) : (.any, [])
    }

    /// `/orders` of `/orders/7`.
    private static func firstSegment(of path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let end = path.dropFirst().firstIndex(of: 0x2F) else { return path }
        return UnsafeRawBufferPointer(rebasing: path[..<end])
    }
}

/// FNV-1a over what a rule is entered under.
///
/// Nothing that a client sends is ever entered, so that it need not withstand one.
private struct RuleKey {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ kind: RuleTable.Kind) {
        self.add(byte: kind.path.rawValue << 1 | (kind.hasHost ? 1 : 0))
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { self.add(byte: byte) }
        self.add(byte: 0)
    }

    mutating func add(lowercased bytes: UnsafeRawBufferPointer) {
        for byte in bytes { self.add(byte: byte &- 0x41 < 26 ? byte | 0x20 : byte) }
        self.add(byte: 0)
    }

    private mutating func add(byte: UInt8) {
        self.value = (self.value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
