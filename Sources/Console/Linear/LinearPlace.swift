/// What tells whether a command has shown something else.
struct LinearPlace: Equatable {
    let page: Page
    let pane: Int
    let filter: String
    let sort: Phrase
    let hidden: [Bool]
    let marks: Int
    /// Which part of a long list is told.
    let part: Int
    let log: [String]

    init(_ state: ConsoleState) {
        let list = state.focusedList
        self.page = state.page
        self.pane = state.pane
        self.filter = state.currentFilterText
        self.sort = list?.sortNote ?? .empty
        self.hidden = (list?.columnChoices ?? state.logColumns.choices).map(\.isShown)
        self.marks = list?.markCount ?? 0
        self.part = (list?.selectedIndex ?? 0) / state.linearRows
        self.log =
            state.page != .log
            ? []
            : [
                "\(state.log.mode)", "\(state.log.query.failedOnly)", state.log.groups?.key.rawValue ?? "",
                "\(state.log.visible(rows: state.layout.logRows).lowerBound)",
            ]
    }
}
