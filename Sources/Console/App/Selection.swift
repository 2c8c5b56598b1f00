/// A cursor on one of the things of a list, by identity: rows may come, go and change places.
struct Selection<ID: Hashable & Sendable>: Hashable, Sendable {
    private(set) var id: ID?
    /// Where it stood, for when it goes.
    private var index = 0

    /// Finds the cursor in a new order of the list.
    ///
    /// - Returns: false when what it stood on has gone; it stands on the next one then.
    @discardableResult
    mutating func update(_ ids: [ID]) -> Bool {
        guard let id else {
            self.place(0, in: ids)
            return true
        }
        if let index = ids.firstIndex(of: id) {
            self.index = index
            return true
        }
        self.place(self.index, in: ids)
        return false
    }

    mutating func move(by step: Int, in ids: [ID]) {
        let (sum, overflow) = self.index.addingReportingOverflow(step)
        self.place(overflow ? (step > 0 ? .max : 0) : sum, in: ids)
    }

    mutating func place(_ index: Int, in ids: [ID]) {
        self.index = max(0, min(index, ids.count - 1))
        self.id = ids.isEmpty ? nil : ids[self.index]
    }

    /// The first row to draw, so that the cursor is among `rows` rows.
    func top(rows: Int, count: Int) -> Int {
        guard rows > 0, count > rows else { return 0 }
        return max(0, min(self.index - rows / 2, count - rows))
    }
}
