import Model
import Testing

@testable import Console

/// How often a console draws: counted, by a clock that the test moves.
@Suite("Frames")
struct FrameScheduleTests {
    /// The loop of a console without its terminal: sleeps until something is due, feeds it, draws.
    private struct Loop {
        var driver: ScreenDriver
        var frames = FrameSchedule(Pacing())
        private(set) var wakeUps = 0
        private(set) var draws = 0
        /// What a frame takes, in milliseconds.
        var frameMilliseconds: Int64 = 1

        init(_ driver: ScreenDriver) {
            self.driver = driver
            self.draw()
            self.draws = 0
        }

        private mutating func draw() {
            let now = self.driver.state.now
            guard let due = self.frames.due, due <= now else { return }
            _ = self.driver.canvas
            self.frames.drew(at: now, took: self.frameMilliseconds)
            self.draws += 1
        }

        /// Lets time pass with what comes in it, each at its moment from the beginning.
        mutating func run(_ milliseconds: Int64, _ events: [(at: Int64, event: ConsoleEvent)] = []) {
            let start = self.driver.state.now
            var rest = events.sorted { $0.at < $1.at }[...]
            while true {
                let next = [
                    rest.first.map { start + $0.at }, self.driver.state.nextDeadline, self.frames.due,
                ]
                .compactMap { $0 }.min()
                guard let next, next <= start + milliseconds else { break }
                self.wakeUps += 1
                self.driver.send(.tick(max(next, self.driver.state.now)))
                self.frames.noteNews()
                while let first = rest.first, start + first.at <= self.driver.state.now {
                    self.driver.send(first.event)
                    if case .key = first.event { self.frames.noteKey() }
                    rest.removeFirst()
                }
                self.draw()
            }
            self.driver.send(.tick(start + milliseconds))
        }
    }

    @Test(
        "While nothing happens, nothing is drawn and nobody is woken, on any page",
        arguments: Page.allCases
    )
    func idle(page: Page) {
        var loop = Loop(.live(page: page))
        loop.run(600_000)
        #expect(loop.wakeUps == 0 && loop.draws == 0)
    }

    @Test("A key is one frame, drawn in the moment it is pressed")
    func key() {
        var loop = Loop(.live(page: .log))
        loop.run(
            1_000,
            [(at: 0, event: .key(.up)), (at: 7, event: .key(.up)), (at: 500, event: .key(.down))]
        )
        #expect(loop.draws == 3 && loop.wakeUps == 3)
    }

    @Test("A thousand records are as many frames as the pace allows, and the last shows the last of them")
    func burst() {
        var loop = Loop(.live(page: .log))
        let events = (0..<1_000 as Range<UInt64>).map { index -> (at: Int64, event: ConsoleEvent) in
            (Int64(index), .records(RecordBatch(records: Sample.records(1, from: 41 + index), lost: 0)))
        }
        loop.run(10_000, events)
        // Ten a second, one at once, and one for what came after the last of those.
        #expect((10...12).contains(loop.draws))
        #expect(loop.frames.due == nil)
        #expect(loop.driver.state.events.count == 1_040)
    }

    @Test("Records that come at one moment are one frame")
    func batch() {
        var loop = Loop(.live(page: .log))
        loop.run(
            1_000,
            [(at: 300, event: .records(RecordBatch(records: Sample.records(1_000, from: 41), lost: 0)))]
        )
        #expect(loop.draws == 1)
    }

    @Test("A terminal that takes its time gets one frame a second")
    func slowTerminal() {
        var loop = Loop(.live(page: .log))
        loop.frameMilliseconds = 200
        let events = (0..<2_000).map { index -> (at: Int64, event: ConsoleEvent) in
            let records = Sample.records(1, from: 41 + UInt64(index))
            return (Int64(index) * 10, .records(RecordBatch(records: records, lost: 0)))
        }
        loop.run(20_000, events)
        #expect((20...24).contains(loop.draws))
    }

    @Test("Arming is drawn once a second while it counts down, and then no more")
    func countdown() {
        var loop = Loop(.live(page: .listeners))
        loop.run(60_000, [(at: 0, event: .key(.character("!")))])
        #expect((60...64).contains(loop.draws))
        loop.run(600_000)
        let draws = loop.draws
        loop.run(600_000)
        #expect(loop.draws == draws)
    }
}
