/// Every command there is. Keys, the last row and the help page are made of this list and nothing else.
extension Command {
    static let registry: [Command] = Self.movement + Self.views + Self.changes + Self.anywhere

    private static let movement: [Command] = [
        Command(name: "down", group: .move, keys: [.character("j"), .down], pages: nil, help: "one row down")
        {
            $0.move(.rows(1))
        },
        Command(name: "up", group: .move, keys: [.character("k"), .up], pages: nil, help: "one row up") {
            $0.move(.rows(-1))
        },
        Command(name: "page-down", group: .move, keys: [.pageDown], pages: nil, help: "one screen down") {
            $0.move(.screens(1))
        },
        Command(name: "page-up", group: .move, keys: [.pageUp], pages: nil, help: "one screen up") {
            $0.move(.screens(-1))
        },
        Command(name: "half-down", group: .move, keys: [.ctrl("d")], pages: nil, help: "half a screen down") {
            $0.move(.halfScreens(1))
        },
        Command(name: "half-up", group: .move, keys: [.ctrl("u")], pages: nil, help: "half a screen up") {
            $0.move(.halfScreens(-1))
        },
        Command(
            name: "first",
            group: .move,
            keys: [.character("g"), .home],
            pages: nil,
            help: "first row"
        ) { $0.move(.first) },
        Command(
            name: "last",
            group: .move,
            keys: [.character("G"), .end],
            pages: nil,
            help: "last row; in the log the newest, which follows"
        ) { $0.move(.last) },
        Command(
            name: "pane",
            group: .move,
            keys: [.tab, .backTab],
            pages: [.trustStores],
            hint: "pane",
            help: "the other pane"
        ) { state in
            state.trustStores.pane = state.trustStores.pane == .stores ? .certificates : .stores
            return []
        },
        Command(
            name: "open",
            group: .move,
            keys: [.enter],
            pages: nil,
            hint: "detail",
            help: "everything about the row under the cursor"
        ) { $0.openSelected() },
    ]

    private static let views: [Command] = [
        Command(
            name: "follow",
            group: .view,
            keys: [.character("f")],
            pages: [.log],
            hint: "follow/hold",
            help: "follow the newest record, or hold the view"
        ) { state in
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
            help: "hold the view; recording goes on"
        ) { state in
            state.log.hold(rows: state.layout.logRows)
            return []
        },
        Command(
            name: "failed-only",
            group: .view,
            keys: [.character("F")],
            pages: [.log],
            hint: "failed only",
            help: "only handshakes that failed, or all again"
        ) { state in
            var filter = state.log.filter
            filter.failedOnly.toggle()
            state.log.setFilter(filter, text: state.log.filterText, log: state.events)
            return []
        },
        Command(
            name: "next-failure",
            group: .view,
            keys: [.character("n")],
            pages: [.log],
            hint: "next FAIL",
            help: "the next failed handshake"
        ) { $0.goToFailure(forward: true) },
        Command(
            name: "previous-failure",
            group: .view,
            keys: [.character("N")],
            pages: [.log],
            help: "the failed handshake before"
        ) { $0.goToFailure(forward: false) },
        Command(
            name: "filter",
            group: .view,
            keys: [.character("/")],
            pages: nil,
            hint: "filter",
            help: "show only rows with these words; in the log also field:pattern and not"
        ) { $0.openPrompt() },
        Command(
            name: "sort",
            group: .view,
            keys: [.character("o")],
            pages: [.listeners],
            hint: "sort",
            help: "sort by the next column"
        ) { state in
            let keys = ListenersView.SortKey.allCases
            let position = keys.firstIndex(of: state.listeners.sortKey) ?? 0
            state.listeners.sortKey = keys[(position + 1) % keys.count]
            state.listeners.isDescending = state.listeners.sortKey.startsDescending
            state.arrange(isForced: true)
            return []
        },
        Command(
            name: "reverse",
            group: .view,
            keys: [.character("O")],
            pages: [.listeners],
            help: "sort the other way round"
        ) { state in
            state.listeners.isDescending.toggle()
            state.arrange(isForced: true)
            return []
        },
    ]

    private static let changes: [Command] = [
        Command(
            name: "arm",
            group: .change,
            keys: [.character("!")],
            pages: nil,
            hint: "arm",
            help: "allow changes for 10 minutes, or forbid them again"
        ) { state in
            if state.lock.isArmed {
                state.lock = .observe
                state.say(.info, "observe mode: nothing can be changed")
            } else {
                state.lock = .armed(until: state.now + Lock.armedMilliseconds)
                state.say(.warn, "armed for 10 minutes: m changes a listener's mode, ! ends it")
            }
            return []
        },
        Command(
            name: "mode",
            group: .change,
            keys: [.character("m")],
            pages: [.listeners],
            hint: "mode",
            help: "change the mutual TLS mode of the listener under the cursor",
            changesState: true,
            availability: { $0.modeAvailability }
        ) { $0.openModeDialogue() },
    ]

    private static let anywhere: [Command] =
        Page.allCases.map { page in
            Command(
                name: "page-\(page.rawValue)",
                group: .anywhere,
                keys: [.character(Character(String(page.rawValue)))],
                pages: nil,
                help: "page: \(page.title.lowercased())"
            ) { state in
                state.page = page
                return []
            }
        } + [
            Command(
                name: "close",
                group: .anywhere,
                keys: [.escape],
                pages: nil,
                help: "close the innermost thing: dialogue, message, filter"
            ) { $0.closeInnermost() },
            Command(
                name: "back",
                group: .anywhere,
                keys: [.character("q")],
                pages: nil,
                hint: "quit",
                help: "close what is open; on a page, leave the console"
            ) { $0.leave() },
            Command(
                name: "leave",
                group: .anywhere,
                keys: [.function(10), .ctrl("c")],
                pages: nil,
                help: "leave the console"
            ) { $0.leave() },
            Command(
                name: "help",
                group: .anywhere,
                keys: [.character("?"), .function(1)],
                pages: nil,
                hint: "help",
                help: "this page"
            ) { state in
                state.overlay = .help(scroll: 0)
                return []
            },
            Command(
                name: "repaint",
                group: .anywhere,
                keys: [.ctrl("l")],
                pages: nil,
                help: "paint the whole screen again"
            ) { _ in [.repaint] },
            Command(
                name: "suspend",
                group: .anywhere,
                keys: [.ctrl("z")],
                pages: nil,
                help: "stop the console and go back to the shell; fg continues",
                availability: { state in
                    state.role == .attached
                        ? .yes
                        : .no("this process serves traffic and must not be stopped; F10 leaves the console")
                }
            ) { _ in [.suspend] },
        ]
}
