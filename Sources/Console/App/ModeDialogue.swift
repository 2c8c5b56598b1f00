import Model

/// The question whether a listener's mutual TLS shall be changed.
///
/// It hangs on the listener's identifier and on the generation it shows. Nothing but Enter on Apply changes
/// anything.
struct ModeDialogue: Hashable, Sendable {
    enum Field: Hashable, Sendable {
        case mode, store, terms, name, cancel, apply
    }

    let listenerID: ResourceID
    let listenerName: String
    /// What the listener has, as of `generation`.
    private(set) var now: MutualAuthentication
    private(set) var generation: UInt64
    private(set) var stores: [TrustStore]
    var mode: MutualAuthentication.Mode
    var storeID: ResourceID?
    /// After which time the change undoes itself unless it is kept; nil for one that stays.
    var trialSeconds: Int? = ModeDialogue.trials[0]
    var typedName = ""
    var focus: Field = .mode
    /// The request that was sent; nil until Apply.
    var request: Int?
    /// What the gate says of its clients under the chosen mode.
    var preview: Preview = .none
    /// What stands in the way, or what went wrong.
    var problem: Phrase?
    /// Keys before this moment were not meant for the dialogue.
    let opensAt: Int64

    /// What would become of the listener's clients.
    enum Preview: Hashable, Sendable {
        case none
        case asked(Int)
        case known(RehearsalReport)
        case failed(String)
    }

    /// How long a trial may be asked to last, the proposed one first; then there is the change that stays.
    static let trials: [Int?] = [600, 1_800, 3_600, nil]

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
        if self.isChange { fields.append(.terms) }
        if self.isWeaker { fields.append(.name) }
        return fields + [.cancel, .apply]
    }

    /// Why Apply does nothing; nil when it would.
    var obstacle: Phrase? {
        if self.request != nil { return .modeUnderway }
        if self.mode == .verify, self.store == nil { return .modeNeedsStore }
        if !self.isChange { return .modeNothingToChange }
        if self.isWeaker, self.typedName != self.listenerName {
            return .modeNameNeeded(self.listenerName)
        }
        return nil
    }

    var change: MutualAuthenticationChange {
        MutualAuthenticationChange(
            listener: self.listenerID.description,
            mode: self.mode,
            trustStore: self.mode == .verify ? self.store?.name : nil,
            seenGeneration: self.generation,
            trial: self.trialSeconds.flatMap { try? TrialTerms(confirmWithinSeconds: $0) }
        )
    }

    /// The same as a command.
    var command: String {
        let store = self.mode == .verify ? self.store.map { " --trust-store \($0.name)" } ?? "" : ""
        let trial = self.trialSeconds.map { " --confirm-within \($0 / 60)m" } ?? ""
        return "sekisho mtls \(self.listenerName) \(self.mode.rawValue)\(store)\(trial)"
    }

    /// What the change means for clients and targets.
    var consequence: Phrase {
        let store = self.store?.name ?? "the trust store"
        switch (self.now.mode, self.mode) {
        case (.verify, .verify) where self.isChange:
            return .modeOtherStore(store, old: self.currentStore?.name)
        case (.off, .off), (.passthrough, .passthrough), (.verify, .verify): return .modeAsItIs
        case (.verify, .passthrough): return .modeVerifyToPassthrough
        case (.verify, .off): return .modeVerifyToOff
        case (.passthrough, .off): return .modePassthroughToOff
        case (.off, .passthrough): return .modeOffToPassthrough
        case (.off, .verify): return .modeOffToVerify(store)
        case (.passthrough, .verify): return .modePassthroughToVerify(store)
        }
    }

    /// The same for the smallest windows.
    var shortConsequence: Phrase {
        switch (self.now.mode, self.mode) {
        case (.verify, .verify) where self.isChange: .modeShortOtherStore
        case (.off, .off), (.passthrough, .passthrough), (.verify, .verify): .modeAsItIs
        case (.verify, .passthrough): .modeShortVerifyToPassthrough
        case (.verify, .off): .modeShortVerifyToOff
        case (.passthrough, .off): .modeShortPassthroughToOff
        case (.off, .passthrough): .modeShortOffToPassthrough
        case (.off, .verify), (.passthrough, .verify): .modeShortToVerify
        }
    }

    /// Takes a newer state of the gate.
    ///
    /// - Returns: false when the listener is gone.
    mutating func update(_ view: GateView) -> Bool {
        guard
            let listener = view.configuration.listeners.first(where: { $0.listener.id == self.listenerID }
            )
        else { return false }
        self.stores = view.configuration.trustStores
        if let storeID, !self.stores.contains(where: { $0.id == storeID }) {
            self.storeID = self.stores.first?.id
            self.typedName = ""
            self.problem = .modeStoreGone
        }
        // While a request runs, the change that is seen here is our own.
        if self.request == nil, listener.listener.mutualAuthentication != self.now {
            self.typedName = ""
            self.focus = .mode
            self.problem = .modeChangedMeanwhile(self.now.mode.rawValue)
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
