import Model

/// What targets have in hand that will be ended, and when.
///
/// A list, because there are few and only changes make any.
struct Departures {
    struct Departure: Equatable {
        let group: ResourceID
        let target: Endpoint
        /// Monotonic milliseconds.
        let due: Int64
        /// Ended only if the target is still unhealthy then.
        let isForHealth: Bool
    }

    private var waiting: [Departure] = []

    /// When the next is due, in monotonic milliseconds; nil for never.
    var next: Int64? { self.waiting.lazy.map(\.due).min() }

    /// Takes over the groups of a newer snapshot, whose workers send nothing more to what is leaving.
    mutating func adopt(_ groups: [CheckedGroup]) {
        var kept: [Departure] = []
        for group in groups {
            kept += self.waiting.filter { $0.isForHealth && $0.group == group.served.id }
            guard !group.served.isRelayed || group.served.attributes.terminatesDeregistered else {
                continue
            }
            for target in group.leaving {
                kept.append(
                    Departure(
                        group: group.served.id,
                        target: target.endpoint,
                        due: target.until,
                        isForHealth: false
                    )
                )
            }
        }
        self.waiting = kept
    }

    /// In place of an earlier one for the same reason.
    mutating func add(_ departure: Departure) {
        self.waiting.removeAll {
            $0.group == departure.group && $0.target == departure.target
                && $0.isForHealth == departure.isForHealth
        }
        self.waiting.append(departure)
    }

    /// Takes out what is due.
    mutating func take(now: Int64) -> [Departure] {
        let due = self.waiting.filter { $0.due <= now }
        if !due.isEmpty { self.waiting.removeAll { $0.due <= now } }
        return due
    }
}
