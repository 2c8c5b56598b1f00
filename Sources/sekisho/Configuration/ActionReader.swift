import Model
import Yams

/// Reads one entry of `defaultActions` of a listener, or of `actions` of a rule.
enum ActionReader {
    private enum ActionType: String, CaseIterable {
        case forward
        case fixedResponse = "fixed-response"
        case redirect

        /// What the type allows beside `type`.
        var keys: [String] {
            switch self {
            case .forward: ["stickiness", "targetGroup", "targetGroups", "type"]
            case .fixedResponse: ["contentType", "messageBody", "statusCode", "type"]
            case .redirect: ["host", "path", "port", "protocol", "query", "statusCode", "type"]
            }
        }
    }

    static func read(_ field: Field) -> DesiredAction? {
        // The type is read first, since the other keys depend on it.
        guard case .mapping(let node) = field.node, let typeNode = node["type"] else {
            let all = ActionType.allCases.flatMap(\.keys)
            _ = field.mapping(of: "an action", keys: all)?.required("type")
            return nil
        }
        let typeField = Field(typeNode, path: "\(field.path).type", findings: field.findings)
        guard let type = typeField.choice(of: ActionType.self),
            let mapping = field.mapping(of: "a \(type.rawValue) action", keys: type.keys)
        else { return nil }
        switch type {
        case .forward:
            return self.forward(mapping)
        case .fixedResponse:
            return self.fixedResponse(mapping, at: field)
        case .redirect:
            return self.redirect(mapping)
        }
    }

    /// To one group by its name, or to several by their weights.
    private static func forward(_ mapping: Mapping) -> DesiredAction? {
        guard let list = mapping.optional("targetGroups") else {
            if let field = mapping.optional("stickiness") {
                field.refuse(
                    "stickiness keeps clients with one of several target groups, and here is only one.",
                    hint: "Name the groups under targetGroups."
                )
                return nil
            }
            return mapping.required("targetGroup")?.text().map { .forward(targetGroup: $0) }
        }
        if let field = mapping.optional("targetGroup") {
            field.refuse("A forward has targetGroup or targetGroups.", hint: "Remove one of them.")
            return nil
        }
        let groups = list.list()?.compactMap(self.weightedGroup) ?? []
        let seconds = mapping.optional("stickiness").map(self.stickiness)
        return .weightedForward(DesiredWeightedForward(groups: groups, stickinessSeconds: seconds ?? nil))
    }

    private static func weightedGroup(_ field: Field) -> DesiredWeightedForward.Group? {
        let keys = ["targetGroup", "weight"]
        guard let mapping = field.mapping(of: "a weighted target group", keys: keys) else { return nil }
        let name = mapping.required("targetGroup")?.text()
        let weight = mapping.required("weight")?.integer(in: WeightedForward.weights)
        guard let name, let weight else { return nil }
        return DesiredWeightedForward.Group(targetGroup: name, weight: weight)
    }

    private static func stickiness(_ field: Field) -> Int? {
        field.mapping(of: "stickiness", keys: ["durationSeconds"])?.required("durationSeconds")?
            .integer(in: WeightedForward.stickinessSeconds)
    }

    private static func fixedResponse(_ mapping: Mapping, at field: Field) -> DesiredAction? {
        let status = mapping.required("statusCode")?.integer(in: 200...599)
        let type = mapping.optional("contentType").map { $0.text() } ?? FixedResponse.contentTypes[0]
        let body = mapping.optional("messageBody").map { $0.text() } ?? ""
        guard let status, let type, let body else { return nil }
        do throws(OperatorError) {
            return .fixedResponse(
                try FixedResponse(statusCode: status, contentType: type, messageBody: body)
            )
        } catch {
            (mapping.optional(error.subject) ?? field).refuse(error.message, hint: error.hint)
            return nil
        }
    }

    /// What is not there stays as the request has it.
    private static func redirect(_ mapping: Mapping) -> DesiredAction? {
        guard let status = mapping.required("statusCode")?.choice(of: Redirect.Status.self) else {
            return nil
        }
        var redirect = Redirect(statusCode: status)
        if let value = mapping.optional("protocol")?.text() { redirect.protocol = value }
        if let value = mapping.optional("host")?.text() { redirect.host = value }
        if let value = mapping.optional("port")?.text() { redirect.port = value }
        if let value = mapping.optional("path")?.text() { redirect.path = value }
        // The one part that may be empty: it takes the query away.
        if let field = mapping.optional("query") {
            if field.node.string?.isEmpty == true {
                redirect.query = ""
            } else if let value = field.text() {
                redirect.query = value
            }
        }
        return .redirect(redirect)
    }
}
