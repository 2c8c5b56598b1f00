/// Which columns of the log are drawn, and from which one on.
struct LogColumns: Hashable, Sendable {
    /// Columns that can be hidden, by the fields that filter by them.
    private static let all: [(name: String, title: Phrase)] = [
        ("listener", .columnListener), ("client", .columnClient), ("tls", .columnTLS),
        ("ms", .columnMilliseconds), ("sni", .columnServerName), ("issuer", .columnIssuer),
    ]

    private(set) var hidden: Set<String> = ["sni"]
    private(set) var offset = 0

    var choices: [ColumnChoice] {
        Self.all.map {
            ColumnChoice(name: $0.name, title: $0.title, isShown: !self.hidden.contains($0.name))
        }
    }

    mutating func toggle(_ name: String) {
        guard Self.all.contains(where: { $0.name == name }) else { return }
        if self.hidden.remove(name) == nil { self.hidden.insert(name) }
    }

    mutating func shift(by step: Int) {
        self.offset = max(0, min(self.offset + step, Self.all.count))
    }

    /// Whether a column is drawn: not hidden, and not pushed out to the left.
    func shows(_ name: String) -> Bool {
        guard !self.hidden.contains(name), let place = Self.all.firstIndex(where: { $0.name == name })
        else {
            return false
        }
        return place >= self.offset
    }

    var setup: ListSetup { ListSetup(sort: "", isDescending: false, hidden: self.hidden.sorted()) }

    mutating func take(_ setup: ListSetup) {
        self.hidden = Set(setup.hidden.filter { name in Self.all.contains { $0.name == name } })
    }
}
