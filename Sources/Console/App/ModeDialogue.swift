import Model

/// The question whether mutual TLS of a listener, or of one of its names, shall be changed.
///
/// It hangs on the listener's identifier and on the generation it shows. Nothing but Enter on Apply changes
/// anything.
struct ModeDialogue: Hashable, Sendable {
    enum Field: Hashable, Sendable {
        case mode, store, clients, identity, expiry, caNames, terms, limit, name, cancel, apply
    }

    let listenerID: ResourceID
    let listenerName: String
    /// The name that alone is judged otherwise; nil for the listener's own mode.
    let serverName: String?
    /// The name has no policy of its own until now.
    private(set) var isNewName: Bool
    /// What the listener or name has, as of `generation`.
    private(set) var now: MutualAuthentication
    private(set) var generation: UInt64
    private(set) var stores: [TrustStore]
    var mode: MutualAuthentication.Mode
    var storeID: ResourceID?
    /// What becomes of clients that do not pass; `verify` only.
    var enforcement: ClientRequirements.Enforcement
    /// Which clients alone are let in, as ``IdentityText`` reads it; `verify` only.
    var identity: String
    /// Whether certificates past their end are let in; `verify` only.
    var ignoresExpiry: Bool
    /// Whether clients are told the names of the trust store's CAs; `verify` only.
    var advertisesCANames: Bool
    /// After which time the change undoes itself unless it is kept; nil for one that stays.
    var trialSeconds: Int? = ModeDialogue.proposedTrial
    /// Of how many refusals in a hundred connections a trial is taken back at once; nil for none.
    var limitPercent: Int?
    var typedName = ""
    var focus: Field = .mode
    /// The request that was sent; nil until Apply.
    var request: Int?
    /// What the gate says of its clients under the chosen mode.
    var preview: Preview = .none
    /// The change that the gate was asked about last.
    var rehearsed: MutualAuthenticationChange?
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

    /// How long a trial may be asked to last; then there is the change that stays.
    static let trials: [Int?] = [60, 300, 600, 1_800, 3_600, nil]
    static let proposedTrial = 600

    /// What a limit is proposed above the share that is expected, in percent points.
    private static let margin = 3

    /// Of a hundred connections, as many may be refused without the name being asked for.
    private static let plainPercent: UInt64 = 1

    /// How long a dialogue that can change something ignores keys.
    static let guardMilliseconds: Int64 = 300

    init(listener: Listener, serverName: String? = nil, view: GateView, now: Int64) {
        self.listenerID = listener.id
        self.listenerName = listener.name
        self.serverName = serverName
        self.isNewName = Self.isNew(serverName, on: listener)
        let mutual = listener.authentication(for: serverName)
        self.now = mutual
        self.generation = view.generation
        self.stores = view.configuration.trustStores
        self.mode = mutual.mode
        self.storeID = mutual.trustStoreID ?? self.stores.first?.id
        // In the other modes they are kept for a flip back to verify.
        let requirements = mutual.requirements
        self.enforcement = requirements.clientCertificate
        self.identity = IdentityText.text(of: requirements)
        self.ignoresExpiry = mutual.ignoreClientCertificateExpiry
        self.advertisesCANames = mutual.advertiseTrustStoreCaNames
        self.opensAt = now + Self.guardMilliseconds
    }

    private static func isNew(_ serverName: String?, on listener: Listener) -> Bool {
        serverName.map { name in !listener.namePolicies.contains { $0.names.contains(name) } } ?? false
    }

    /// What has to be typed where that is asked for.
    var confirmedName: String { self.serverName ?? self.listenerName }

    /// Why it has to be typed, and what.
    var nameNeeded: Phrase {
        if let risk, !self.isWeaker { return .modeNameForRisk(self.confirmedName, risk) }
        return self.serverName.map { .modeHostNeeded($0) } ?? .modeNameNeeded(self.listenerName)
    }

    /// What is changed, for a person.
    var object: String { self.serverName.map { "\(self.listenerName) \($0)" } ?? self.listenerName }

    var store: TrustStore? { self.stores.first { $0.id == self.storeID } }
    var currentStore: TrustStore? { self.stores.first { $0.id == self.now.trustStoreID } }

    /// Whether somebody could get through whom the present mode keeps out by what it asks of clients.
    var isWeaker: Bool {
        let strength = Self.strength(self.mode, self.enforcement)
        let before = Self.strength(self.now.mode, self.now.requirements.clientCertificate)
        if strength != before { return strength < before }
        return self.mode == .verify && self.now.mode == .verify && self.isWider
    }

    /// Why a flip to verify may lock out whom nobody means to; nil where the gate expects next to nobody to
    /// be refused anew.
    var risk: Phrase? {
        guard self.isChange, self.mode == .verify else { return nil }
        switch self.preview {
        case .none, .asked: return nil
        case .failed: return .riskUnknown
        case .known(let report) where report.isBlind: return .riskUnknown
        case .known(let report):
            let refused = report.refusedConnections
            let all = report.connections ?? refused
            guard refused * 100 > all * Self.plainPercent else { return nil }
            return .riskRefused(Figures.share(Double(refused), of: Double(all)))
        }
    }

    /// Whether what is changed has to be typed first.
    var needsName: Bool { self.isWeaker || self.risk != nil }

    /// Whether clients that are connected are judged again, instead of losing their connections.
    var judgesAgain: Bool { self.mode == .verify && self.now.mode == .verify }

    /// Whether clients are let in that a date, a filter or a pin keeps out now.
    private var isWider: Bool {
        if self.ignoresExpiry, !self.now.ignoreClientCertificateExpiry { return true }
        guard let wanted = self.requirements else { return false }
        let before = self.current
        func isWider<Value: Hashable>(_ new: [Value], _ old: [Value]) -> Bool {
            !old.isEmpty && (new.isEmpty || !Set(new).isSubset(of: old))
        }
        return isWider(wanted.identityFilters, before.identityFilters)
            || isWider(wanted.pinnedCertificates, before.pinnedCertificates)
    }

    var isChange: Bool {
        if self.mode != self.now.mode || self.isNewName { return true }
        guard self.mode == .verify else { return false }
        return self.storeID != self.now.trustStoreID || self.requirements != self.current
            || self.hasOtherOptions
    }

    private var hasOtherOptions: Bool {
        self.ignoresExpiry != self.now.ignoreClientCertificateExpiry
            || self.advertisesCANames != self.now.advertiseTrustStoreCaNames
    }

    /// What is asked of them now, in the form in which it is typed.
    private var current: ClientRequirements {
        var requirements = self.now.requirements
        if let (filters, pins) = IdentityText.read(IdentityText.text(of: requirements)) {
            (requirements.identityFilters, requirements.pinnedCertificates) = (filters, pins)
        }
        return requirements
    }

    /// What would be asked of clients in verify; nil while the text for it has a mistake.
    var requirements: ClientRequirements? {
        guard let (filters, pins) = IdentityText.read(self.identity) else { return nil }
        return ClientRequirements(
            clientCertificate: self.enforcement,
            identityFilters: filters,
            pinnedCertificates: pins
        )
    }

    /// The fields that exist at the moment, in the order of Tab.
    var fields: [Field] {
        var fields: [Field] = [.mode]
        if self.mode == .verify { fields += [.store, .clients, .identity, .expiry, .caNames] }
        if self.isChange { fields += self.trialSeconds == nil ? [.terms] : [.terms, .limit] }
        if self.needsName { fields.append(.name) }
        return fields + [.cancel, .apply]
    }

    /// Why Apply does nothing; nil when it would.
    var obstacle: Phrase? {
        if self.request != nil { return .modeUnderway }
        if self.mode == .verify, self.store == nil { return .modeNeedsStore }
        if self.mode == .verify, self.requirements == nil { return .modeIdentityMistake }
        if !self.isChange { return .modeNothingToChange }
        // Whoever is quicker than the gate does not know what he does.
        if self.mode == .verify, !self.isWeaker, case .asked = self.preview { return .confirmNotKnownYet }
        if let limitProblem { return limitProblem }
        guard self.needsName, self.typedName != self.confirmedName else { return nil }
        return self.nameNeeded
    }

    /// What is wrong with the limit of refusals; nil for nothing.
    var limitProblem: Phrase? {
        guard self.trialSeconds != nil, let limitPercent else { return nil }
        guard TrialTerms.refusalPercents.contains(limitPercent) else { return .modeLimitRange }
        guard let expectedPercent, limitPercent <= expectedPercent else { return nil }
        return .modeLimitTooLow(expectedPercent)
    }

    /// Of a hundred connections, those that the gate expects to be refused anew, rounded up; nil where it
    /// does not know.
    var expectedPercent: Int? {
        guard case .known(let report) = self.preview, !report.isBlind,
            let all = report.connections
        else { return nil }
        return all == 0 ? nil : Int((report.refusedConnections * 100 + all - 1) / all)
    }

    /// Proposes a limit from what the gate expects, where that is more than chance.
    mutating func proposeLimit() {
        guard case .known(let report) = self.preview, let expectedPercent,
            report.connections ?? 0 >= RehearsalReport.telling
        else { return }
        self.limitPercent = min(100, expectedPercent + Self.margin)
    }

    var change: MutualAuthenticationChange {
        var change = MutualAuthenticationChange(
            listener: self.listenerID.description,
            serverName: self.serverName,
            mode: self.mode,
            trustStore: self.mode == .verify ? self.store?.name : nil,
            seenGeneration: self.generation,
            trial: self.trialSeconds.flatMap {
                try? TrialTerms(confirmWithinSeconds: $0, maximumRefusalPercent: self.limitPercent)
            }
        )
        if self.mode == .verify, let requirements {
            if self.ignoresExpiry != self.now.ignoreClientCertificateExpiry {
                change.ignoreClientCertificateExpiry = self.ignoresExpiry
            }
            if self.advertisesCANames != self.now.advertiseTrustStoreCaNames {
                change.advertiseTrustStoreCaNames = self.advertisesCANames
            }
            let before = self.current
            if requirements.clientCertificate != before.clientCertificate {
                change.clientCertificate = requirements.clientCertificate
            }
            if requirements.identityFilters != before.identityFilters {
                change.identityFilters = requirements.identityFilters
            }
            if requirements.pinnedCertificates != before.pinnedCertificates {
                change.pinnedCertificates = requirements.pinnedCertificates
            }
        }
        return change
    }

    /// The change without what a rehearsal does not depend on.
    var rehearsable: MutualAuthenticationChange {
        var change = self.change
        (change.trial, change.seenGeneration) = (nil, nil)
        return change
    }

    /// Whether the gate has been asked about the change as it stands.
    var isRehearsed: Bool { self.rehearsed == self.rehearsable }

    /// The same as a command.
    var command: String {
        let name = self.serverName.map { " --name \($0)" } ?? ""
        let store = self.mode == .verify ? self.store.map { " --trust-store \($0.name)" } ?? "" : ""
        let change = self.change
        var asked = change.clientCertificate.map { " --client-certificate \($0.rawValue)" } ?? ""
        if change.identityFilters != nil || change.pinnedCertificates != nil {
            asked += self.requirements.map(IdentityText.options) ?? ""
        }
        func option(_ name: String, _ isOn: Bool?) {
            if let isOn { asked += " --\(name) \(isOn ? "on" : "off")" }
        }
        option("ignore-expiry", change.ignoreClientCertificateExpiry)
        option("advertise-ca-names", change.advertiseTrustStoreCaNames)
        let limit = self.limitPercent.map { " --max-refusals \($0)" } ?? ""
        let trial = self.trialSeconds.map { " --confirm-within \($0 / 60)m\(limit)" } ?? ""
        return "sekisho mtls \(self.listenerName) \(self.mode.rawValue)\(name)\(store)\(asked)\(trial)"
    }

    /// What the change means for clients and targets.
    var consequence: Phrase {
        let store = self.store?.name ?? "the trust store"
        switch (self.now.mode, self.mode) {
        case (.verify, .verify) where self.isChange && self.storeID == self.now.trustStoreID:
            let options = Phrase.modeOptions(
                ignoresExpiry: self.change.ignoreClientCertificateExpiry,
                advertises: self.change.advertiseTrustStoreCaNames
            )
            guard self.requirements != self.current else { return options }
            return .modeOtherRequirements(self.enforcement) + options
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
        case (.verify, .verify) where self.isChange && self.storeID == self.now.trustStoreID:
            .modeShortOtherRequirements
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
        let mutual = listener.listener.authentication(for: self.serverName)
        if self.request == nil, mutual != self.now {
            self.typedName = ""
            self.focus = .mode
            self.problem = .modeChangedMeanwhile(self.now.mode.rawValue)
        }
        self.now = mutual
        if self.request == nil { self.isNewName = Self.isNew(self.serverName, on: listener.listener) }
        self.generation = view.generation
        if !self.fields.contains(self.focus) { self.focus = .mode }
        return true
    }

    private static func strength(
        _ mode: MutualAuthentication.Mode,
        _ enforcement: ClientRequirements.Enforcement
    ) -> Int {
        switch (mode, enforcement) {
        case (.off, _): 0
        case (.passthrough, _): 1
        case (.verify, .observed): 2
        case (.verify, .optional): 3
        case (.verify, .required): 4
        }
    }
}
