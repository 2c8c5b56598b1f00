import Model

/// What can be done on the log page alone.
extension ConsoleState {
    mutating func goToFailure(forward: Bool) -> [Effect] {
        if !self.log.moveToFailure(forward: forward, rows: self.layout.logRows) {
            self.say(.info, .noFailure(after: forward))
        }
        return []
    }

    /// Goes to a moment as filters know it, or a change.
    mutating func goTo(moment text: String) -> [Effect] {
        guard let time = self.filterEnvironment.moment(text) else {
            self.say(.warn, .notATime(text))
            return []
        }
        guard let found = self.events.first(since: time) else {
            self.say(.info, .noRecordSince(text))
            return []
        }
        if self.events.hasEvicted, found.number == self.events.oldest {
            self.say(.warn, .momentBeforeOldest(found.time.iso8601))
        }
        self.log.group(by: nil, log: self.events)
        self.log.move(to: found.number, rows: self.layout.logRows)
        return []
    }

    /// Counts by the named fact, by the next one, or not at all after the last.
    mutating func groupLog(by name: String?) -> [Effect] {
        let keys = LogGroups.Key.allCases
        if let name {
            self.log.group(by: LogGroups.Key(rawValue: name), log: self.events)
            return []
        }
        let place = self.log.groups.flatMap { keys.firstIndex(of: $0.key) } ?? -1
        self.log.group(by: place + 1 < keys.count ? keys[place + 1] : nil, log: self.events)
        return []
    }
}
