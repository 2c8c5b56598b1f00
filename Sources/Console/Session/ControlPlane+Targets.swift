import Model

extension ControlPlane {
    /// Changes targets one after the other, each as a change of its own.
    ///
    /// - Throws: ``OperatorError`` of the first that could not be changed; it says how many were before it.
    func setTargets(
        _ changes: [TargetOverride],
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        var receipt = ChangeReceipt(generation: 0, plan: Plan(lines: []))
        for (index, change) in changes.enumerated() {
            do throws(OperatorError) {
                let one = try await self.setTarget(change, by: author)
                receipt = ChangeReceipt(
                    generation: one.generation,
                    plan: Plan(lines: receipt.plan.lines + one.plan.lines)
                )
            } catch {
                guard index > 0 else { throw error }
                throw OperatorError(
                    error.code,
                    subject: error.subject,
                    message: "\(index) of \(changes.count) targets were changed, not \(change.target): "
                        + error.message,
                    hint: error.hint
                )
            }
        }
        return receipt
    }
}
