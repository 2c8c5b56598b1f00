import Model

/// What of a list is looked at: order, filter, cursor, marks, columns.
struct ListView<Row: ListRow>: Sendable {
    private(set) var sortName: String
    private(set) var isDescending: Bool
    private(set) var filterText = ""
    private var filter: Filter = .all
    private(set) var selection = Selection<Row.ID>()
    private(set) var marks: Set<Row.ID> = []
    private(set) var hidden: Set<String> = []
    private(set) var columnOffset = 0
    /// Everything there is, and of that what is shown, in the order drawn.
    private var all: [Row] = []
    private(set) var rows: [Row] = []

    /// Sorted by a column at first; its name is trusted.
    init(sortedBy name: String, isDescending: Bool = false) {
        self.sortName = name
        self.isDescending = isDescending
    }

    var ids: [Row.ID] { self.rows.map(\.id) }

    var selected: Row? { self.selection.id.flatMap { id in self.rows.first { $0.id == id } } }

    /// The marked rows, or the one under the cursor.
    var chosen: [Row] {
        let marked = self.rows.filter { self.marks.contains($0.id) }
        return marked.isEmpty ? self.selected.map { [$0] } ?? [] : marked
    }

    /// Takes what there is now.
    ///
    /// Unless it is forced, rows do not change places: they take new values, new ones come last and gone
    /// ones go.
    ///
    /// - Returns: the row under the cursor, if it has gone.
    mutating func update(_ all: [Row], isForced: Bool) -> Row? {
        let before = self.selected
        let places =
            isForced
            ? [:]
            : Dictionary(
                self.rows.enumerated().map { ($1.id, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        self.all = all
        self.arrange()
        if !places.isEmpty {
            let known = self.rows.enumerated().map {
                (place: places[$1.id] ?? places.count + $0, row: $1)
            }
            self.rows = known.sorted { $0.place < $1.place }.map(\.row)
        }
        let isLost =
            !self.selection.update(self.ids)
            && before.map { row in !all.contains { $0.id == row.id } } ?? false
        self.marks.formIntersection(all.map(\.id))
        return isLost ? before : nil
    }

    /// Sorts and filters anew; equal rows stay in the order they came in.
    private mutating func arrange() {
        let fitting =
            self.filter.isEmpty ? self.all : self.all.filter { self.filter.matches(ColumnRow(row: $0)) }
        guard let column = Row.columns.first(where: { $0.name == self.sortName }) else {
            self.rows = fitting
            return
        }
        let keyed = fitting.enumerated().map {
            (place: $0, row: $1, key: Self.key(column.values($1).first))
        }
        self.rows = keyed.sorted { left, right in
            if left.key == right.key { return left.place < right.place }
            return (left.key < right.key) != self.isDescending
        }.map(\.row)
    }

    /// Numbers before texts; what does not apply is the least.
    private struct Key: Comparable {
        var number = -Double.infinity
        var text = ""

        static func < (left: Key, right: Key) -> Bool {
            left.number == right.number ? left.text < right.text : left.number < right.number
        }
    }

    private static func key(_ value: Column<Row>.Value?) -> Key {
        switch value {
        case .number(let number): Key(number: number)
        case .text(let text): Key(number: 0, text: text)
        case .address(let address): Key(number: 0, text: address.sortable)
        case nil: Key()
        }
    }
}

extension IPAddress {
    /// Text in the order of addresses.
    fileprivate var sortable: String {
        let (high, low) = self.v6
        return [high, low].map { value in
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// What can be done with a list, whatever its rows are.
protocol ListControl: Sendable {
    var filterText: String { get }
    var schema: FilterSchema { get }
    var count: Int { get }
    var markCount: Int { get }
    var sortNote: Phrase { get }
    var columnChoices: [ColumnChoice] { get }

    mutating func move(by step: Int)
    /// Tells this list from those of other panes.
    var listName: String { get }
    var selectedIndex: Int? { get }
    var sortName: String { get }
    mutating func place(at index: Int)
    mutating func setFilter(_ text: String, environment: FilterEnvironment) throws(FilterMistake)
    mutating func sortByNextColumn()
    mutating func sort(by name: String) -> Bool
    mutating func reverse()
    mutating func shiftColumns(by step: Int)
    mutating func toggleColumn(_ name: String)
    mutating func toggleMark()
    mutating func clearMarks()
    mutating func takeSetup(_ setup: ListSetup)
    var setup: ListSetup { get }
    func text(_ context: DrawContext) -> String
    var json: String { get }
    /// Some of the rows as sentences.
    func told(_ range: Range<Int>, _ context: DrawContext) -> [ToldRow]
}

struct ColumnChoice: Hashable, Sendable {
    let name: String
    let title: Phrase
    let isShown: Bool
}

/// What is remembered of a list from one console to the next.
struct ListSetup: Hashable, Sendable {
    var sort: String
    var isDescending: Bool
    var hidden: [String]
}

extension ListView: ListControl {
    var schema: FilterSchema { Row.schema }
    var count: Int { self.rows.count }
    var markCount: Int { self.marks.count }

    mutating func move(by step: Int) { self.selection.move(by: step, in: self.ids) }

    var listName: String { String(describing: Row.self) }

    var selectedIndex: Int? {
        self.selection.id.flatMap { id in self.rows.firstIndex { $0.id == id } }
    }

    mutating func place(at index: Int) { self.selection.place(index, in: self.ids) }

    /// Puts the cursor on a row that is shown.
    mutating func select(_ id: Row.ID) {
        if let index = self.rows.firstIndex(where: { $0.id == id }) { self.place(at: index) }
    }

    mutating func setFilter(_ text: String, environment: FilterEnvironment) throws(FilterMistake) {
        self.filter = try Filter(text, schema: Row.schema, environment: environment)
        self.filterText = text
        self.arrange()
        self.selection.update(self.ids)
    }

    // MARK: Order

    static var drawn: [Column<Row>] { Row.columns.filter { $0.minimum > 0 } }

    var sortNote: Phrase {
        let column = Row.columns.first { $0.name == self.sortName }
        return column.map { .sortedBy($0.title, isDescending: self.isDescending) } ?? .empty
    }

    mutating func sortByNextColumn() {
        let names = Self.drawn.filter { !self.hidden.contains($0.name) }.map(\.name)
        let place = names.firstIndex(of: self.sortName) ?? -1
        guard let next = names.isEmpty ? nil : names[(place + 1) % names.count] else { return }
        _ = self.sort(by: next)
    }

    mutating func sort(by name: String) -> Bool {
        guard let column = Row.columns.first(where: { $0.name == name }) else { return false }
        self.sortName = name
        self.isDescending = column.startsDescending
        self.arrange()
        self.selection.update(self.ids)
        return true
    }

    mutating func reverse() {
        self.isDescending.toggle()
        self.arrange()
        self.selection.update(self.ids)
    }

    // MARK: Columns and marks

    var columnChoices: [ColumnChoice] {
        Self.drawn.map {
            ColumnChoice(name: $0.name, title: $0.title, isShown: !self.hidden.contains($0.name))
        }
    }

    mutating func shiftColumns(by step: Int) {
        self.columnOffset = max(0, min(self.columnOffset + step, Self.drawn.count - 2))
    }

    /// Shows or hides a column; the first, which names the row, stays.
    mutating func toggleColumn(_ name: String) {
        guard Self.drawn.dropFirst().contains(where: { $0.name == name }) else { return }
        if self.hidden.remove(name) == nil { self.hidden.insert(name) }
    }

    mutating func toggleMark() {
        guard let id = self.selection.id else { return }
        if self.marks.remove(id) == nil { self.marks.insert(id) }
        self.move(by: 1)
    }

    mutating func clearMarks() { self.marks = [] }

    var setup: ListSetup {
        ListSetup(sort: self.sortName, isDescending: self.isDescending, hidden: self.hidden.sorted())
    }

    mutating func takeSetup(_ setup: ListSetup) {
        guard self.sort(by: setup.sort) else { return }
        if self.isDescending != setup.isDescending { self.reverse() }
        self.hidden = []
        for name in setup.hidden { self.toggleColumn(name) }
    }

    // MARK: Drawing

    /// The list as a table that fits a rectangle, without columns that are worth less than the room they
    /// take.
    func draw(
        into canvas: inout Canvas,
        rect: Rect,
        isFocused: Bool,
        now: Timestamp?,
        hasTitles: Bool = true,
        without: Set<String> = []
    ) {
        let context = DrawContext(
            language: canvas.language,
            glyphs: canvas.glyphs,
            zone: canvas.zone,
            now: now
        )
        let hidden = self.hidden.union(without)
        let shown = Self.drawn.filter { !hidden.contains($0.name) && $0.appears(self.rows) }
        let columns = Array(
            shown.prefix(1) + shown.dropFirst().dropFirst(min(self.columnOffset, shown.count - 2))
        )
        let height = max(0, rect.rows - (hasTitles ? 1 : 0))
        let top = self.selection.top(rows: height, count: self.rows.count)
        let visible = self.rows.dropFirst(top).prefix(height)
        let fields = visible.map { row in columns.map { $0.field(row, context) } }
        let longest =
            fields.compactMap(\.first).map { TextShaping.width($0.text, glyphs: canvas.glyphs) }.max()
            ?? 0
        Table(
            columns: columns.enumerated().map { index, column in
                self.tableColumn(
                    column,
                    longest: index == 0 ? longest : nil,
                    width: rect.columns,
                    canvas.language
                )
            },
            rows: fields,
            selected: self.selection.id.flatMap { id in visible.firstIndex { $0.id == id } }.map {
                $0 - top
            },
            marked: Set(
                visible.indices.filter { self.marks.contains(self.rows[$0].id) }.map { $0 - top }
            ),
            isFocused: isFocused,
            top: 0,
            hasTitles: hasTitles,
            clicks: Table.Clicks(list: self.listName, first: top, columns: columns.map(\.name))
        ).draw(into: &canvas, rect: rect)
    }

    private func tableColumn(
        _ column: Column<Row>,
        longest: Int?,
        width: Int,
        _ language: Language
    ) -> Table.Column {
        // The name is as wide as the longest, as far as there is room beside it.
        let name = longest.map { max(column.minimum, min($0, width < 72 ? 12 : 28)) }
        return Table.Column(
            title: language(column.title),
            minimum: name ?? column.minimum,
            ideal: max(name ?? 0, min(max(longest ?? 0, column.ideal), max(40, column.ideal))),
            grows: column.grows,
            priority: column.priority,
            alignment: column.alignment,
            keep: column.keep,
            sort: column.name == self.sortName ? (self.isDescending ? .descending : .ascending) : nil
        )
    }

    // MARK: Export

    /// What is shown, all columns and all rows, aligned.
    func text(_ context: DrawContext) -> String {
        let columns = Self.drawn
        let cells =
            [columns.map { context.language($0.title) }]
            + self.rows.map { row in columns.map { TextShaping.plain($0.field(row, context).text) } }
        let widths = columns.indices.map { index in
            cells.map { TextShaping.width($0[index], glyphs: context.glyphs) }.max() ?? 0
        }
        return cells.map { row in
            var line = ""
            for (index, text) in row.enumerated() {
                let gap = String(
                    repeating: " ",
                    count: widths[index] - TextShaping.width(text, glyphs: context.glyphs)
                )
                line += columns[index].alignment == .right ? gap + text : text + gap
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// What is shown as an array of objects, a line each; what does not apply is left out.
    var json: String {
        let lines = self.rows.map { row in
            let members = Row.columns.compactMap { column -> String? in
                let values = column.values(row).map(Self.json)
                guard !values.isEmpty else { return nil }
                let text = values.count == 1 ? values[0] : "[\(values.joined(separator: ","))]"
                return "\(JSONText.quoted(column.name)):\(text)"
            }
            return "{\(members.joined(separator: ","))}"
        }
        return "[\n\(lines.joined(separator: ",\n"))\n]\n"
    }

    private static func json(_ value: Column<Row>.Value) -> String {
        switch value {
        case .text(let text): JSONText.quoted(text)
        case .address(let address): JSONText.quoted(address.description)
        case .number(let number): JSONText.number(number)
        }
    }
}
