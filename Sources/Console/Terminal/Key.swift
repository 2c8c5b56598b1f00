/// A key, as pressed.
enum Key: Hashable, Sendable {
    case character(Character)
    /// A letter with Ctrl held: `ctrl("u")`.
    case ctrl(Character)
    case alt(Character)
    case function(Int)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown

    /// How the key is written in help and hints.
    var spelling: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .ctrl(let letter): "Ctrl-\(letter.uppercased())"
        case .alt(let letter): "Alt-\(letter)"
        case .function(let number): "F\(number)"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        }
    }
}
