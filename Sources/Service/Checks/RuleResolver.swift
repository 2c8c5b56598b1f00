import Model

/// What the declared rules of a listener must be.
///
/// Rules are recognised by their priority and keep the identifier they have.
struct RuleResolver {
    let actions: ActionChecks

    func resolve(
        _ wanted: DesiredListener,
        name: String,
        known: Listener?,
        path: String
    ) throws(OperatorError) -> [Rule] {
        var priorities: Set<Int> = []
        var rules: [Rule] = []
        for (index, rule) in wanted.rules.enumerated() {
            let path = "\(path).rules[\(index)]"
            guard Rule.priorities.contains(rule.priority) else {
                throw .outOfRange(
                    "\(path).priority",
                    got: "\(rule.priority)",
                    allowed: "\(Rule.priorities.lowerBound)–\(Rule.priorities.upperBound)"
                )
            }
            guard priorities.insert(rule.priority).inserted else {
                throw OperatorError(
                    .priorityInUse,
                    subject: "\(path).priority",
                    message: "Listener \(name) has two rules with priority \(rule.priority).",
                    hint: "Give one of them another; the lower number is tried first."
                )
            }
            let owner = "Rule \(rule.priority) of listener \(name)"
            do {
                try RuleCondition.check(rule.conditions)
            } catch {
                throw OperatorError(
                    error.code,
                    subject: "\(path).conditions\(error.subject)",
                    message: "\(owner): \(error.message)",
                    hint: error.hint
                )
            }
            let action = try self.actions.resolve(
                rule.actions,
                of: owner,
                speaks: wanted.protocol,
                path: "\(path).actions"
            )
            try self.checkTransforms(rule.transforms, action, owner: owner, path: path)
            rules.append(
                Rule(
                    id: known?.rules.first { $0.priority == rule.priority }?.id ?? .random(),
                    priority: rule.priority,
                    conditions: rule.conditions,
                    action: action,
                    transforms: rule.transforms
                )
            )
        }
        return rules
    }

    private func checkTransforms(
        _ transforms: RuleTransforms,
        _ action: Action,
        owner: String,
        path: String
    ) throws(OperatorError) {
        guard transforms != .none else { return }
        switch action {
        case .forward, .weightedForward: break
        case .fixedResponse, .redirect:
            throw OperatorError(
                .validationError,
                subject: "\(path).transforms",
                message: "\(owner) has transforms and forwards to no target that would see what they change.",
                hint: "Remove them, or make the action forward."
            )
        }
        do {
            try transforms.check()
        } catch {
            throw OperatorError(
                error.code,
                subject: "\(path).transforms",
                message: "\(owner), \(error.subject): \(error.message)",
                hint: error.hint
            )
        }
    }
}
