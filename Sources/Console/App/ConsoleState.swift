import Model

/// Everything a console shows and knows; what it looks like is a function of this alone.
struct ConsoleState: Sendable {
    let role: ConsoleOptions.Role
    /// The one that the gate is on; nil for this one.
    var machine: String?
    var size: Size
    var settings: ConsoleSettings
    var keys: KeyMap
    /// Names of themes that there are, for completion.
    var themes: [String] = []
    /// What the terminal can draw.
    var glyphs = Glyphs.unicode
    /// The console's clock, in milliseconds.
    var now: Int64 = 0

    var link: Link = .connecting
    var isSlow = false
    /// nil until the gate has said something.
    var view: GateView?
    var counters: GateCounters?
    /// When they came, by the console's clock.
    var countersAt: Int64 = 0
    var events: EventLog
    var history = History()
    var groupHistory = GroupHistory()
    var refusalGroups = RefusalGroups()
    /// Newest first; the view's newest until all have been asked for.
    var changes: [ChangeRecord] = []

    /// The ledger's newest clients, as of when they were asked for; nil before.
    var clientList: ClientList?
    var expiring = ExpiringClients()

    var page: Page = .overview
    /// Pages that led to this one.
    var trail: [Page] = []
    var panes: [Page: Int] = [:]
    /// Filters that were set by coming from a row of another page.
    var visits: [Page: String] = [:]
    var isZoomed = false
    var attention = ListView<AttentionItem>(sortedBy: "")
    var listeners = ListView<ListenerRow>(sortedBy: "name")
    /// Of the selected listener.
    var names = ListView<NameRow>(sortedBy: "")
    var stores = ListView<StoreRow>(sortedBy: "name")
    var certificates = ListView<CertificateRow>(sortedBy: "")
    var revocations = ListView<RevocationRow>(sortedBy: "id")
    var refusals = ListView<RefusalRow>(sortedBy: "count", isDescending: true)
    /// Which failure of the selected group is looked at; nil for the newest.
    var refusalNumber: UInt64?
    var targets = ListView<TargetRow>(sortedBy: "")
    var clients = ListView<ClientRow>(sortedBy: "last", isDescending: true)
    var changeList = ListView<ChangeRow>(sortedBy: "number", isDescending: true)
    var requestLog = RequestLog()
    var requests = ListView<RequestRow>(sortedBy: "at", isDescending: true)
    var log = LogView()
    var logColumns = LogColumns()

    var lock: Lock = .observe
    var overlay: Overlay?
    var dialogue: Dialogue?
    var prompt: Prompt?
    var toast: Toast?
    var saved = SavedState()
    /// Where a file was looked for last.
    var lastDirectory = "."
    /// Numbers requests, so that an answer finds its question.
    var lastRequest = 0
    /// What was asked for by each request that has no answer yet.
    var pending: [Int: Pending] = [:]
    /// When a key was pressed last: rows do not change places right after.
    var lastKeyAt: Int64 = .min / 2

    /// Rows do not change places for so long after a key.
    static let quietMilliseconds: Int64 = 2_000

    init(
        role: ConsoleOptions.Role,
        size: Size,
        settings: ConsoleSettings = ConsoleSettings(),
        keys: KeyMap = .standard
    ) {
        self.role = role
        if role == .viewing { self.lock = .readOnly }
        self.size = size
        self.settings = settings
        self.keys = keys
        self.events = EventLog(limit: settings.logEvents)
    }

    /// A terminal without Unicode can be spoken to in English only.
    var language: Language { self.glyphs.isUnicode ? self.settings.language : .english }

    var layout: PageLayout { PageLayout(self.size) }

    /// When something changes by itself (a toast goes, arming counts down); nil for never.
    var nextDeadline: Int64? {
        var deadlines: [Int64] = []
        if let toast { deadlines.append(toast.until) }
        if case .armed(let until) = self.lock {
            let rest = max(0, until - self.now)
            deadlines.append(rest == 0 ? self.now : until - (rest - 1) / 1_000 * 1_000)
        }
        // Countdowns of trials are the gate's; here only the figure changes with each second.
        if self.view?.trials?.isEmpty == false { deadlines.append(self.now - self.now % 1_000 + 1_000) }
        if self.log.isSearching { deadlines.append(self.now) }
        return deadlines.min()
    }

    /// The gate's clock now: what it said last, and what has passed since.
    var gateTime: Timestamp? {
        self.counters.map {
            Timestamp(microseconds: $0.time.microseconds + max(0, self.now - self.countersAt) * 1_000)
        }
    }

    /// Client connections open now, on every listener together.
    var openConnections: Int {
        self.counters?.engine.listeners.values.reduce(0) { $0 + $1.open } ?? 0
    }

    /// What is known of targets; nil from a gate that checks none.
    var targetHealth: [ResourceID: TargetGroupHealth]? {
        self.counters?.engine.targetGroups ?? self.view?.targetHealth
    }

    var selectedListener: (loadBalancer: LoadBalancer, listener: Listener)? {
        guard let view, let id = self.listeners.selection.id else { return nil }
        return view.configuration.listeners.first { $0.listener.id == id }
    }

    /// The name under the cursor, if it is on one that has a policy of its own.
    var selectedName: String? {
        self.page == .listeners && self.pane == 1 ? self.names.selected?.serverName : nil
    }

    var selectedStore: TrustStore? { self.stores.selected?.store }

    /// The record under the cursor of the log.
    var selectedEntry: PackedRecord? {
        guard !self.log.matches.isEmpty else { return nil }
        return self.events.entry(self.log.matches[self.log.cursorIndex].number)
    }

    /// The failure that the refusals page explains.
    var selectedRefusal: PackedRecord? {
        guard let group = self.refusals.selected else { return nil }
        let number = self.refusalNumber.flatMap { group.numbers.contains($0) ? $0 : nil }
        return (number ?? group.numbers.last).flatMap { self.events.entry($0) }
    }

    /// What filters may refer to.
    var filterEnvironment: FilterEnvironment {
        FilterEnvironment(
            now: self.counters?.time ?? Timestamp(seconds: 0),
            changes: Dictionary(self.changes.map { ($0.number, $0.time) }, uniquingKeysWith: { $1 }),
            saved: self.saved.filters,
            secondsEast: self.settings.zone.offset(at: self.counters?.time ?? Timestamp(seconds: 0))
        )
    }

    mutating func say(_ kind: Toast.Kind, _ text: Phrase, draining: ResourceID? = nil) {
        self.toast = Toast(
            kind: kind,
            text: self.language(text),
            drainingListener: draining,
            until: self.now + kind.milliseconds
        )
    }
}
