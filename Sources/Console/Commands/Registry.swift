import Model

/// Every command there is. Keys, hints, menus, the palette and the help are made of this list and nothing
/// else.
extension Command {
    static let registry: [Command] =
        Self.movement + Self.views + Self.logViews + Self.output + Self.changes + Self.trustStores
        + Self.pageCommands
        + Self.anywhere

    /// Pages with one list, or more.
    private static let listPages = Set(Page.allCases).subtracting([.log])

    private static let movement: [Command] = [
        Command(name: "down", group: .move, keys: [.character("j"), .down], help: .helpDown) {
            state,
            _ in
            state.move(.rows(1))
        },
        Command(name: "up", group: .move, keys: [.character("k"), .up], help: .helpUp) { state, _ in
            state.move(.rows(-1))
        },
        Command(name: "page-down", group: .move, keys: [.pageDown], help: .helpPageDown) { state, _ in
            state.move(.screens(1))
        },
        Command(name: "page-up", group: .move, keys: [.pageUp], help: .helpPageUp) { state, _ in
            state.move(.screens(-1))
        },
        Command(name: "half-down", group: .move, keys: [.ctrl("d")], help: .helpHalfDown) { state, _ in
            state.move(.halfScreens(1))
        },
        Command(name: "half-up", group: .move, keys: [.ctrl("u")], help: .helpHalfUp) { state, _ in
            state.move(.halfScreens(-1))
        },
        Command(name: "first", group: .move, keys: [.character("g"), .home], help: .helpFirst) {
            state,
            _ in
            state.move(.first)
        },
        Command(name: "last", group: .move, keys: [.character("G"), .end], help: .helpLast) {
            state,
            _ in
            state.move(.last)
        },
        Command(
            name: "columns-left",
            group: .move,
            keys: [.character("h"), .left],
            help: .helpColumnsLeft
        ) { state, _ in
            state.shiftColumns(by: -1)
        },
        Command(
            name: "columns-right",
            group: .move,
            keys: [.character("l"), .right],
            help: .helpColumnsRight
        ) { state, _ in
            state.shiftColumns(by: 1)
        },
        Command(
            name: "pane",
            group: .move,
            keys: [.tab],
            pages: [.overview, .listeners, .trustStores],
            hint: .hintPane,
            help: .helpPane,
            availability: { $0.paneAvailability }
        ) { state, _ in
            state.movePane(by: 1)
        },
        Command(
            name: "pane-back",
            group: .move,
            keys: [.backTab],
            pages: [.overview, .listeners, .trustStores],
            help: .helpPaneBack,
            availability: { $0.paneAvailability }
        ) { state, _ in
            state.movePane(by: -1)
        },
        Command(name: "open", group: .move, keys: [.enter], hint: .hintOpen, help: .helpOpen) {
            state,
            _ in
            state.openSelected()
        },
    ]

    private static let views: [Command] = [
        Command(
            name: "filter",
            group: .view,
            keys: [.character("/")],
            arguments: [.filter],
            hint: .hintFilter,
            help: .helpFilter
        ) { state, arguments in
            arguments.isEmpty
                ? state.openPrompt(.filter) : state.filter(by: arguments.joined(separator: " "))
        },
        Command(name: "saved", group: .view, keys: [.character("@")], help: .helpSaved) { state, _ in
            state.openSavedFilters()
        },
        Command(
            name: "save-filter",
            group: .view,
            arguments: [.name],
            help: .helpSaveFilter,
            availability: { $0.currentFilterText.isEmpty ? .no(.noFilterToSave) : .yes }
        ) { state, arguments in
            arguments.first.map { state.saveFilter(as: $0) } ?? state.openPrompt(.filterName)
        },
        Command(
            name: "like",
            group: .view,
            keys: [.character("=")],
            hint: .hintLike,
            help: .helpLike
        ) { state, _ in
            state.openLikeMenu(isNegated: false)
        },
        Command(name: "unlike", group: .view, keys: [.character("-")], help: .helpUnlike) { state, _ in
            state.openLikeMenu(isNegated: true)
        },
        Command(
            name: "sort",
            group: .view,
            keys: [.character("o")],
            pages: Self.listPages,
            arguments: [.column],
            hint: .hintSort,
            help: .helpSort
        ) { state, arguments in
            state.sort(by: arguments.first)
        },
        Command(
            name: "reverse",
            group: .view,
            keys: [.character("O")],
            pages: Self.listPages,
            help: .helpReverse
        ) { state, _ in
            state.focusedList?.reverse()
            return []
        },
        Command(
            name: "columns",
            group: .view,
            keys: [.character("c")],
            arguments: [.column],
            hint: .hintColumns,
            help: .helpColumns
        ) { state, arguments in
            state.toggleColumn(arguments.first)
        },
        Command(
            name: "mark",
            group: .view,
            keys: [.character(" ")],
            pages: Self.listPages,
            help: .helpMark
        ) { state, _ in
            state.focusedList?.toggleMark()
            return []
        },
        Command(
            name: "unmark",
            group: .view,
            keys: [.character("u")],
            pages: Self.listPages,
            help: .helpUnmark
        ) { state, _ in
            state.focusedList?.clearMarks()
            return []
        },
        Command(name: "zoom", group: .view, keys: [.character("z")], help: .helpZoom) { state, _ in
            state.isZoomed.toggle()
            return []
        },
        Command(
            name: "next-event",
            group: .view,
            keys: [.character("]")],
            pages: [.refusals],
            hint: .hintEvents,
            help: .helpNextEvent
        ) { state, _ in
            state.stepRefusal(forward: true)
        },
        Command(
            name: "previous-event",
            group: .view,
            keys: [.character("[")],
            pages: [.refusals],
            help: .helpPreviousEvent
        ) { state, _ in
            state.stepRefusal(forward: false)
        },
    ]

    private static let logViews: [Command] = [
        Command(
            name: "follow",
            group: .view,
            keys: [.character("f")],
            pages: [.log],
            hint: .hintFollow,
            help: .helpFollow
        ) { state, _ in
            if state.log.mode == .follow {
                state.log.hold(rows: state.layout.logRows)
            } else {
                state.log.follow()
            }
            return []
        },
        Command(
            name: "hold",
            group: .view,
            keys: [.character(" ")],
            pages: [.log],
            help: .helpHold
        ) { state, _ in
            state.log.hold(rows: state.layout.logRows)
            return []
        },
        Command(
            name: "failed-only",
            group: .view,
            keys: [.character("F")],
            pages: [.log],
            hint: .hintFailedOnly,
            help: .helpFailedOnly
        ) { state, _ in
            var query = state.log.query
            query.failedOnly.toggle()
            state.log.setQuery(query, text: state.log.filterText, log: state.events)
            return []
        },
        Command(
            name: "next-failure",
            group: .view,
            keys: [.character("n")],
            pages: [.log],
            hint: .hintNextFailure,
            help: .helpNextFailure
        ) { state, _ in
            state.goToFailure(forward: true)
        },
        Command(
            name: "previous-failure",
            group: .view,
            keys: [.character("N")],
            pages: [.log],
            help: .helpPreviousFailure
        ) { state, _ in
            state.goToFailure(forward: false)
        },
        Command(
            name: "time",
            group: .view,
            keys: [.character("t")],
            pages: [.log],
            arguments: [.moment],
            hint: .hintTime,
            help: .helpTime
        ) { state, arguments in
            arguments.first.map { state.goTo(moment: $0) } ?? state.openPrompt(.moment)
        },
        Command(
            name: "requests-or-connections",
            group: .view,
            keys: [.character("r")],
            pages: [.log, .requests],
            hint: .hintSwitchLog,
            help: .helpSwitchLog
        ) { state, _ in
            state.switchLog()
        },
        Command(
            name: "join",
            group: .view,
            keys: [.character("R")],
            pages: [.log, .requests],
            hint: .hintJoin,
            help: .helpJoin
        ) { state, _ in
            state.joinLog()
        },
        Command(
            name: "group",
            group: .view,
            keys: [.character("p")],
            pages: [.log],
            arguments: [.key],
            hint: .hintGroup,
            help: .helpGroup
        ) { state, arguments in
            state.groupLog(by: arguments.first)
        },
    ]

    private static let output: [Command] = [
        Command(
            name: "copy",
            group: .view,
            keys: [.character("y")],
            arguments: [.what],
            hint: .hintCopy,
            help: .helpCopy
        ) { state, arguments in
            state.copy(arguments.first)
        },
        Command(
            name: "export",
            group: .view,
            keys: [.character("w")],
            arguments: [.format, .path],
            hint: .hintExport,
            help: .helpExport
        ) { state, arguments in
            state.export(arguments.first, path: arguments.dropFirst().first)
        },
        Command(name: "screenshot", group: .view, arguments: [.path], help: .helpScreenshot) {
            _,
            arguments in
            [.screenshot(path: arguments.first)]
        },
    ]

    private static let changes: [Command] = [
        Command(
            name: "arm",
            group: .change,
            keys: [.character("!")],
            hint: .hintArm,
            help: .helpArm,
            availability: { $0.lock == .readOnly ? .no(.viewerOnly) : .yes }
        ) { state, _ in
            state.toggleLock()
        },
        Command(
            name: "mode",
            group: .change,
            keys: [.character("m")],
            pages: [.overview, .listeners],
            arguments: [.mode, .listener, .host],
            hint: .hintMode,
            help: .helpMode,
            changesState: true,
            availability: { $0.modeAvailability }
        ) { state, arguments in
            state.openModeDialogue(arguments)
        },
        Command(
            name: "keep",
            group: .change,
            keys: [.character("K")],
            pages: [.overview, .listeners, .changes],
            arguments: [.change],
            hint: .hintKeepTrial,
            help: .helpKeep,
            changesState: true,
            availability: { $0.confirmAvailability(.keep) }
        ) { state, arguments in
            state.openConfirm(.keep, arguments.first)
        },
        Command(
            name: "undo",
            group: .change,
            keys: [.character("R")],
            pages: [.overview, .listeners, .changes],
            arguments: [.change],
            hint: .hintUndo,
            help: .helpUndo,
            changesState: true,
            availability: { $0.confirmAvailability(.undo) }
        ) { state, arguments in
            state.openConfirm(.undo, arguments.first)
        },
        Command(
            name: "drain",
            group: .change,
            keys: [.character("d")],
            pages: [.targets],
            hint: .hintDrain,
            help: .helpDrain,
            changesState: true,
            availability: { $0.targetAvailability(.drain) }
        ) { state, _ in
            state.openTargets(.drain)
        },
        Command(
            name: "restore",
            group: .change,
            keys: [.character("r")],
            pages: [.targets],
            hint: .hintRestore,
            help: .helpRestore,
            changesState: true,
            availability: { $0.targetAvailability(.restore) }
        ) { state, _ in
            state.openTargets(.restore)
        },
        Command(
            name: "actions",
            group: .change,
            keys: [.character("a")],
            pages: [.overview, .listeners, .trustStores, .targets, .changes],
            hint: .hintActions,
            help: .helpActions
        ) { state, _ in
            state.openActions()
        },
    ]

    private static let pageCommands: [Command] = Page.allCases.map { page in
        Command(
            name: page.name,
            group: .anywhere,
            keys: [.character(Character(String(page.rawValue)))],
            arguments: page == .overview ? [] : [.filter],
            help: .helpPage(page.title),
            availability: { page.exists(in: $0) ? .yes : .no(.pageHasNoData) }
        ) { state, arguments in
            guard !arguments.isEmpty else { return state.goToRelated(page) }
            return state.go(to: page) + state.filter(by: arguments.joined(separator: " "))
        }
    }

    private static let anywhere: [Command] = [
        Command(name: "listener", group: .anywhere, arguments: [.listener], help: .helpListener) {
            state,
            arguments in
            state.goToListener(arguments.first)
        },
        Command(name: "store", group: .anywhere, arguments: [.store], help: .helpStore) {
            state,
            arguments in
            state.goToStore(arguments.first)
        },
        Command(name: "explain", group: .anywhere, arguments: [.reason], help: .helpExplain) {
            state,
            arguments in
            state.explain(arguments.first)
        },
        Command(name: "theme", group: .anywhere, arguments: [.theme], help: .helpTheme) {
            state,
            arguments in
            state.chooseTheme(arguments.first)
        },
        Command(name: "language", group: .anywhere, arguments: [.language], help: .helpLanguage) {
            state,
            arguments in
            state.chooseLanguage(arguments.first)
        },
        Command(name: "clock", group: .anywhere, arguments: [.zone], help: .helpClock) {
            state,
            arguments in
            state.chooseZone(arguments.first)
        },
        Command(name: "close", group: .anywhere, keys: [.escape], help: .helpClose) { state, _ in
            state.closeInnermost()
        },
        Command(
            name: "back",
            group: .anywhere,
            keys: [.character("q")],
            hint: .hintBack,
            help: .helpBack
        ) {
            state,
            _ in
            state.back()
        },
        Command(name: "leave", group: .anywhere, keys: [.function(10), .ctrl("c")], help: .helpLeave) {
            state,
            _ in
            state.leave()
        },
        Command(
            name: "command",
            group: .anywhere,
            keys: [.character(":")],
            hint: .hintCommand,
            help: .helpCommand
        ) { state, _ in
            state.overlay = .palette(Palette())
            return []
        },
        Command(
            name: "help",
            group: .anywhere,
            keys: [.character("?"), .function(1)],
            arguments: [.section],
            hint: .hintHelp,
            help: .helpHelp
        ) { state, arguments in
            let section = HelpView.Section.allCases.first { $0.name == arguments.first }
            state.overlay = .help(HelpView(section: section ?? .page))
            return []
        },
        Command(name: "repaint", group: .anywhere, keys: [.ctrl("l")], help: .helpRepaint) { _, _ in
            [.repaint]
        },
        Command(
            name: "suspend",
            group: .anywhere,
            keys: [.ctrl("z")],
            help: .helpSuspend,
            availability: { $0.role == .serving ? .no(.cannotSuspend) : .yes }
        ) { _, _ in
            [.suspend]
        },
    ]
}
