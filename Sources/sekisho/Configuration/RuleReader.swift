import Model
import Yams

/// Reads one entry of `rules` of a listener.
enum RuleReader {
    static func read(_ field: Field) -> DesiredRule? {
        let keys = ["actions", "conditions", "priority", "transforms"]
        guard let mapping = field.mapping(of: "a rule", keys: keys) else { return nil }
        let priority = mapping.required("priority")?.integer(in: Rule.priorities)
        let conditions = self.entries(mapping.required("conditions"), self.condition)
        let actions = self.entries(mapping.required("actions"), ActionReader.read)
        let transforms = mapping.optional("transforms").map(self.transforms)
        guard let priority else { return nil }
        return DesiredRule(
            priority: priority,
            conditions: conditions,
            actions: actions,
            transforms: transforms ?? .none
        )
    }

    /// Reads every entry of a list, the faulty ones too, so that all problems are found at once.
    private static func entries<Entry>(_ field: Field?, _ read: (Field) -> Entry?) -> [Entry] {
        field?.list()?.compactMap(read) ?? []
    }

    private static func condition(_ field: Field) -> RuleCondition? {
        let keys = ["attribute", "field", "httpHeaderName", "present", "regexValues", "values"]
        guard let mapping = field.mapping(of: "a condition", keys: keys),
            let kind = mapping.required("field")?.choice(of: RuleCondition.Field.self)
        else { return nil }
        if kind == .clientCertificate { return self.clientCertificate(mapping) }
        for key in ["attribute", "present"] {
            guard let field = mapping.optional(key) else { continue }
            field.refuse("\(key) is for conditions on client-certificate.", hint: "Remove it.")
            return nil
        }
        let regexField = mapping.optional("regexValues")
        let values = regexField == nil ? mapping.required("values") : mapping.optional("values")
        if let regexField, ![.hostHeader, .pathPattern, .httpHeader].contains(kind) {
            regexField.refuse(
                "regexValues are for conditions on host-header, path-pattern and http-header.",
                hint: "Write values."
            )
            return nil
        }
        let regexes = self.entries(regexField) { $0.text() }
        if kind != .httpHeader, let name = mapping.optional("httpHeaderName") {
            name.refuse("httpHeaderName is for conditions on the field http-header.", hint: "Remove it.")
            return nil
        }
        switch kind {
        case .hostHeader:
            return .hostHeader(values: self.entries(values) { $0.text() }, regexValues: regexes)
        case .pathPattern:
            return .pathPattern(values: self.entries(values) { $0.text() }, regexValues: regexes)
        case .httpRequestMethod: return .httpRequestMethod(values: self.entries(values) { $0.text() })
        case .httpHeader:
            let texts = self.entries(values) { $0.text() }
            guard let name = mapping.required("httpHeaderName")?.text() else { return nil }
            return .httpHeader(name: name, values: texts, regexValues: regexes)
        case .queryString: return .queryString(values: self.entries(values, self.queryPattern))
        case .sourceIP: return .sourceIP(values: self.entries(values, self.range))
        case .clientCertificate: return nil
        }
    }

    /// What of a client's certificate a condition asks for, beside its presence.
    private enum ClientAttribute: String, CaseIterable {
        case subjectCN = "subject-cn"
        case subjectOU = "subject-ou"
        case dnsName = "san-dns"
        case uri = "san-uri"
        case spiffeID = "spiffe-id"
        case fingerprint
    }

    private static func clientCertificate(_ mapping: Mapping) -> RuleCondition? {
        for key in ["httpHeaderName", "regexValues"] {
            guard let field = mapping.optional(key) else { continue }
            field.refuse("\(key) is not for conditions on client-certificate.", hint: "Remove it.")
            return nil
        }
        if let present = mapping.optional("present") {
            for key in ["attribute", "values"] {
                mapping.optional(key)?.refuse(
                    "\(key) does not go with present.",
                    hint: "Make two conditions."
                )
            }
            return present.boolean().map { .clientCertificate(.present($0)) }
        }
        let attribute = mapping.required("attribute")?.choice(of: ClientAttribute.self)
        let values = self.entries(mapping.required("values")) { $0.text() }
        guard let attribute else { return nil }
        guard let field = IdentityFilter.Field(rawValue: attribute.rawValue) else {
            let pins = values.map { ClientRequirements.fingerprint($0) ?? $0 }
            return .clientCertificate(.fingerprint(values: pins))
        }
        return .clientCertificate(.name(IdentityFilter(field: field, values: values)))
    }

    private static func transforms(_ field: Field) -> RuleTransforms {
        var transforms = RuleTransforms.none
        for entry in field.list() ?? [] {
            guard let mapping = entry.mapping(of: "a transform", keys: ["regex", "replace", "type"]),
                let kind = mapping.required("type")?.choice(of: RuleTransforms.Kind.self),
                let regex = mapping.required("regex")?.text(), let replaceField = mapping.required("replace")
            else { continue }
            // To replace by nothing is allowed.
            let isEmpty = replaceField.node.string?.isEmpty == true
            guard let replace = isEmpty ? "" : replaceField.text() else { continue }
            let rewrite = Rewrite(regex: regex, replace: replace)
            let known =
                kind == .urlRewrite ? transforms.urlRewrite : transforms.hostHeaderRewrite
            guard known == nil else {
                entry.refuse("The rule has two transforms of type \(kind.rawValue).", hint: "Keep one.")
                continue
            }
            switch kind {
            case .urlRewrite: transforms.urlRewrite = rewrite
            case .hostHeaderRewrite: transforms.hostHeaderRewrite = rewrite
            }
        }
        return transforms
    }

    private static func queryPattern(_ field: Field) -> QueryPattern? {
        guard let mapping = field.mapping(of: "a query-string value", keys: ["key", "value"]),
            let value = mapping.required("value")?.text()
        else { return nil }
        return QueryPattern(key: mapping.optional("key")?.text(), value: value)
    }

    static func range(_ field: Field) -> AddressRange? {
        guard let text = field.text() else { return nil }
        guard let range = AddressRange(text) else {
            field.refuse(
                "\(field.name) is \"\(text)\", which is not a range of addresses.",
                hint: "Write it with its prefix length, such as 10.0.0.0/8 or 2001:db8::/32."
            )
            return nil
        }
        return range
    }
}
