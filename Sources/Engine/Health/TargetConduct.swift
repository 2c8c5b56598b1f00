import Synchronization

/// How a target answers beside the others of its group, and the weight it has for that.
///
/// Workers count; every step the monitor takes what they have counted, and judges. A target is anomalous
/// that fails much more often than the others together: so one that all requests fail at is found, and a
/// fault that all targets share, or that clients make, is not blamed on any. Its weight halves with each
/// anomalous step, never to nothing, because what is not asked cannot show that it has recovered; and it
/// doubles with each other step, until it is whole again.
final class TargetConduct: Sendable {
    /// With fewer healthy targets nobody is judged (`elbv2-api` 6.3).
    static let leastTargets = 3
    static let stepSeconds: Int64 = 5
    /// A whole weight.
    static let whole = 16

    /// What workers have counted in a step.
    struct Count: Equatable {
        var answered = 0
        var failed = 0

        static func + (left: Count, right: Count) -> Count {
            Count(answered: left.answered + right.answered, failed: left.failed + right.failed)
        }

        static func - (left: Count, right: Count) -> Count {
            Count(answered: left.answered - right.answered, failed: left.failed - right.failed)
        }

        /// Whether it is beside the pale, with what the others have counted: three failures or more, and a
        /// tenth more of its requests than twice the share that fails at the others.
        func isAnomalous(among others: Count) -> Bool {
            guard self.failed >= 3, others.answered > 0 else { return false }
            let own = Double(self.failed) / Double(self.answered)
            return own > 2 * Double(others.failed) / Double(others.answered) + 0.1
        }
    }

    private let answered = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)
    private let anomalous = Atomic<Bool>(false)
    private let present = Atomic<Int>(TargetConduct.whole)

    /// 1 to ``whole``.
    var weight: Int { self.present.load(ordering: .relaxed) }

    var isAnomalous: Bool { self.anomalous.load(ordering: .relaxed) }

    /// A request has been answered, or failed for want of an answer.
    func count(isFailure: Bool) {
        self.answered.add(1, ordering: .relaxed)
        if isFailure { self.failed.add(1, ordering: .relaxed) }
    }

    /// What has been counted since the last call; the monitor's side, as are the two below.
    func take() -> Count {
        let failed = self.failed.exchange(0, ordering: .relaxed)
        // A failure that is counted between the two belongs to the next step as a whole.
        return Count(answered: max(failed, self.answered.exchange(0, ordering: .relaxed)), failed: failed)
    }

    func judge(isAnomalous: Bool, mitigates: Bool) {
        self.anomalous.store(isAnomalous, ordering: .relaxed)
        let weight = !mitigates ? Self.whole : isAnomalous ? self.weight / 2 : self.weight * 2
        self.present.store(min(max(weight, 1), Self.whole), ordering: .relaxed)
    }
}
