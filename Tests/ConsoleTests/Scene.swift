import Model

@testable import Console

/// What an operator can have on the screen; each has its drawings in `Drawings/`.
enum Scene: String, CaseIterable, Sendable {
    case listeners, listenersEmpty, listenersFiltered, listenersDown, listenersDraining, listenersGone
    case listenersLoading, listenersUnreachable, listenersDetail, listenersHelp, listenersNames
    case trustStores, trustStoresEmpty, trustStoresGone, trustStoresLoading, trustStoresCertificate
    case trustStoresDetail, trustStoresHelp, trustStoresLists, trustStoresFiles, trustStoresPreview
    case trustStoresRevisions, trustStoresRevoked
    case log, logEmpty, logFiltered, logHeld, logGone, logLoading, logLost, logDetail, logHelp
    case logGrouped, logColumns, logLike, logCopy, logObserved
    case requests, requestsDetail, requestsEmpty
    case promptMistake
    case overview, overviewAlarms, overviewQuiet, overviewEmpty, overviewTrial
    case refusals, refusalsEmpty, refusalsTrace, refusalsFix
    case targets, targetsDetail, targetsEmpty, targetsDrain, targetsDraining, targetsFunction
    case clients, clientsDetail, clientsEmpty
    case changes, changesEmpty, changesTrial
    case palette, paletteMode, helpFilter, confirmKeep
    case japaneseOverview, japaneseListeners, japaneseTrustStores, japaneseLog, japaneseRefusals
    case japaneseTargets, japaneseChanges, japaneseMode, japaneseHelp, japanesePrompt
    case modeRequirements, modeSame, modePassthrough, modePassthroughNamed, modeOff, modeVerify, modeStore
    case modeApplying, modeError, modeLostRace, modeName
    case leave, viewer

    /// The scene in a window.
    func driver(_ size: Size, _ glyphs: Glyphs) -> ScreenDriver {
        var driver = self.start(size, glyphs)
        self.play(&driver)
        return driver
    }

    private var page: Page {
        let pages: [(String, Page)] = [
            ("overview", .overview), ("trustStores", .trustStores), ("log", .log),
            ("refusals", .refusals),
            ("targets", .targets), ("clients", .clients), ("changes", .changes), ("prompt", .log),
            ("requests", .log),
            ("confirm", .changes),
        ]
        let name = self.rawValue.replacing("japanese", with: "").lowercased()
        return pages.first { name.hasPrefix($0.0.lowercased()) }?.1 ?? .listeners
    }

    private func start(_ size: Size, _ glyphs: Glyphs) -> ScreenDriver {
        let language: Language = self.rawValue.hasPrefix("japanese") ? .japanese : .english
        let role: ConsoleOptions.Role =
            self == .leave ? .serving : self == .viewer ? .viewing : .attached
        func live(_ view: GateView, records: Int = 40) -> ScreenDriver {
            .live(
                size,
                glyphs: glyphs,
                role: role,
                language: language,
                page: self.page,
                view: view,
                records: records
            )
        }
        switch self {
        case .listenersLoading, .trustStoresLoading, .logLoading, .listenersUnreachable:
            return ScreenDriver(size, glyphs: glyphs, page: self.page)
        case .listenersEmpty, .trustStoresEmpty, .logEmpty, .overviewEmpty, .refusalsEmpty,
            .targetsEmpty,
            .changesEmpty, .clientsEmpty:
            return live(Sample.view(listeners: [], stores: [], groups: []), records: 0)
        case .overviewQuiet: return live(Sample.view(stores: [Sample.fleet]), records: 0)
        case .listenersNames, .modeName: return live(Sample.view(listeners: Sample.namedListeners))
        case .listenersDown: return live(Sample.view(failed: Sample.down))
        case .trustStoresLists, .trustStoresFiles, .trustStoresPreview, .trustStoresRevisions,
            .trustStoresRevoked:
            return live(Sample.view(stores: [Sample.revoking, Sample.fleet], changes: Sample.changes))
        case .targetsFunction:
            return live(Sample.view(groups: [Sample.api, Sample.lambda], health: Sample.functionHealth))
        case .targetsDraining:
            return live(Sample.view(groups: [Sample.drained], health: Sample.draining(secondsLeft: 72)))
        case .overview, .overviewAlarms, .japaneseOverview, .targets, .targetsDetail, .targetsDrain,
            .japaneseTargets:
            return live(Sample.view(failed: Sample.down, health: Sample.health, changes: Sample.changes))
        case .overviewTrial, .changesTrial, .confirmKeep:
            return live(Sample.view(changes: Sample.changes, trials: [Sample.trial]))
        case .refusals, .refusalsTrace, .refusalsFix, .japaneseRefusals, .changes, .japaneseChanges, .palette:
            return live(Sample.view(changes: Sample.changes))
        default: return live(Sample.view())
        }
    }

    private func play(_ driver: inout ScreenDriver) {
        switch self {
        case .listeners, .listenersEmpty, .listenersLoading, .trustStores, .trustStoresEmpty,
            .trustStoresLoading, .log, .logEmpty, .logLoading, .overview, .overviewQuiet, .overviewEmpty,
            .overviewTrial, .refusals, .refusalsEmpty, .targets, .targetsEmpty, .changes, .changesEmpty,
            .changesTrial, .japaneseOverview, .japaneseListeners, .japaneseTrustStores, .japaneseLog,
            .japaneseRefusals, .japaneseTargets, .japaneseChanges:
            break
        case .overviewAlarms: driver.failFor(minutes: 5)
        case .listenersFiltered: driver.enter(filter: "nothing like it")
        case .listenersDown: driver.press(.end)
        case .listenersNames: driver.press(.tab, .down)
        case .listenersDraining:
            driver.flipSecond()
            driver.send(.counters(Sample.counters(Sample.view(), draining: 312)))
        case .listenersGone, .trustStoresGone, .logGone, .listenersUnreachable:
            driver.send(.link(.gone("No gate answers at state/control.sock. Is sekisho serve running?")))
        case .clients:
            driver.press(.character("7"))
            driver.send(.reply(1, .success(.clients(Sample.renewedClients))))
        case .clientsDetail:
            driver.press(.character("7"))
            driver.send(.reply(1, .success(.clients(Sample.renewedClients))))
            driver.press(.down, .enter)
        case .clientsEmpty:
            driver.press(.character("7"))
            let list = ClientList(clients: [], matching: 0, verified: 0, unverified: 0)
            driver.send(.reply(1, .success(.clients(list))))
        case .targetsFunction:
            let view = Sample.view(groups: [Sample.api, Sample.lambda], health: Sample.functionHealth)
            for step in 1...12 {
                driver.send(.counters(Sample.traffic(view, steps: step)))
            }
            driver.press(.end)
        case .trustStoresCertificate: driver.press(.tab, .down)
        case .trustStoresDetail: driver.press(.tab, .down, .enter)
        case .listenersDetail, .logDetail, .targetsDetail: driver.press(.enter)
        case .listenersHelp, .trustStoresHelp, .logHelp, .japaneseHelp: driver.press(.character("?"))
        case .helpFilter: driver.press(.character("4"), .character("?"), .tab, .tab)
        case .logFiltered: driver.enter(filter: "outcome:fail not reason:expired")
        case .logHeld:
            driver.press(.up, .up)
            driver.send(.records(RecordBatch(records: Sample.records(30, from: 41), lost: 0)))
        case .logLost:
            driver.send(.records(RecordBatch(records: Sample.records(3, from: 61), lost: 20)))
        case .requests, .requestsDetail:
            driver.press(.character("r"))
            driver.answer(.requests(Sample.requests))
            if self == .requestsDetail { driver.press(.down, .down, .enter) }
        case .requestsEmpty: driver.press(.character("r"))
        case .logObserved:
            driver.send(.records(RecordBatch(records: [Sample.observedRecord(60)], lost: 0)))
            driver.press(.up, .down, .enter)
        case .logGrouped: driver.press(.character("p"))
        case .logColumns: driver.press(.character("c"), .down, .enter)
        case .logLike: driver.press(.up, .character("="))
        case .logCopy: driver.press(.up, .up, .character("y"))
        case .trustStoresLists: driver.press(.down, .tab, .tab, .down)
        case .trustStoresFiles:
            driver.press(.down, .character("!"), .character("A"))
            driver.answer(.files(Sample.listing))
            driver.press(.down, .down, .down)
        case .trustStoresPreview:
            driver.press(.down, .tab, .character("!"), .character("x"))
            driver.answer(.preview(Sample.preview))
            driver.advance(400)
        case .trustStoresRevisions:
            driver.press(.down, .character("D"))
            driver.answer(.revisions(Sample.revisions))
        case .trustStoresRevoked:
            driver.press(.down, .character("s"))
            driver.type("4a1f09c2")
            driver.press(.enter)
            driver.answer(.revocations(Sample.finding))
        case .refusalsFix:
            driver.send(.records(RecordBatch(records: [Sample.tracedRecord(60)], lost: 0)))
            driver.press(.character("/"))
            driver.type("reason:untrusted")
            driver.press(.enter, .end, .character("!"), .character("F"))
        case .refusalsTrace:
            driver.send(.records(RecordBatch(records: [Sample.tracedRecord(60)], lost: 0)))
            driver.press(.character("/"))
            driver.type("reason:untrusted")
            driver.press(.enter, .end)
        case .promptMistake, .japanesePrompt:
            driver.press(.character("4"), .character("/"))
            driver.type("outcom:fail")
        case .palette: driver.press(.character(":"))
        case .paletteMode:
            driver.press(.character("!"), .character(":"))
            driver.type("mode ver")
        case .leave: driver.press(.character("q"))
        case .targetsDrain:
            driver.press(.character("!"), .character("d"))
            driver.advance(400)
        case .targetsDraining: driver.press(.down)
        case .viewer: driver.press(.character("m"))
        case .confirmKeep:
            driver.press(.character("!"), .character("K"))
            driver.advance(400)
        case .modeName:
            driver.press(.tab, .down)
            driver.openModeDialogue()
            driver.press(.character("o"))
            driver.type("api.ex")
        case .modeRequirements, .modeSame, .modePassthrough, .modePassthroughNamed, .modeOff, .modeVerify,
            .modeStore,
            .modeApplying, .modeError, .modeLostRace, .japaneseMode:
            self.playMode(&driver)
        }
    }

    private func playMode(_ driver: inout ScreenDriver) {
        driver.openModeDialogue(downTo: self == .modeVerify ? 1 : 0)
        switch self {
        case .modePassthrough, .japaneseMode: driver.press(.character("p"))
        case .modePassthroughNamed:
            driver.press(.character("p"))
            driver.type("edge-api")
            driver.press(.enter)
        case .modeOff: driver.press(.character("o"))
        case .modeRequirements:
            driver.press(.tab, .tab, .right, .tab)
            driver.type("subject-cn=svc-*")
            driver.press(.tab)
        case .modeVerify:
            driver.press(.character("v"))
            driver.send(.reply(driver.state.lastRequest, .success(.rehearsal([Sample.rehearsal]))))
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
            driver.send(.reply(driver.state.lastRequest, .failure(error)))
        case .modeLostRace:
            driver.press(.character("p"))
            driver.send(.view(Sample.view(Sample.view(), flipping: Sample.id(1).description, to: .off)))
        default: break
        }
    }
}

extension ScreenDriver {
    /// The gate's answer to the newest question.
    mutating func answer(_ reply: Reply) {
        self.send(.reply(self.state.lastRequest, .success(reply)))
    }

    mutating func enter(filter: String) {
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

    /// Lets handshakes fail for some minutes, as the gate counts them.
    fileprivate mutating func failFor(minutes: Int) {
        guard let view = self.state.view else { return }
        for step in 1...(minutes * 12) {
            let sample = Sample.counters(view, seconds: 33 + Int64(step) * 5)
            var engine = sample.engine
            for id in engine.listeners.keys {
                engine.listeners[id]?.handshakes += UInt64(step * (80 + step % 7))
            }
            engine.listeners[Sample.id(1)]?.failures = UInt64(step * 9)
            engine.listeners[Sample.id(1)]?.failuresByWord = [
                "untrusted": UInt64(401 + step * 6), "expired": UInt64(60 + step * 2),
                "no-cert": UInt64(20 + step),
            ]
            for id in engine.listeners.keys {
                var counts = [UInt64](repeating: 0, count: DurationHistogram.edges.count + 1)
                (counts[1], counts[2], counts[4]) = (
                    UInt64(step * 60), UInt64(step * 15), UInt64(step * step)
                )
                var traffic = TrafficCounters()
                traffic.handshakeTime = DurationHistogram(counts: counts, microseconds: UInt64(step))
                engine.listeners[id]?.traffic = traffic
            }
            var counters = GateCounters(time: sample.time, engine: engine, rates: sample.rates)
            counters.process = ProcessCounters(
                cpuMicroseconds: Int64(step) * 1_900_000,
                residentBytes: 412 << 20,
                openDescriptors: 42_391,
                descriptorLimit: 65_536
            )
            self.send(.counters(counters))
        }
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
        let receipt = ChangeReceipt(generation: 13, plan: Plan(lines: [line]))
        self.send(.reply(self.state.lastRequest, .success(.receipt(receipt))))
    }
}
