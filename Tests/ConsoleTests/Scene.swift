import Model

@testable import Console

/// What an operator can have on the screen; each has its drawings in `Drawings/`.
enum Scene: String, CaseIterable, Sendable {
    case listeners, listenersEmpty, listenersFiltered, listenersDown, listenersDraining, listenersGone
    case listenersLoading, listenersUnreachable, listenersDetail, listenersHelp
    case trustStores, trustStoresEmpty, trustStoresGone, trustStoresLoading, trustStoresCertificate
    case trustStoresDetail, trustStoresHelp
    case log, logEmpty, logFiltered, logHeld, logGone, logLoading, logLost, logDetail, logHelp
    case promptMistake
    case modeSame, modePassthrough, modePassthroughNamed, modeOff, modeVerify, modeStore
    case modeApplying, modeError, modeLostRace
    case leave

    /// The scene in a window.
    func driver(_ size: Size, _ glyphs: Glyphs) -> ScreenDriver {
        var driver = self.start(size, glyphs)
        self.play(&driver)
        return driver
    }

    private func start(_ size: Size, _ glyphs: Glyphs) -> ScreenDriver {
        switch self {
        case .listenersLoading, .trustStoresLoading, .logLoading, .listenersUnreachable:
            return ScreenDriver(size, glyphs: glyphs)
        case .listenersEmpty, .trustStoresEmpty, .logEmpty:
            let view = Sample.view(listeners: [], stores: [])
            return .live(size, glyphs: glyphs, view: view, records: 0)
        case .listenersDown:
            return .live(size, glyphs: glyphs, view: Sample.view(failed: Sample.down))
        case .leave: return .live(size, glyphs: glyphs, role: .serving)
        default: return .live(size, glyphs: glyphs)
        }
    }

    private func play(_ driver: inout ScreenDriver) {
        if self.rawValue.hasPrefix("trustStores") { driver.press(.character("3")) }
        if self.rawValue.hasPrefix("log") { driver.press(.character("4")) }
        switch self {
        case .listeners, .listenersEmpty, .listenersLoading, .trustStores, .trustStoresEmpty,
            .trustStoresLoading, .log, .logEmpty, .logLoading:
            break
        case .listenersFiltered: driver.enter(filter: "nothing like it")
        case .listenersDown: driver.press(.end)
        case .listenersDraining:
            driver.flipSecond()
            driver.send(.counters(Sample.counters(Sample.view(), draining: 312)))
        case .listenersGone, .trustStoresGone, .logGone, .listenersUnreachable:
            driver.send(.link(.gone("No gate answers at state/control.sock. Is sekisho serve running?")))
        case .trustStoresCertificate: driver.press(.tab, .down)
        case .trustStoresDetail: driver.press(.tab, .down, .enter)
        case .listenersDetail, .logDetail: driver.press(.enter)
        case .listenersHelp, .trustStoresHelp, .logHelp: driver.press(.character("?"))
        case .logFiltered: driver.enter(filter: "outcome:fail not reason:expired")
        case .logHeld:
            driver.press(.up, .up)
            driver.send(.records(RecordBatch(records: Sample.records(30, from: 41), lost: 0)))
        case .logLost:
            driver.send(.records(RecordBatch(records: Sample.records(3, from: 61), lost: 20)))
        case .promptMistake:
            driver.press(.character("4"), .character("/"))
            driver.type("outcom:fail")
        case .leave:
            driver.press(.character("q"))
        case .modeSame, .modePassthrough, .modePassthroughNamed, .modeOff, .modeVerify, .modeStore,
            .modeApplying, .modeError, .modeLostRace:
            self.playMode(&driver)
        }
    }

    private func playMode(_ driver: inout ScreenDriver) {
        driver.openModeDialogue(downTo: self == .modeVerify ? 4 : 0)
        switch self {
        case .modePassthrough: driver.press(.character("p"))
        case .modePassthroughNamed:
            driver.press(.character("p"))
            driver.type("edge-api")
            driver.press(.enter)
        case .modeOff: driver.press(.character("o"))
        case .modeVerify: driver.press(.character("v"))
        case .modeStore: driver.press(.enter, .right)
        case .modeApplying, .modeError:
            driver.press(.character("p"))
            driver.type("edge-api")
            driver.press(.enter, .enter)
            if self == .modeApplying { return }
            let error = OperatorError(
                .validationError,
                subject: "edge-api",
                message: "The engine did not take the change: worker 2 has not answered for 5 s.",
                hint: "Nothing was changed; look at logs/stderr.log."
            )
            driver.send(.reply(1, .failure(error)))
        case .modeLostRace:
            driver.press(.character("p"))
            driver.send(.view(Sample.view(Sample.view(), flipping: Sample.id(1).description, to: .off)))
        default: break
        }
    }
}

extension ScreenDriver {
    fileprivate mutating func enter(filter: String) {
        self.press(.character("/"))
        self.type(filter)
        self.press(.enter)
    }

    /// Arms the console and opens the dialogue, past the moment in which it ignores keys.
    mutating func openModeDialogue(downTo row: Int = 0) {
        for _ in 0..<row { self.press(.down) }
        self.press(.character("!"), .character("m"))
        self.advance(400)
        _ = self.takeEffects()
    }

    /// Changes the mode of the second listener, edge-iot, which gets its answer.
    fileprivate mutating func flipSecond() {
        self.press(.down)
        self.openModeDialogue()
        self.press(.character("o"))
        self.type("edge-iot")
        self.press(.enter, .enter)
        let view = Sample.view(Sample.view(), flipping: Sample.id(2).description, to: .off)
        self.send(.view(view))
        let line = Plan.Line(verb: .change, resource: "listener edge-iot")
        self.send(.reply(1, .success(ChangeReceipt(generation: 13, plan: Plan(lines: [line])))))
    }
}
