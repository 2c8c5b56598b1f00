/// What conditions must be, whoever declares them (`elbv2-api` 4.6 and 5.1).
extension RuleCondition {
    /// Says what is not allowed about the conditions of one rule.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the offending field below `conditions`:
    ///   `[0].values[1]`, or empty for the list itself.
    public static func check(_ conditions: [RuleCondition]) throws(OperatorError) {
        guard !conditions.isEmpty else {
            throw Self.invalid(
                "",
                "The rule has no condition.",
                "Give it one; what to do with every request is the listener's default action."
            )
        }
        var fields: Set<Field> = []
        for (index, condition) in conditions.enumerated() {
            let mayRepeat = [.httpHeader, .queryString, .clientCertificate].contains(condition.field)
            guard fields.insert(condition.field).inserted || mayRepeat else {
                throw Self.invalid(
                    "[\(index)].field",
                    "The rule has two conditions on \(condition.field.rawValue).",
                    "Make one of them, with the values of both, or make two rules."
                )
            }
            do throws(OperatorError) {
                try condition.check()
            } catch {
                throw error.about("[\(index)].\(error.subject)")
            }
        }
        try Self.checkSum(conditions.reduce(0) { $0 + $1.valueCount }, Quotas.valuesPerRule, "values")
        try Self.checkSum(
            conditions.reduce(0) { $0 + $1.wildcardCount },
            Quotas.wildcardsPerRule,
            "wildcards"
        )
    }

    private static func checkSum(_ count: Int, _ quota: Int, _ what: String) throws(OperatorError) {
        guard count > quota else { return }
        throw OperatorError(
            .quotaExceeded,
            subject: "",
            message: "The conditions of the rule have \(count) \(what); at most \(quota) are allowed.",
            hint: "Divide them between several rules."
        )
    }

    private var valueCount: Int {
        switch self {
        case .hostHeader(let values, let regexes), .pathPattern(let values, let regexes),
            .httpHeader(_, let values, let regexes):
            values.count + regexes.count
        case .httpRequestMethod(let values): values.count
        case .queryString(let values): values.count
        case .sourceIP(let values): values.count
        case .clientCertificate(.present): 1
        case .clientCertificate(.name(let filter)): filter.values.count
        case .clientCertificate(.fingerprint(let values)): values.count
        }
    }

    private var wildcardCount: Int {
        switch self {
        case .hostHeader(let values, _), .pathPattern(let values, _), .httpHeader(_, let values, _):
            values.reduce(0) { $0 + WildcardPattern($1, ignoresCase: false).wildcardCount }
        case .queryString(let values):
            values.reduce(0) { sum, pattern in
                let key = pattern.key.map { WildcardPattern($0, ignoresCase: true, allowsEscapes: true) }
                let value = WildcardPattern(pattern.value, ignoresCase: true, allowsEscapes: true)
                return sum + (key?.wildcardCount ?? 0) + value.wildcardCount
            }
        case .clientCertificate(.name(let filter)):
            filter.values.reduce(0) { sum, value in sum + value.utf8.count { $0 == 0x2A } }
        case .httpRequestMethod, .sourceIP, .clientCertificate: 0
        }
    }

    private func check() throws(OperatorError) {
        guard (1...Quotas.valuesPerCondition).contains(self.valueCount) else {
            throw .outOfRange(
                "values",
                got: "\(self.valueCount) values long",
                allowed: "1–\(Quotas.valuesPerCondition) values"
            )
        }
        switch self {
        case .hostHeader(let values, let regexes):
            try Self.each(values, Self.checkHost)
            try Self.checkExpressions(regexes, ignoresCase: true)
        case .pathPattern(let values, let regexes):
            try Self.each(values, Self.checkPath)
            try Self.checkExpressions(regexes, ignoresCase: false)
        case .httpHeader(let name, let values, let regexes):
            try Self.checkHeaderName(name)
            try Self.checkExpressions(regexes, ignoresCase: true)
            try Self.each(values) { (value) throws(OperatorError) in
                try Self.checkText(value, 1...128) { (0x20...0x7E).contains($0) }
            }
        case .httpRequestMethod(let values):
            try Self.each(values) { (value) throws(OperatorError) in
                try Self.checkText(value, 1...40) {
                    (0x41...0x5A).contains($0) || $0 == 0x2D || $0 == 0x5F
                }
            }
        case .queryString(let values):
            for (index, pattern) in values.enumerated() {
                do throws(OperatorError) {
                    if let key = pattern.key { try Self.checkText(key, 1...128, Self.isVisible) }
                } catch {
                    throw error.about("values[\(index)].key")
                }
                do throws(OperatorError) {
                    try Self.checkText(pattern.value, 1...128, Self.isVisible)
                } catch {
                    throw error.about("values[\(index)].value")
                }
            }
        case .sourceIP(let values): try Self.each(values, Self.checkRange)
        case .clientCertificate(.present): break
        case .clientCertificate(.name(let filter)): try filter.check()
        case .clientCertificate(.fingerprint(let values)):
            try Self.each(values) { (value) throws(OperatorError) in
                guard ClientRequirements.fingerprint(value) == value else {
                    throw Self.invalid(
                        "",
                        "\"\(value)\" is no SHA-256 fingerprint.",
                        "Write 64 hexadecimal digits, with or without colons."
                    )
                }
            }
        }
    }

    private static func each<Value>(
        _ values: [Value],
        _ check: (Value) throws(OperatorError) -> Void
    ) throws(OperatorError) {
        for (index, value) in values.enumerated() {
            do throws(OperatorError) {
                try check(value)
            } catch {
                throw error.about("values[\(index)]")
            }
        }
    }

    private static func checkExpressions(
        _ values: [String],
        ignoresCase: Bool
    ) throws(OperatorError) {
        for (index, value) in values.enumerated() {
            do throws(OperatorError) {
                try self.checkText(value, 1...RegularExpression.maximumLength) { (0x20...0x7E).contains($0) }
                _ = try RegularExpression(value, ignoresCase: ignoresCase)
            } catch {
                throw error.about("regexValues[\(index)]")
            }
        }
    }

    private static func checkHost(_ value: String) throws(OperatorError) {
        try self.checkText(value, 1...128) {
            self.isAlphanumeric($0) || "-.*?".utf8.contains($0)
        }
        guard let dot = value.lastIndex(of: "."), dot > value.startIndex,
            case let last = value[value.index(after: dot)...], !last.isEmpty,
            last.utf8.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) })
        else {
            throw self.invalid(
                "",
                "\"\(value)\" is no host name of at least two labels that ends in letters.",
                "Write the whole name, such as www.example.net or *.example.net."
            )
        }
    }

    private static func checkPath(_ value: String) throws(OperatorError) {
        try self.checkText(value, 1...128) {
            self.isAlphanumeric($0) || "_-.$/~\"'@:+&*?".utf8.contains($0)
        }
        guard value.first == "/" || value.first == "*" || value.first == "?" else {
            throw self.invalid(
                "",
                "The path \"\(value)\" begins with neither / nor a wildcard, so no path would match it.",
                "Begin it with /."
            )
        }
        let segments = value.split(separator: "/", omittingEmptySubsequences: false)
        guard !value.contains("//"), !segments.contains("."), !segments.contains("..") else {
            throw self.invalid(
                "",
                "The path \"\(value)\" has an empty segment, . or .., which paths in their normal form have not.",
                "Write the path as it is after they are resolved."
            )
        }
    }

    private static func checkHeaderName(_ name: String) throws(OperatorError) {
        let isToken = name.utf8.allSatisfy { self.isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
        guard (1...40).contains(name.utf8.count), isToken else {
            throw self.invalid(
                "httpHeaderName",
                "\"\(name)\" is no header name of 1–40 characters.",
                "Write the name alone, such as X-Environment."
            )
        }
        let lowercased = name.lowercased()
        guard lowercased != "host" else {
            throw self.invalid(
                "httpHeaderName",
                "A condition on the header Host has a field of its own.",
                "Write field: host-header."
            )
        }
        let ours = [
            "x-forwarded-proto", "x-forwarded-port", "client-cert", "client-cert-chain",
            "x-forwarded-client-cert",
        ]
        guard !lowercased.hasPrefix("x-amzn-mtls-"), !lowercased.hasPrefix("x-sekisho-"),
            !ours.contains(lowercased)
        else {
            throw self.invalid(
                "httpHeaderName",
                "\(name) is a header that the gate sets; what a client says in it is dropped, so no request "
                    + "would match.",
                "Choose another header."
            )
        }
    }

    private static func checkRange(_ range: AddressRange) throws(OperatorError) {
        guard range.isCanonical else {
            throw self.invalid(
                "",
                "\(range) has bits set behind its prefix.",
                "Write \(range.canonical), or /\(range.address.isIPv6 ? 128 : 32) for one address."
            )
        }
        guard range != AddressRange("255.255.255.255/32") else {
            throw self.invalid("", "\(range) is no address of a client.", "Choose another range.")
        }
    }

    private static func checkText(
        _ value: String,
        _ lengths: ClosedRange<Int>,
        _ isAllowed: (UInt8) -> Bool
    ) throws(OperatorError) {
        guard lengths.contains(value.utf8.count) else {
            throw .outOfRange(
                "value",
                got: "\(value.utf8.count) characters long",
                allowed: "\(lengths.lowerBound)–\(lengths.upperBound) characters"
            )
        }
        if let strange = value.unicodeScalars.first(where: { scalar in
            !(scalar.isASCII && isAllowed(UInt8(truncatingIfNeeded: scalar.value)))
        }) {
            throw self.invalid(
                "",
                "\"\(value)\" holds U+\(String(strange.value, radix: 16, uppercase: true)), "
                    + "which cannot stand there.",
                "Remove it."
            )
        }
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    private static func invalid(_ subject: String, _ message: String, _ hint: String) -> OperatorError {
        OperatorError(.validationError, subject: subject, message: message, hint: hint)
    }
}
