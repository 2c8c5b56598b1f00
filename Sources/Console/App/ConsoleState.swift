import Model

/// Everything a console shows and knows; what it looks like is a function of this alone.
struct ConsoleState: Sendable {
    let role: ConsoleOptions.Role
    var size: Size
    /// The console's clock, in milliseconds.
    var now: Int64 = 0

    var link: Link = .connecting
    var isSlow = false
    /// nil until the gate has said something.
    var view: GateView?
    var counters: GateCounters?
    var events = EventLog()

    var page: Page = .listeners
    var listeners = ListenersView()
    var trustStores = TrustStoresView()
    var log = LogView()

    var lock: Lock = .observe
    var overlay: Overlay?
    var dialogue: Dialogue?
    var prompt: Prompt?
    var toast: Toast?
    /// Numbers requests, so that an answer finds its question.
    var lastRequest = 0
    /// What was asked for by each request that has no answer yet.
    var pending: [Int: ModeDialogue] = [:]
    /// When a key was pressed last: rows do not change places right after.
    var lastKeyAt: Int64 = .min / 2

    /// Rows do not change places for so long after a key.
    static let quietMilliseconds: Int64 = 2_000

    init(role: ConsoleOptions.Role, size: Size) {
        self.role = role
        self.size = size
    }

    var layout: PageLayout { PageLayout(self.size) }

    /// When something changes by itself (a toast goes, arming counts down); nil for never.
    var nextDeadline: Int64? {
        var deadlines: [Int64] = []
        if let toast { deadlines.append(toast.until) }
        if case .armed(let until) = self.lock {
            let rest = max(0, until - self.now)
            deadlines.append(rest == 0 ? self.now : until - (rest - 1) / 1_000 * 1_000)
        }
        return deadlines.min()
    }

    /// Client connections open now, on every listener together.
    var openConnections: Int {
        self.counters?.engine.listeners.values.reduce(0) { $0 + $1.open } ?? 0
    }

    var selectedListener: (loadBalancer: LoadBalancer, listener: Listener)? {
        guard let view, let id = self.listeners.selection.id else { return nil }
        return view.configuration.listeners.first { $0.listener.id == id }
    }

    var selectedStore: TrustStore? {
        self.trustStores.stores.id.flatMap { self.view?.configuration.trustStore($0) }
    }

    var selectedCertificate: CACertificate? {
        guard let fingerprint = self.trustStores.certificates.id else { return nil }
        return self.selectedStore?.certificates.first { $0.facts.fingerprint == fingerprint }
    }

    mutating func say(_ kind: Toast.Kind, _ text: String, draining: ResourceID? = nil) {
        self.toast = Toast(
            kind: kind,
            text: text,
            drainingListener: draining,
            until: self.now + kind.milliseconds
        )
    }
}

/// Where the parts of a page are, for a size.
struct PageLayout: Hashable, Sendable {
    /// Below this there is only one line that says so.
    static let minimum = Size(columns: 40, rows: 10)

    let size: Size
    let isTooSmall: Bool
    let hasTabs: Bool
    /// Under 100 columns: one pane, short words.
    let isNarrow: Bool
    /// From 20 rows on.
    let hasLowerPane: Bool
    let body: Rect

    init(_ size: Size) {
        self.size = size
        self.isTooSmall = size.columns < Self.minimum.columns || size.rows < Self.minimum.rows
        self.hasTabs = size.rows >= 12
        self.isNarrow = size.columns < 100
        self.hasLowerPane = size.rows >= 20
        let top = self.hasTabs ? 2 : 1
        self.body = Rect(column: 0, row: top, columns: size.columns, rows: size.rows - top - 2)
    }

    var messageRow: Int { self.size.rows - 2 }
    var hintRow: Int { self.size.rows - 1 }

    /// The list of a page, and the pane below it (empty on low screens).
    var listAndPane: (list: Rect, pane: Rect) {
        guard self.hasLowerPane else { return (self.body, Rect(column: 0, row: 0, columns: 0, rows: 0)) }
        let paneRows = max(7, min(14, self.body.rows * 2 / 5))
        return self.body.splitTop(self.body.rows - paneRows)
    }

    /// The same for the log, which is there to be watched: two thirds of the screen at least.
    var logAndPane: (list: Rect, pane: Rect) {
        guard self.hasLowerPane else { return self.listAndPane }
        return self.body.splitTop(self.body.rows - max(6, min(10, self.body.rows / 4)))
    }

    /// Rows of records on the log page: without filter, state and title row.
    var logRows: Int { max(1, self.logAndPane.list.rows - 3) }
}
