/// What is asked, and how far it is.
extension ConsoleState {
    /// Whether a line would be an answer.
    var isAsking: Bool {
        if self.dialogue != nil || self.prompt != nil { return true }
        return switch self.overlay {
        case .menu, .files, .revisions: true
        case .help, .detail, .palette, nil: false
        }
    }

    /// Whether something that was asked for is on its way; what is asked beside it is none of it.
    var isAwaitingReply: Bool { self.pending.values.contains { ![.preview, .expiring].contains($0) } }

    /// When what is asked may be answered: lines before were not meant for it.
    var questionOpensAt: Int64? {
        switch self.dialogue {
        case .mode(let dialogue): dialogue.opensAt
        case .confirm(let dialogue): dialogue.opensAt
        case .leave(let dialogue): dialogue.opensAt
        case nil: nil
        }
    }

    /// Whether the gate has been told to change something and has not answered.
    var isChanging: Bool {
        switch self.dialogue {
        case .mode(let dialogue): dialogue.request != nil
        case .confirm(let dialogue): dialogue.request != nil
        case .leave, nil: false
        }
    }

    /// A question of which the gate says that it cannot be.
    var impossible: ConfirmDialogue? {
        guard case .confirm(let dialogue) = self.dialogue, dialogue.preview == .failed else { return nil }
        return dialogue
    }
}
