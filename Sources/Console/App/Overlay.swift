/// What is read over a page, and closed again.
enum Overlay: Hashable, Sendable {
    case help(scroll: Int)
    case detail(Detail, scroll: Int)
}

/// What has to be answered before anything else.
enum Dialogue: Hashable, Sendable {
    case mode(ModeDialogue)
    case leave(LeaveDialogue)
}

/// What shall become of a gate in this process when its console is left.
struct LeaveDialogue: Hashable, Sendable {
    enum Choice: CaseIterable, Hashable, Sendable {
        case stay, leave, stop
    }

    var choice: Choice = .stay
    let opensAt: Int64
}

/// A filter that is being typed.
struct Prompt: Hashable, Sendable {
    /// Characters, at most.
    static let limit = 256

    var text: String
    /// What Esc goes back to.
    let original: String
    /// What is wrong with the text; the view keeps the last filter that was right.
    var mistake: String?
}
