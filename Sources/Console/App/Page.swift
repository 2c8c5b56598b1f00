/// The pages; raw values are their keys.
enum Page: Int, CaseIterable, Hashable, Sendable {
    case listeners = 2
    case trustStores = 3
    case log = 4

    var title: String {
        switch self {
        case .listeners: "Listeners"
        case .trustStores: "Trust stores"
        case .log: "Log"
        }
    }

    /// For narrow screens.
    var shortTitle: String {
        switch self {
        case .listeners: "List"
        case .trustStores: "Trust"
        case .log: "Log"
        }
    }
}
