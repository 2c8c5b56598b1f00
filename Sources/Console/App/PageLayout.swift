/// Where the parts of a page are, for a size.
struct PageLayout: Hashable, Sendable {
    /// Below this there is only one line that says so.
    static let minimum = Size(columns: 40, rows: 10)

    let size: Size
    let isTooSmall: Bool
    let hasTabs: Bool
    /// Under 100 columns: one pane, short words.
    let isNarrow: Bool
    /// From 20 rows on.
    let hasLowerPane: Bool
    let body: Rect

    init(_ size: Size) {
        self.size = size
        self.isTooSmall = size.columns < Self.minimum.columns || size.rows < Self.minimum.rows
        self.hasTabs = size.rows >= 12
        self.isNarrow = size.columns < 100
        self.hasLowerPane = size.rows >= 20
        let top = self.hasTabs ? 2 : 1
        self.body = Rect(column: 0, row: top, columns: size.columns, rows: size.rows - top - 2)
    }

    var messageRow: Int { self.size.rows - 2 }
    var hintRow: Int { self.size.rows - 1 }

    /// The list of a page, and the pane below it (empty on low screens); zoomed, the pane is all there is.
    func listAndPane(isZoomed: Bool = false) -> (list: Rect, pane: Rect) {
        let nothing = Rect(column: 0, row: 0, columns: 0, rows: 0)
        if isZoomed { return (nothing, self.body) }
        guard self.hasLowerPane else { return (self.body, nothing) }
        let paneRows = max(7, min(22, self.body.rows * 2 / 5))
        return self.body.splitTop(self.body.rows - paneRows)
    }

    /// The same for the log, which is there to be watched: two thirds of the screen at least.
    func logAndPane(isZoomed: Bool = false) -> (list: Rect, pane: Rect) {
        guard self.hasLowerPane, !isZoomed else { return self.listAndPane(isZoomed: isZoomed) }
        return self.body.splitTop(self.body.rows - max(6, min(12, self.body.rows / 4)))
    }

    /// Rows of records on the log page: without filter, state and title row.
    var logRows: Int { max(1, self.logAndPane().list.rows - 3) }
}
