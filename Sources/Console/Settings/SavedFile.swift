import Model
import Yams

/// The memory of a console as text: JSON, which is YAML enough to be read as that.
enum SavedFile {
    static func text(_ saved: SavedState) -> String {
        func object(_ members: [(String, String)]) -> String {
            "{\(members.map { "\(JSONText.quoted($0.0)): \($0.1)" }.joined(separator: ", "))}"
        }
        func list(_ texts: [String]) -> String {
            "[\(texts.map(JSONText.quoted).joined(separator: ", "))]"
        }
        let filters = saved.filters.sorted { $0.key < $1.key }.map {
            ($0.key, JSONText.quoted($0.value))
        }
        let lists = saved.lists.sorted { $0.key < $1.key }.map { name, setup in
            (
                name,
                object([
                    ("sort", JSONText.quoted(setup.sort)), ("descending", "\(setup.isDescending)"),
                    ("hidden", list(setup.hidden)),
                ])
            )
        }
        let members = [
            "\"version\": 1", "\"page\": \(JSONText.quoted(saved.page ?? "overview"))",
            "\"filters\": \(object(filters))", "\"history\": \(list(saved.history))",
            "\"lists\": \(object(lists))",
        ]
        return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
    }

    /// What can be made of a text; a memory that is damaged is no reason to stop.
    static func parse(_ text: String) -> SavedState {
        var saved = SavedState()
        guard let root = try? Yams.compose(yaml: text), let mapping = root.mapping,
            mapping["version"]?.int == 1
        else { return saved }
        saved.page = mapping["page"]?.string
        for (key, value) in mapping["filters"]?.mapping ?? [:] {
            guard let name = key.string, let text = value.string,
                saved.filters.count < SavedState.filterLimit
            else { continue }
            saved.filters[name] = text
        }
        let history = mapping["history"]?.sequence?.compactMap(\.string) ?? []
        saved.history = Array(history.prefix(SavedState.historyLimit))
        for (key, value) in mapping["lists"]?.mapping ?? [:] {
            guard let name = key.string, let setup = value.mapping, let sort = setup["sort"]?.string
            else {
                continue
            }
            saved.lists[name] = ListSetup(
                sort: sort,
                isDescending: setup["descending"]?.bool ?? false,
                hidden: setup["hidden"]?.sequence?.compactMap(\.string) ?? []
            )
        }
        return saved
    }
}
