import HTTP
import Model

/// A request as rules see it: borrowed for the one search.
///
/// Not copyable, so that nothing keeps what it borrows.
struct RuleRequest: ~Copyable {
    let head: UnsafeRawBufferPointer
    let request: RequestHead
    let method: UnsafeRawBufferPointer
    /// Without port and trailing dot, in the letters it came in.
    let host: UnsafeRawBufferPointer
    /// In its normal form.
    let path: UnsafeRawBufferPointer
    let query: UnsafeRawBufferPointer?
    let peer: IPAddress
    /// The client was verified, and passed.
    let isVerified: Bool
    /// nil unless it is verified.
    let identity: ClientIdentity?
    /// For decoding parameters of the query.
    let scratch: ByteBuffer
}

/// A rule, ready for requests.
final class CompiledRule: Sendable {
    let priority: Int
    /// Among the listener's rules, from 1.
    let position: Int
    let conditions: [CompiledCondition]
    let action: CompiledAction
    let hostRewrite: RegexRewrite?
    let urlRewrite: RegexRewrite?

    init(_ rule: ServedRule, position: Int) throws(OperatorError) {
        self.priority = rule.priority
        self.position = position
        self.conditions = try rule.conditions.map { condition throws(OperatorError) in
            try CompiledCondition(condition)
        }
        self.action = CompiledAction(rule.action)
        self.hostRewrite = try rule.transforms.hostHeaderRewrite.map { rewrite throws(OperatorError) in
            try RegexRewrite(rewrite, ignoresCase: true)
        }
        self.urlRewrite = try rule.transforms.urlRewrite.map { rewrite throws(OperatorError) in
            try RegexRewrite(rewrite, ignoresCase: false)
        }
    }

    var readsIdentity: Bool {
        self.conditions.contains { $0.readsIdentity }
    }

    var readsPath: Bool {
        self.urlRewrite != nil || self.conditions.contains { $0.readsPath }
    }

    func holds(for request: borrowing RuleRequest) -> Bool {
        for condition in self.conditions where !condition.holds(for: request) { return false }
        return true
    }
}

/// One condition, ready for requests.
enum CompiledCondition: Sendable {
    case host(Texts)
    case path(Texts)
    case header(name: [UInt8], Texts)
    case method([[UInt8]])
    case query([Parameter])
    case source([AddressRange])
    case clientIsVerified(Bool)
    case clientName(IdentityMatcher)
    case clientFingerprint([[UInt8]])

    /// What a text may be.
    struct Texts: Sendable {
        let patterns: [WildcardPattern]
        let expressions: [RegularExpression]

        init(_ patterns: [WildcardPattern], _ regexes: [String], ignoresCase: Bool) throws(OperatorError) {
            self.patterns = patterns
            self.expressions = try regexes.map { regex throws(OperatorError) in
                try RegularExpression(regex, ignoresCase: ignoresCase)
            }
        }

        func matches(_ text: UnsafeRawBufferPointer) -> Bool {
            for pattern in self.patterns where pattern.matches(text) { return true }
            for expression in self.expressions where expression.matches(text) { return true }
            return false
        }
    }

    struct Parameter: Sendable {
        let key: WildcardPattern?
        let value: WildcardPattern
    }

    init(_ condition: RuleCondition) throws(OperatorError) {
        switch condition {
        case .hostHeader(let values, let regexes):
            let patterns = values.map { WildcardPattern($0, ignoresCase: true) }
            self = .host(try Texts(patterns, regexes, ignoresCase: true))
        case .pathPattern(let values, let regexes):
            self = .path(try Texts(values.map(Self.pathPattern), regexes, ignoresCase: false))
        case .httpHeader(let name, let values, let regexes):
            let patterns = values.map { WildcardPattern($0, ignoresCase: true) }
            self = .header(name: Array(name.utf8), try Texts(patterns, regexes, ignoresCase: true))
        case .httpRequestMethod(let values):
            self = .method(values.map { Array($0.utf8) })
        case .queryString(let values):
            self = .query(
                values.map { pattern in
                    Parameter(
                        key: pattern.key.map {
                            WildcardPattern($0, ignoresCase: true, allowsEscapes: true)
                        },
                        value: WildcardPattern(pattern.value, ignoresCase: true, allowsEscapes: true)
                    )
                }
            )
        case .sourceIP(let values):
            self = .source(values)
        case .clientCertificate(.present(let isPresent)):
            self = .clientIsVerified(isPresent)
        case .clientCertificate(.name(let filter)):
            self = .clientName(IdentityMatcher(filter))
        case .clientCertificate(.fingerprint(let values)):
            self = .clientFingerprint(values.map { Array($0.utf8) })
        }
    }

    /// A pattern in the form that ``RequestPath`` gives paths.
    static func pathPattern(_ value: String) -> WildcardPattern {
        let escaped = value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "%22")
        return WildcardPattern(escaped, ignoresCase: false)
    }

    var readsPath: Bool {
        if case .path = self { return true }
        return false
    }

    var readsIdentity: Bool {
        switch self {
        case .clientIsVerified, .clientName, .clientFingerprint: true
        default: false
        }
    }

    func holds(for request: borrowing RuleRequest) -> Bool {
        switch self {
        case .host(let texts): return texts.matches(request.host)
        case .path(let texts): return texts.matches(request.path)
        case .header(let name, let texts):
            return name.withUnsafeBytes { name in
                request.request.hasHeader(name, in: request.head) { texts.matches($0) }
            }
        case .method(let methods):
            for method in methods where method.elementsEqual(request.method) { return true }
            return false
        case .query(let patterns):
            guard let query = request.query else { return false }
            return Self.any(patterns, of: query, request.scratch)
        case .source(let ranges):
            for range in ranges where range.contains(request.peer) { return true }
            return false
        case .clientIsVerified(let isPresent): return request.isVerified == isPresent
        case .clientName(let matcher):
            guard request.isVerified, let identity = request.identity else { return false }
            return matcher.matches(identity)
        case .clientFingerprint(let values):
            guard request.isVerified, let identity = request.identity else { return false }
            return values.contains(identity.fingerprint)
        }
    }

    private static func any(
        _ patterns: [Parameter],
        of query: UnsafeRawBufferPointer,
        _ scratch: ByteBuffer
    ) -> Bool {
        var parameters = QueryParameters(query)
        while let keyEnd = parameters.next(into: scratch) {
            let key = UnsafeRawBufferPointer(rebasing: scratch.bytes[..<keyEnd])
            let value = UnsafeRawBufferPointer(rebasing: scratch.bytes[keyEnd...])
            for pattern in patterns where pattern.value.matches(value) && pattern.key?.matches(key) ?? true {
                return true
            }
        }
        return false
    }
}

/// What is done with a request, ready for requests.
enum CompiledAction: Sendable {
    case fixedResponse(FixedResponse)
    case forward(targetGroupID: ResourceID, targets: [Endpoint])
    case redirect(RedirectTemplate)
    case weighted(WeightedGroups)

    init(_ action: ServedAction) {
        switch action {
        case .fixedResponse(let response): self = .fixedResponse(response)
        case .forward(let group, let targets): self = .forward(targetGroupID: group, targets: targets)
        case .redirect(let redirect): self = .redirect(RedirectTemplate(redirect))
        case .weightedForward(let groups, let seconds):
            self = .weighted(WeightedGroups(groups, stickinessSeconds: seconds))
        }
    }
}

/// The groups of a weighted forward, ready for requests.
final class WeightedGroups: Sendable {
    let groups: [ServedWeightedGroup]
    let stickinessSeconds: Int?
    private let total: UInt64

    init(_ groups: [ServedWeightedGroup], stickinessSeconds: Int?) {
        self.groups = groups
        self.stickinessSeconds = stickinessSeconds
        self.total = groups.reduce(0) { $0 + UInt64(clamping: $1.weight) }
    }

    /// The index of a group, each with the chance of its weight; nil where none has any.
    func choose(_ random: UInt64) -> Int? {
        guard self.total > 0 else { return nil }
        var rest = random % self.total
        for index in self.groups.indices {
            let weight = UInt64(clamping: self.groups[index].weight)
            if rest < weight { return index }
            rest -= weight
        }
        return nil
    }
}
