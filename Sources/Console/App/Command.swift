/// Something a key does, described once for keys, hints and help.
struct Command: Sendable {
    enum Availability: Hashable, Sendable {
        case yes
        /// With the reason, for a person.
        case no(String)
    }

    /// The headings of the help page, in its order.
    enum Group: String, CaseIterable, Sendable {
        case move = "Move"
        case view = "View"
        case change = "Change (when armed)"
        case anywhere = "Anywhere"
    }

    let name: String
    let group: Group
    let keys: [Key]
    /// Where it exists; nil for everywhere.
    let pages: Set<Page>?
    /// The word beside the key in the last row; nil to leave it to the help page.
    var hint: String?
    /// One line, without a full stop.
    let help: String
    /// It can change the gate: it opens a dialogue and does nothing else.
    var changesState = false
    var availability: @Sendable (ConsoleState) -> Availability = { _ in .yes }
    let run: @Sendable (inout ConsoleState) -> [Effect]

    func exists(on page: Page) -> Bool { self.pages?.contains(page) ?? true }

    /// The command a key stands for on a page.
    static func command(for key: Key, on page: Page) -> Command? {
        Self.registry.first { $0.exists(on: page) && $0.keys.contains(key) }
    }
}
