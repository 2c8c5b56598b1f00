import Testing

@testable import Bench

@Suite("Figures of a console")
struct ConsoleFigureTests {
    @Test("A figure above its limit is missed, one at it or without one is not")
    func limits() {
        let figures = [
            ConsoleFigure(name: "frame", value: 51, unit: "ms", limit: 50),
            ConsoleFigure(name: "idle", value: 0, unit: "B", limit: 0),
            ConsoleFigure(name: "event", value: 60, unit: "µs"),
        ]
        #expect(figures.map(\.isKept) == [false, true, true])
        let lines = ConsoleFigure.lines(figures)
        #expect(lines.count == 4)
        #expect(lines.map { $0.contains("MISSED") } == [false, true, false, false])
    }
}
