import Model

/// Everything about what is under the cursor, whatever page it is on.
enum Details {
    static func selected(_ state: ConsoleState) -> Detail? {
        switch state.page {
        case .listeners:
            guard let row = state.selectedListener, let view = state.view else { return nil }
            return ListenersScreen.detail(row.loadBalancer, row.listener, view, state)
        case .trustStores:
            if state.pane == 2 {
                return state.revocations.selected.map { TrustStoresScreen.detail($0, state) }
            }
            return state.certificates.selected.map { TrustStoresScreen.detail($0, state) }
        case .log: return state.selectedEntry.map { EventDetail.detail($0, state.language) }
        case .requests: return state.requests.selected.map { RequestsScreen.detail($0, state) }
        case .clients: return state.clients.selected.map { ClientsScreen.everything($0, state) }
        case .targets: return state.targets.selected.map { TargetsScreen.detail($0, state) }
        case .changes: return state.changeList.selected.map { ChangesScreen.detail($0.change, state) }
        case .overview, .refusals: return nil
        }
    }
}
