import Model
import Testing

@testable import Console

/// Whatever is pressed, in whatever order: nothing changes without a confirmed dialogue.
extension Request {
    /// It changes nothing.
    var isReading: Bool {
        switch self {
        case .changes, .clients, .rehearse, .preview, .revisions, .revocations, .requests, .explain, .files,
            .file:
            true
        case .change, .keep, .undo, .targets, .trustStore: false
        }
    }
}

@Suite("Random keys")
struct RandomKeysTests {
    /// SplitMix64: the same sequence for the same seed, everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var value = self.state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let keys: [Key] =
        Command.registry.flatMap(\.keys)
        + "abcdefghijklmnopqrstuvwxyz:*-0123456789[] @=!~(){}\"".map { Key.character($0) }
        + [.enter, .enter, .enter, .tab, .tab, .backTab, .left, .right, .backspace, .alt("x"), .insert]

    private static let sizes = [
        Size(columns: 1, rows: 1), Size(columns: 39, rows: 30), Size(columns: 40, rows: 10),
        Size(columns: 61, rows: 19), Size(columns: 80, rows: 24), Size(columns: 140, rows: 40),
    ]

    @Test(
        "No request without Enter on Apply, and a dialogue stays with its listener",
        arguments: 1...12
    )
    func keys(seed: Int) {
        var generator = Generator(state: UInt64(seed))
        var driver = ScreenDriver.live(role: seed % 2 == 0 ? .attached : .serving)
        var pinned: ResourceID?
        for _ in 0..<700 {
            let before = driver.state
            let event = Self.event(before, &generator)
            driver.send(event)
            if Int.random(in: 0..<8, using: &generator) == 0 {
                driver.send(.tick(driver.state.now + 400))
            }
            for effect in driver.takeEffects() {
                guard case .request(_, let request) = effect, !request.isReading else {
                    continue
                }
                #expect(Self.isConfirmed(event, before, request))
            }
            guard case .mode(let dialogue) = driver.state.dialogue else {
                pinned = nil
                continue
            }
            #expect(dialogue.fields.contains(dialogue.focus))
            #expect(dialogue.listenerID == pinned ?? dialogue.listenerID)
            pinned = dialogue.listenerID
            if Int.random(in: 0..<50, using: &generator) == 0 { _ = driver.canvas }
        }
    }

    @Test("The same walk does reach a change, so that the test above says something")
    func reaches() {
        let reached = (1...12 as ClosedRange<UInt64>).contains { seed in
            var generator = Generator(state: seed)
            var driver = ScreenDriver.live()
            for _ in 0..<700 {
                driver.send(Self.event(driver.state, &generator))
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    driver.send(.tick(driver.state.now + 400))
                }
                let isChange = driver.takeEffects().contains {
                    if case .request(_, .change) = $0 { true } else { false }
                }
                if isChange { return true }
            }
            return false
        }
        #expect(reached)
    }

    /// Mostly keys; now and then news, a paste, another window, the end of the link, or the right name.
    private static func event(_ state: ConsoleState, _ generator: inout Generator) -> ConsoleEvent {
        if case .mode(let dialogue) = state.dialogue, dialogue.focus == .name,
            Int.random(in: 0..<3, using: &generator) == 0
        {
            return .paste(dialogue.listenerName)
        }
        // A dialogue is answered more often than by chance, or hardly any would ever be.
        if state.dialogue != nil, Bool.random(using: &generator) {
            return .key([.enter, .tab, .right].randomElement(using: &generator) ?? .enter)
        }
        let view = state.view ?? Sample.view()
        switch Int.random(in: 0..<40, using: &generator) {
        case 0: return .paste("!m\rp\n")
        case 1: return .resize(self.sizes.randomElement(using: &generator) ?? state.size)
        case 2: return .link(Bool.random(using: &generator) ? .live : .gone("no answer"))
        case 3: return .link(.live)
        case 4: return .counters(Sample.counters(view))
        case 5:
            let next = state.events.newest.map { $0 + 1 } ?? 1
            return .records(RecordBatch(records: Sample.records(3, from: next), lost: 0))
        case 6:
            let mode = MutualAuthentication.Mode.allCases.randomElement(using: &generator) ?? .off
            return .view(Sample.view(view, flipping: Sample.id(1).description, to: mode))
        case 20:
            let trials = Bool.random(using: &generator) ? [Sample.trial] : nil
            return .view(
                Sample.view(generation: view.generation + 1, changes: Sample.changes, trials: trials)
            )
        case 21: return .reply(state.lastRequest, .success(.changes(Sample.changes)))
        case 7:
            let listeners = Sample.listeners.filter { _ in Int.random(in: 0..<5, using: &generator) > 0 }
            return .view(Sample.view(listeners: listeners, generation: view.generation + 1))
        case 8:
            let answer = OperatorError(.revisionConflict, subject: "x", message: "Too late.", hint: nil)
            return .reply(state.lastRequest, .failure(answer))
        case 9:
            let receipt = ChangeReceipt(generation: view.generation, plan: Plan(lines: []))
            return .reply(state.lastRequest, .success(.receipt(receipt)))
        case 10: return .key(.character("!"))
        case 11...13: return .key(.character("m"))
        default: return .key(self.keys.randomElement(using: &generator) ?? .enter)
        }
    }

    private static func isConfirmed(
        _ event: ConsoleEvent,
        _ before: ConsoleState,
        _ request: Request
    ) -> Bool {
        guard case .key(.enter) = event, before.lock.isArmed, before.link == .live else { return false }
        switch (before.dialogue, request) {
        case (.mode(let dialogue), .change(let change)):
            return dialogue.focus == .apply && dialogue.obstacle == nil && dialogue.change == change
                && before.now >= dialogue.opensAt
        case (.confirm(let dialogue), _):
            return dialogue.focus == .go && dialogue.obstacle == nil && dialogue.action.request == request
                && before.now >= dialogue.opensAt
        default: return false
        }
    }
}
