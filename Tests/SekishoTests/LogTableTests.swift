import Model
import Testing

@testable import sekisho

@Suite("Log table")
struct LogTableTests {
    @Test("Logs that miss nothing are not told of")
    func healthy() {
        #expect(LogTable.lines([LogHealth(name: "connection log", lost: 0, failure: nil)]).isEmpty)
    }

    @Test("A log that cannot be written says why, one that could not says how much is missing")
    func failed() {
        let failure = OperatorError(
            .resourceLimit,
            subject: "logs/connection.log",
            message: "The disk is full.",
            hint: "Make room."
        )
        let lines = LogTable.lines([
            LogHealth(name: "connection log", lost: 7, failure: failure),
            LogHealth(name: "access log", lost: 2, failure: nil),
        ])
        #expect(
            lines == [
                "",
                "LOG             LINES LOST  STATE",
                "connection log  7           FAILED: ResourceLimit: The disk is full. Make room.",
                "access log      2           writing again",
            ]
        )
    }
}
