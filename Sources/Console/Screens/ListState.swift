import Model

/// How a revocation list stands: in force, out of date, or without effect.
struct ListState: Hashable, Sendable {
    /// `in 4 h`, `overdue by 2 h`.
    let next: Phrase
    /// The same for those who hear it, with units in full.
    let words: Phrase
    /// The same in every language.
    let word: String
    let role: Role

    /// Seconds before nextUpdate from which it is a warning.
    private static let soon: Int64 = 3_600

    init(_ list: RevocationList, now: Timestamp?) {
        let end = list.facts.nextUpdate
        let left = end.flatMap { end in now.map { end.seconds - $0.seconds } }
        switch left {
        case let left? where left < 0:
            self.next = .overdueBy(.duration(seconds: -left))
            self.words = .overdueBy(.toldDuration(seconds: -left))
        case let left?:
            self.next = .dueIn(.duration(seconds: left))
            self.words = .dueIn(.toldDuration(seconds: left))
        case nil:
            self.next = end.map { Phrase(verbatim: $0.iso8601) } ?? .neverDue
            self.words = self.next
        }
        if list.signers.isEmpty {
            (self.word, self.role) = ("no CA", .stateWarn)
        } else if let now, list.facts.thisUpdate > now {
            (self.word, self.role) = ("not-yet", .stateWarn)
        } else if let left, left < 0 {
            (self.word, self.role) = ("STALE", .stateFail)
        } else if let left, left < Self.soon {
            (self.word, self.role) = ("due", .stateWarn)
        } else {
            (self.word, self.role) = ("ok", .stateOk)
        }
    }
}
