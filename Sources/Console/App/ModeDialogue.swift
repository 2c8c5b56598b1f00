import Model

/// The question whether a listener's mutual TLS shall be changed.
///
/// It hangs on the listener's identifier and on the generation it shows. Nothing but Enter on Apply changes
/// anything.
struct ModeDialogue: Hashable, Sendable {
    enum Field: Hashable, Sendable {
        case mode, store, name, cancel, apply
    }

    let listenerID: ResourceID
    let listenerName: String
    /// What the listener has, as of `generation`.
    private(set) var now: MutualAuthentication
    private(set) var generation: UInt64
    private(set) var stores: [TrustStore]
    var mode: MutualAuthentication.Mode
    var storeID: ResourceID?
    var typedName = ""
    var focus: Field = .mode
    /// The request that was sent; nil until Apply.
    var request: Int?
    /// What stands in the way, or what went wrong.
    var problem: String?
    /// Keys before this moment were not meant for the dialogue.
    let opensAt: Int64

    /// How long a dialogue that can change something ignores keys.
    static let guardMilliseconds: Int64 = 300

    init(listener: Listener, view: GateView, now: Int64) {
        self.listenerID = listener.id
        self.listenerName = listener.name
        self.now = listener.mutualAuthentication
        self.generation = view.generation
        self.stores = view.configuration.trustStores
        self.mode = listener.mutualAuthentication.mode
        self.storeID = listener.mutualAuthentication.trustStoreID ?? self.stores.first?.id
        self.opensAt = now + Self.guardMilliseconds
    }

    var store: TrustStore? { self.stores.first { $0.id == self.storeID } }
    var currentStore: TrustStore? { self.stores.first { $0.id == self.now.trustStoreID } }

    /// Whether the new mode checks less than the present one.
    var isWeaker: Bool { Self.strength(self.mode) < Self.strength(self.now.mode) }

    var isChange: Bool {
        self.mode != self.now.mode || self.mode == .verify && self.storeID != self.now.trustStoreID
    }

    /// The fields that exist at the moment, in the order of Tab.
    var fields: [Field] {
        var fields: [Field] = [.mode]
        if self.mode == .verify { fields.append(.store) }
        if self.isWeaker { fields.append(.name) }
        return fields + [.cancel, .apply]
    }

    /// Why Apply does nothing; nil when it would.
    var obstacle: String? {
        if self.request != nil { return "the change is on its way" }
        if self.mode == .verify, self.store == nil {
            return "verify needs a trust store, and there is none: add one with sekisho apply"
        }
        if !self.isChange { return "nothing to change: choose another mode" }
        if self.isWeaker, self.typedName != self.listenerName {
            return "type the listener's name, \(self.listenerName), to open it further"
        }
        return nil
    }

    var change: MutualAuthenticationChange {
        MutualAuthenticationChange(
            listener: self.listenerID.description,
            mode: self.mode,
            trustStore: self.mode == .verify ? self.store?.name : nil,
            seenGeneration: self.generation
        )
    }

    /// The same as a command.
    var command: String {
        let store = self.mode == .verify ? self.store.map { " --trust-store \($0.name)" } ?? "" : ""
        return "sekisho mtls \(self.listenerName) \(self.mode.rawValue)\(store)"
    }

    /// What the change means for clients and targets.
    var consequence: String {
        let store = self.store.map(\.name) ?? "the trust store"
        switch (self.now.mode, self.mode) {
        case (.verify, .verify) where self.isChange:
            return
                "Clients are checked against \(store) instead of \(self.currentStore?.name ?? "the old store")."
        case (.off, .off), (.passthrough, .passthrough), (.verify, .verify):
            return "This is what the listener does now."
        case (.verify, .passthrough):
            return "STOPS: no certificate is checked any more; any, or none, gets through. Targets lose "
                + "X-Amzn-Mtls-Clientcert-Subject, -Issuer, -Serial-Number, -Validity and -Leaf; they get "
                + "X-Amzn-Mtls-Clientcert and must judge it themselves."
        case (.verify, .off):
            return
                "STOPS: no certificate is asked for or checked; everybody gets through. Targets lose every "
                + "X-Amzn-Mtls header."
        case (.passthrough, .off):
            return "STOPS: no certificate is asked for. Targets lose X-Amzn-Mtls-Clientcert and cannot tell "
                + "clients apart by certificate."
        case (.off, .passthrough):
            return "Clients are asked for a certificate; any, or none, gets through. Targets get "
                + "X-Amzn-Mtls-Clientcert. Nobody is refused."
        case (.off, .verify):
            return
                "Clients without a certificate of \(store) are refused. Nobody was asked for one until now, "
                + "so nobody knows how many that are: passthrough first shows them in the log."
        case (.passthrough, .verify):
            return "Clients without a certificate of \(store) are refused."
        }
    }

    /// The same in at most 72 characters, for the smallest windows; the store is named in the row above.
    var shortConsequence: String {
        switch (self.now.mode, self.mode) {
        case (.verify, .verify) where self.isChange: "Checks clients against this store instead."
        case (.off, .off), (.passthrough, .passthrough), (.verify, .verify):
            "This is what the listener does now."
        case (.verify, .passthrough): "STOPS checking: any certificate, or none, gets through."
        case (.verify, .off): "STOPS asking: everybody gets through; targets get no names."
        case (.passthrough, .off): "STOPS asking: targets get no certificate any more."
        case (.off, .passthrough): "Asks for a certificate; nobody is refused."
        case (.off, .verify), (.passthrough, .verify):
            "Refuses clients without a certificate of this store."
        }
    }

    /// Takes a newer state of the gate.
    ///
    /// - Returns: false when the listener is gone.
    mutating func update(_ view: GateView) -> Bool {
        guard let listener = view.configuration.listeners.first(where: { $0.listener.id == self.listenerID })
        else { return false }
        self.stores = view.configuration.trustStores
        if let storeID, !self.stores.contains(where: { $0.id == storeID }) {
            self.storeID = self.stores.first?.id
            self.typedName = ""
            self.problem = "the trust store has gone; check the choice"
        }
        // While a request runs, the change that is seen here is our own.
        if self.request == nil, listener.listener.mutualAuthentication != self.now {
            self.typedName = ""
            self.focus = .mode
            self.problem = "somebody else changed this listener: it was \(self.now.mode.rawValue)"
        }
        self.now = listener.listener.mutualAuthentication
        self.generation = view.generation
        if !self.fields.contains(self.focus) { self.focus = .mode }
        return true
    }

    private static func strength(_ mode: MutualAuthentication.Mode) -> Int {
        switch mode {
        case .off: 0
        case .passthrough: 1
        case .verify: 2
        }
    }
}
