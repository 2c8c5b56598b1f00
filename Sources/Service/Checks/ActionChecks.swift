import Model

/// What declared actions must be, be it a listener's default action or a rule's.
struct ActionChecks {
    let targetGroups: [TargetGroup]

    /// The one action of a listener or rule; there must be exactly one.
    ///
    /// `owner` is for messages, `Listener edge-8443`; `path` is that of the list.
    func resolve(
        _ wanted: [DesiredAction],
        of owner: String,
        speaks: Listener.ListenerProtocol,
        path: String
    ) throws(OperatorError) -> Action {
        guard wanted.count == 1 else {
            let kind = path.hasSuffix("defaultActions") ? "default actions" : "actions"
            throw OperatorError(
                .validationError,
                subject: path,
                message: "\(owner) has \(wanted.count) \(kind); it needs exactly one.",
                hint: "Keep one action: forward, redirect or fixed-response."
            )
        }
        switch wanted[0] {
        case .forward(let target):
            return .forward(
                targetGroupID: try self.group(target, for: speaks, field: "\(path)[0].targetGroup")
            )
        case .fixedResponse(let response):
            // Checked once more: a decoded value has not been through the initialiser.
            do {
                return .fixedResponse(
                    try FixedResponse(
                        statusCode: response.statusCode,
                        contentType: response.contentType,
                        messageBody: response.messageBody
                    )
                )
            } catch {
                throw error.about("\(path)[0].\(error.subject)")
            }
        case .weightedForward(let forward):
            return .weightedForward(try self.weighted(forward, of: owner, speaks: speaks, path: "\(path)[0]"))
        case .redirect(let redirect):
            do {
                try redirect.check(on: speaks)
            } catch {
                throw error.about("\(path)[0].\(error.subject)")
            }
            return .redirect(redirect)
        }
    }

    private func weighted(
        _ wanted: DesiredWeightedForward,
        of owner: String,
        speaks: Listener.ListenerProtocol,
        path: String
    ) throws(OperatorError) -> WeightedForward {
        let field = "\(path).targetGroups"
        guard WeightedForward.counts.contains(wanted.groups.count) else {
            throw .outOfRange(field, got: "\(wanted.groups.count) groups long", allowed: "1–5 groups")
        }
        var groups: [WeightedForward.Group] = []
        for (index, group) in wanted.groups.enumerated() {
            let field = "\(field)[\(index)]"
            let id = try self.group(group.targetGroup, for: speaks, field: "\(field).targetGroup")
            guard WeightedForward.weights.contains(group.weight) else {
                throw .outOfRange("\(field).weight", got: "\(group.weight)", allowed: "0–999")
            }
            guard !groups.contains(where: { $0.targetGroupID == id }) else {
                throw OperatorError(
                    .validationError,
                    subject: "\(field).targetGroup",
                    message: "\(owner) forwards to \(group.targetGroup) twice.",
                    hint: "Name it once, with the sum of the weights."
                )
            }
            groups.append(WeightedForward.Group(targetGroupID: id, weight: group.weight))
        }
        guard groups.contains(where: { $0.weight > 0 }) else {
            throw OperatorError(
                .validationError,
                subject: field,
                message:
                    "\(owner) forwards to groups of which none has a weight, so every request would fail.",
                hint: "Give one of them a weight, or answer with a fixed-response."
            )
        }
        if let seconds = wanted.stickinessSeconds, !WeightedForward.stickinessSeconds.contains(seconds) {
            throw .outOfRange(
                "\(path).stickiness.durationSeconds",
                got: "\(seconds)",
                allowed: "1–604800"
            )
        }
        return WeightedForward(groups: groups, stickinessSeconds: wanted.stickinessSeconds)
    }

    private func group(
        _ name: String,
        for listener: Listener.ListenerProtocol,
        field: String
    ) throws(OperatorError) -> ResourceID {
        guard let group = self.targetGroups.first(where: { $0.name == name }) else {
            throw OperatorError(
                .targetGroupNotFound,
                subject: field,
                message: "There is no target group named \"\(name)\".",
                hint: Suggestion.known(
                    self.targetGroups.map(\.name),
                    nearest: name,
                    none: "Declare it under targetGroups."
                )
            )
        }
        try RelayRules.checkGroup(group, of: listener, field: field)
        return group.id
    }
}
