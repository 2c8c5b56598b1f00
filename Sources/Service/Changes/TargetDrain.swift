import Model

/// A change of one target by hand, checked against what is in force.
struct TargetDrain {
    let configuration: Model.Configuration

    /// The configuration after the change; the one before when nothing has to change.
    func apply(_ change: TargetOverride) throws(OperatorError) -> Model.Configuration {
        let group = try self.find(change.targetGroup)
        guard let target = group.targets.first(where: { $0.endpoint == change.target }) else {
            throw OperatorError(
                .validationError,
                subject: "\(change.target)",
                message: "Target group \(group.name) has no target \(change.target).",
                hint: Suggestion.known(
                    group.targets.map(\.endpoint.description),
                    nearest: change.target.description,
                    none: "It has no targets at all."
                )
            )
        }
        let others = group.drained.filter { $0 != target }
        let changed = group.with(drained: change.action == .drain ? others + [target] : others)
        return Model.Configuration(
            workers: self.configuration.workers,
            loadBalancers: self.configuration.loadBalancers,
            trustStores: self.configuration.trustStores,
            targetGroups: self.configuration.targetGroups.map { $0.id == group.id ? changed : $0 },
            certificates: self.configuration.certificates
        )
    }

    private func find(_ text: String) throws(OperatorError) -> TargetGroup {
        let groups = self.configuration.targetGroups
        // A name is what the operator gave, so it goes before whatever else it could be read as.
        if let group = groups.first(where: { $0.name == text }) { return group }
        if let group = groups.first(where: { ResourceARN.targetGroup($0) == text }) { return group }
        if let group = groups.first(where: { $0.id.description == text }) { return group }
        throw OperatorError(
            .targetGroupNotFound,
            subject: text,
            message: "There is no target group \"\(text)\".",
            hint: Suggestion.known(
                groups.map(\.name),
                nearest: text,
                none: "Declare one with `sekisho apply` first."
            )
        )
    }
}
