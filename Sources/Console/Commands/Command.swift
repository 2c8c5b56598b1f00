/// Something that can be done, described once for keys, hints, menus, palette and help.
struct Command: Sendable {
    enum Availability: Hashable, Sendable {
        case yes
        /// With the reason, for a person.
        case no(Phrase)
    }

    /// The headings of the help page, in its order.
    enum Group: String, CaseIterable, Sendable {
        case change, view, move, anywhere

        var title: Phrase {
            switch self {
            case .move: .groupMove
            case .view: .groupView
            case .change: .groupChange
            case .anywhere: .groupAnywhere
            }
        }
    }

    /// What may stand after a command's name, all of it optional.
    enum Argument: String, Hashable, Sendable {
        case mode, listener, store, group, filter, column, theme, language, format, path, moment, name,
            reason
        case host, key, what, section, change, serial, zone

        var placeholder: String { "<\(self.rawValue)>" }
    }

    typealias Run = @Sendable (inout ConsoleState, _ arguments: [String]) -> [Effect]

    /// Lower-case words joined by hyphens: what is typed in the palette and written in `keys.yaml`.
    let name: String
    let group: Group
    /// The keys that it has unless `keys.yaml` says otherwise.
    var keys: [Key] = []
    /// Where it exists; nil for everywhere.
    var pages: Set<Page>?
    var arguments: [Argument] = []
    /// The word beside the key in the last row; nil to leave it to the help page.
    var hint: Phrase?
    /// One line, without a full stop.
    let help: Phrase
    /// It can change the gate: it opens a dialogue and does nothing else.
    var changesState = false
    var availability: @Sendable (ConsoleState) -> Availability = { _ in .yes }
    let run: Run

    func exists(on page: Page) -> Bool { self.pages?.contains(page) ?? true }

    static func named(_ name: String) -> Command? { Self.registry.first { $0.name == name } }
}
