/// What a console remembers from one time to the next: looks, never configuration.
struct SavedState: Hashable, Sendable {
    /// Lines that are kept of the palette.
    static let historyLimit = 50
    /// Filters that are kept.
    static let filterLimit = 100

    /// Texts of filters by the names they were given.
    var filters: [String: String] = [:]
    /// Commands of the palette, newest first.
    var history: [String] = []
    var page: String?
    var lists: [String: ListSetup] = [:]

    /// Puts a line first.
    mutating func remember(_ line: String) {
        self.history.removeAll { $0 == line }
        self.history.insert(line, at: 0)
        self.history.removeLast(max(0, self.history.count - Self.historyLimit))
    }
}
