/// What of a canvas means something to a click.
struct Hit: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        case page(Page)
        /// A row of a list, among all that it shows.
        case row(list: String, index: Int)
        /// The title of a column.
        case title(list: String, column: String)
    }

    let row: Int
    let columns: Range<Int>
    let target: Target
}

extension Canvas {
    /// What is at a place; what was drawn last lies above.
    func target(column: Int, row: Int) -> Hit.Target? {
        self.hits.last { $0.row == row && $0.columns.contains(column) }?.target
    }
}
