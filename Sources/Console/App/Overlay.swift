import Model

/// What is read over a page, and closed again.
enum Overlay: Hashable, Sendable {
    case help(HelpView)
    case detail(Detail, scroll: Int)
    case menu(Menu)
    case palette(Palette)
    case files(FilePicker)
    case revisions(RevisionsView)
}

/// What has to be answered before anything else.
enum Dialogue: Hashable, Sendable {
    case mode(ModeDialogue)
    case confirm(ConfirmDialogue)
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

/// A text that is being typed in the row above the hints.
struct Prompt: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case filter
        /// A moment to go to in the log.
        case moment
        /// The name under which the filter is kept.
        case filterName
        /// A serial number to look up in the lists of a trust store.
        case serial(store: String?)
    }

    /// Characters, at most.
    static let limit = 512

    let kind: Kind
    var text: String
    /// What Esc goes back to.
    let original: String
    /// What is wrong with the text; the view keeps the last filter that was right.
    var mistake: PromptMistake?
}

/// What is wrong with a text, and from which character on.
struct PromptMistake: Hashable, Sendable {
    let column: Int
    let text: Phrase
}

/// A few things to choose from; each is a line that could be typed as a command.
struct Menu: Hashable, Sendable {
    struct Item: Hashable, Sendable {
        let label: Phrase
        let note: Phrase
        /// What is run; nil for one that is only there to say why not.
        let line: String?
    }

    let title: Phrase
    var items: [Item]
    var index = 0
    /// Stays open after a choice, as a list of switches does.
    var staysOpen = false
    /// The command that opens it, where what can be chosen depends on the lock.
    var command: String?
}

/// The bundles that a trust store has had, and what one of them changed.
struct RevisionsView: Hashable, Sendable {
    let store: String
    /// The one in force in front.
    let revisions: [TrustStoreRevision]
    var index = 0

    var selected: TrustStoreRevision? {
        self.revisions.indices.contains(self.index) ? self.revisions[self.index] : nil
    }

    /// What the selected one brought and took; nil where the one before it is not remembered.
    var difference: AuthorityDifference? {
        guard let selected, self.revisions.indices.contains(self.index + 1) else { return nil }
        return AuthorityDifference(
            from: self.revisions[self.index + 1].certificates,
            to: selected.certificates
        )
    }
}

/// A command that is being typed, with what it could become.
struct Palette: Hashable, Sendable {
    var text = ""
    /// Among the candidates.
    var index = 0
}

/// What of the help is read.
struct HelpView: Hashable, Sendable {
    enum Section: Int, CaseIterable, Hashable, Sendable {
        case page, all, filter, reasons, words
    }

    var section: Section = .page
    var scroll = 0
    /// Only lines with it.
    var search = ""
}
