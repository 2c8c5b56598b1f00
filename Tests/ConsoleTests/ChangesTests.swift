import Model
import Testing

@testable import Console

/// What a change has to do with others, and how it is taken back.
@Suite("Changes beside each other")
struct ChangesTests {
    private static let line = Plan.Line(
        verb: .change,
        resource: "listener edge-pay",
        details: ["mode a -> b"]
    )

    private static let changes = [
        Sample.change(20, ago: 10, "ana", [], origin: .keep(change: 18)),
        Sample.change(19, ago: 60, "ivo", [Plan.Line(verb: .create, resource: "target group x")]),
        Sample.change(18, ago: 120, "ana", [line], origin: .trial(until: Sample.start)),
        Sample.change(12, ago: 9_000, "cd-bot", [line]),
    ]

    @Test("Beside a change stand all changes of the same object, and the command that takes it back")
    func history() throws {
        var driver = ScreenDriver.live(
            Size(columns: 140, rows: 40),
            page: .changes,
            view: Sample.view(changes: Self.changes)
        )
        driver.press(.home, .down, .down)
        #expect(driver.state.changeList.selected?.change.number == 18)
        #expect(driver.contains("Changes of listener edge-pay"))
        let lines = driver.lines.filter { $0.contains("  mode a -> b") }
        #expect(lines.contains { $0.contains("> #18") } && lines.contains { $0.contains("#12") })
        #expect(driver.contains("sekisho undo 18"))
        driver.press(.down)
        #expect(driver.contains("sekisho undo 12"))
        // What only keeps another change is not taken back by itself.
        driver.press(.home)
        #expect(driver.state.changeList.selected?.change.number == 20)
        #expect(!driver.contains("sekisho undo"))
    }

    @Test("A trial says what ends it before its time")
    func limit() {
        let trial = Trial(
            change: 17,
            author: Author(name: "ana", via: "console"),
            startedAt: Sample.start,
            deadline: Timestamp(seconds: Sample.start.seconds + 480),
            lines: Sample.changes[0].lines,
            maximumRefusalPercent: 9
        )
        let view = Sample.view(changes: Sample.changes, trials: [trial])
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40), page: .changes, view: view)
        #expect(!driver.contains("so far"))
        var counters = Sample.counters(view, seconds: 60)
        counters.trials = [TrialCounters(change: 17, connections: 9_685, refused: 571)]
        driver.send(.counters(counters))
        #expect(driver.contains("so far     571 of 9685 refused that would have passed before (5.9%)"))
        #expect(driver.contains("undone at once if 9 in a hundred that passed before are refused"))
    }
}
