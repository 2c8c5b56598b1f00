import Model

/// The question whether something shall be done; only Enter on its button does it.
struct ConfirmDialogue: Hashable, Sendable {
    enum Action: Hashable, Sendable {
        case keep(change: Int64)
        case undo(change: Int64)
        /// Of one kind, in one group or several.
        case targets([TargetOverride])
        case trustStore(TrustStoreChange)

        var request: Request {
            switch self {
            case .keep(let number): .keep(change: number)
            case .undo(let number): .undo(change: number)
            case .targets(let changes): .targets(changes)
            case .trustStore(let change): .trustStore(change)
            }
        }
    }

    enum Field: Hashable, Sendable {
        case name, cancel, go
    }

    /// What is said of it, one below the other.
    struct Line: Hashable, Sendable {
        var text: Phrase
        var role: Role = .dialogue
    }

    /// What the gate has been asked, or has said, of what would come of it.
    enum Preview: Hashable, Sendable {
        /// The question says all there is to say.
        case none
        case asked(Int)
        case known
        /// It cannot be done.
        case failed
    }

    let action: Action
    var lines: [Line]
    /// What has to be typed first; nil where one Enter is enough.
    var name: String?
    var preview: Preview = .none
    var typedName = ""
    var focus: Field
    var request: Int?
    var problem: Phrase?
    /// Keys before this moment were not meant for the dialogue.
    let opensAt: Int64

    init(_ action: Action, lines: [Line], name: String? = nil, now: Int64) {
        self.action = action
        self.lines = lines
        self.name = name
        switch action {
        case .keep, .undo: self.focus = .go
        case .targets, .trustStore: self.focus = name == nil ? .cancel : .name
        }
        self.opensAt = now + ModeDialogue.guardMilliseconds
    }

    /// The fields that exist, in the order of Tab.
    var fields: [Field] { (self.name == nil ? [] : [.name]) + [.cancel, .go] }

    /// Why the button does nothing; nil when it would.
    var obstacle: Phrase? {
        if self.request != nil { return .modeUnderway }
        switch self.preview {
        case .asked: return .confirmNotKnownYet
        case .failed: return self.problem ?? .modeNothingToChange
        case .none, .known: break
        }
        guard let name, self.typedName != name else { return nil }
        return .confirmNameNeeded(name)
    }

    /// Whether there is still something to do it with.
    func holds(in view: GateView) -> Bool {
        switch self.action {
        case .keep(let number): view.trials?.contains { $0.change == number } ?? false
        case .undo: true
        case .trustStore(let change):
            view.configuration.trustStores.contains { $0.name == change.trustStore }
        case .targets(let changes):
            changes.allSatisfy { change in
                view.configuration.targetGroups.contains { group in
                    group.name == change.targetGroup
                        && group.targets.contains { $0.endpoint == change.target }
                }
            }
        }
    }
}
