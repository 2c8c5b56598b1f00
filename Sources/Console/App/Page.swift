/// The pages; raw values are their keys.
enum Page: Int, CaseIterable, Hashable, Sendable {
    case overview = 1
    case listeners = 2
    case trustStores = 3
    case log = 4
    case refusals = 5
    case targets = 6
    case clients = 7
    case changes = 8
    /// The other view of the log: the same key leads from one to the other.
    case requests = 9

    var title: Phrase {
        switch self {
        case .overview: .pageOverview
        case .listeners: .pageListeners
        case .trustStores: .pageTrustStores
        case .log: .pageLog
        case .refusals: .pageRefusals
        case .targets: .pageTargets
        case .clients: .pageClients
        case .changes: .pageChanges
        case .requests: .pageRequests
        }
    }

    /// The tab that it stands under.
    var tab: Page { self == .requests ? .log : self }

    /// For narrow screens.
    var shortTitle: Phrase {
        switch self {
        case .overview: .tabOverview
        case .listeners: .tabListeners
        case .trustStores: .tabTrustStores
        case .log: .tabLog
        case .refusals: .tabRefusals
        case .targets: .tabTargets
        case .clients: .tabClients
        case .changes: .tabChanges
        case .requests: .pageRequests
        }
    }

    /// The command that leads to it, and its word in settings.
    var name: String {
        switch self {
        case .overview: "overview"
        case .listeners: "listeners"
        case .trustStores: "trust-stores"
        case .log: "log"
        case .refusals: "refusals"
        case .targets: "targets"
        case .clients: "clients"
        case .changes: "changes"
        case .requests: "requests"
        }
    }

    /// Whether the gate tells what it shows; a page without its data is not there.
    func exists(in state: ConsoleState) -> Bool {
        switch self {
        case .targets: state.targetHealth != nil
        case .overview, .listeners, .trustStores, .log, .refusals, .clients, .changes, .requests: true
        }
    }
}
