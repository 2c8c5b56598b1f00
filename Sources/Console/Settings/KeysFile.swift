import Model
import Yams

/// Reads `keys.yaml`: other keys for commands, page by page.
///
///     all:
///       filter: ctrl-f
///     log:
///       follow: [f, alt-f]
enum KeysFile {
    /// Puts what the text says over a key map.
    ///
    /// - Throws: ``OperatorError`` whose subject is `file:line: field`.
    static func read(_ text: String, file: String, into keys: inout KeyMap) throws(OperatorError) {
        guard let mapping = try YAMLText.mapping(text, file: file, what: "key map") else { return }
        var entries: [(command: Command, page: Page, keys: [Key], place: String)] = []
        for (key, value) in mapping {
            let name = key.string ?? ""
            let place = YAMLText.place(file, key, name)
            let pages = Page.allCases.filter { name == "all" || $0.name == name }
            guard !pages.isEmpty else {
                throw YAMLText.unknown("page", name, place, among: ["all"] + Page.allCases.map(\.name))
            }
            guard let commands = value.mapping else {
                throw YAMLText.error(
                    place,
                    "\(name) is not a mapping.",
                    hint: "Write command: key below it."
                )
            }
            for (key, value) in commands {
                let (command, keys, place) = try self.binding(key, value, name, file)
                entries += pages.filter { command.exists(on: $0) }.map { (command, $0, keys, place) }
            }
        }
        var result = keys
        // First everything is taken off, so that two commands can exchange their keys.
        for entry in entries { result.unbind(entry.command, on: entry.page) }
        for entry in entries {
            guard let taken = result.bind(entry.command, on: entry.page, to: entry.keys) else { continue }
            let other = entries.first { $0.command.name == taken.command && $0.page == entry.page }
            let where_ = other.map { "at \($0.place)" } ?? "by the program's own keys"
            throw YAMLText.error(
                entry.place,
                "\(taken.key.spelling) is bound to \(taken.command) already, \(where_).",
                hint: "Give one of them another key; the keys in use stay."
            )
        }
        keys = result
    }

    private static func binding(
        _ key: Node,
        _ value: Node,
        _ page: String,
        _ file: String
    ) throws(OperatorError) -> (Command, [Key], String) {
        let name = key.string ?? ""
        let place = YAMLText.place(file, key, "\(page).\(name)")
        guard let command = Command.named(name) else {
            throw YAMLText.unknown("command", name, place, among: Command.registry.map(\.name))
        }
        let names = value.sequence.map { $0.map { $0.string ?? "" } } ?? [value.string ?? ""]
        var keys: [Key] = []
        for name in names {
            guard let key = Key(named: name) else {
                throw YAMLText.error(
                    place,
                    "\"\(name)\" is not a key.",
                    hint: "Write a character, or ctrl-u, alt-x, f5, space, enter, tab, shift-tab, pgdn, up …"
                )
            }
            guard !(command.changesState && key.isControl) else {
                throw YAMLText.error(
                    place,
                    "\(name) cannot be the key of a change.",
                    hint: "No Ctrl key changes anything; choose a letter."
                )
            }
            keys.append(key)
        }
        return (command, keys, place)
    }
}

extension Key {
    /// Whether it is held with Ctrl.
    var isControl: Bool { if case .ctrl = self { true } else { false } }

    /// Reads what ``spelling`` writes, in any case: `ctrl-u`, `f10`, `space`.
    init?(named name: String) {
        if name.count == 1, let character = name.first {
            self = .character(character)
            return
        }
        let lower = name.lowercased()
        let last = lower.last ?? " "
        if lower.hasPrefix("ctrl-"), lower.count == 6, last.isASCII, last.isLetter {
            self = .ctrl(last)
        } else if lower.hasPrefix("alt-"), lower.count == 5 {
            self = .alt(name.last ?? last)
        } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...12).contains(number) {
            self = .function(number)
        } else if let key = Self.named.first(where: { $0.spelling.lowercased() == lower }) {
            self = key
        } else {
            return nil
        }
    }

    private static let named: [Key] = [
        .character(" "), .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down,
        .left,
        .right, .home, .end, .pageUp, .pageDown,
    ]
}
