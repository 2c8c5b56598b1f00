/// What the mouse does: it looks, and never answers what has to be answered.
extension ConsoleState {
    /// Rows that one notch of the wheel moves.
    static let wheelRows = 3

    mutating func turnWheel(by rows: Int) -> [Effect] {
        guard self.dialogue == nil, self.prompt == nil, !self.layout.isTooSmall else { return [] }
        guard self.overlay != nil else { return self.move(.rows(rows)) }
        var effects: [Effect] = []
        for _ in 0..<abs(rows) {
            if let overlay { effects += self.press(rows < 0 ? .up : .down, in: overlay) }
        }
        return effects
    }

    /// A click on a row puts the cursor there, and opens the row that has it; a title sorts.
    mutating func click(_ target: Hit.Target) -> [Effect] {
        guard self.dialogue == nil, self.prompt == nil, self.overlay == nil else { return [] }
        switch target {
        case .page(let page): return page == self.page ? [] : self.go(to: page)
        case .row(LogView.listName, let index): return self.clickLog(index)
        case .row(let list, let index):
            guard self.focusPane(of: list) else { return [] }
            let isOpening = self.focusedList?.selectedIndex == index
            self.focusedList?.place(at: index)
            if self.page == .refusals { self.refusalNumber = nil }
            if self.page == .trustStores, self.pane == 0 { self.arrange(isForced: true) }
            if self.page == .listeners, self.pane == 0 { self.arrangeNames() }
            return isOpening ? self.openSelected() : []
        case .title(let list, let column):
            guard self.focusPane(of: list), let focused = self.focusedList else { return [] }
            if focused.sortName == column {
                self.focusedList?.reverse()
            } else {
                _ = self.focusedList?.sort(by: column)
            }
            return []
        }
    }

    private mutating func clickLog(_ index: Int) -> [Effect] {
        guard self.page == .log, self.log.groups == nil, (0..<self.log.matches.count).contains(index) else {
            return []
        }
        let rows = self.layout.logRows
        if self.log.mode == .held, self.log.cursorIndex == index { return self.openSelected() }
        self.log.hold(rows: rows)
        self.log.move(by: index - self.log.cursorIndex, rows: rows)
        return []
    }

    /// Gives the keys to the pane with a list; false when this page has none such.
    private mutating func focusPane(of list: String) -> Bool {
        let before = self.pane
        for pane in 0..<3 {
            self.pane = pane
            if self.focusedList?.listName == list { return true }
        }
        self.pane = before
        return false
    }
}
