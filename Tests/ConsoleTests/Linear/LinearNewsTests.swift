import Model
import Testing

@testable import Console

/// What is told without being asked.
@Suite("News in lines")
struct LinearNewsTests {
    /// Failures for causes that have not been seen: each names another issuer.
    private static func failures(_ numbers: ClosedRange<UInt64>) -> RecordBatch {
        let records = numbers.map { number in
            let plain = Sample.record(number, subject: "CN=svc", outcome: .refused(.untrusted))
            var record = plain.record
            record.tls?.leaf = Sample.facts("CN=svc", issuer: "CN=Stranger \(number)")
            record.time = Timestamp(seconds: Sample.start.seconds + 100 + Int64(number))
            return NumberedRecord(number: number, record: record)
        }
        return RecordBatch(records: records, lost: 0)
    }

    @Test("New causes are told one at a time, at most one in five seconds, and the others are counted")
    func pacing() {
        var driver = LinearDriver.live()
        #expect(driver.console.nextDeadline == nil)
        driver.send(.records(Self.failures(41...41)))
        let first = driver.said()
        #expect(first.count == 1)
        #expect(
            first.first?.hasPrefix("FAIL, 1 failure, untrusted, issued by CN=Stranger 41, listener edge-")
                == true
        )
        driver.send(.records(Self.failures(42...44)))
        #expect(driver.said() == [])
        #expect(driver.console.nextDeadline == driver.state.now + LinearNews.pauseMilliseconds)
        driver.advance(LinearNews.pauseMilliseconds - 1)
        #expect(driver.said() == [])
        driver.advance(1)
        let second = driver.said()
        #expect(second.count == 1)
        #expect(second.first?.hasSuffix("; and 2 other new causes: 5 tells them") == true)
        #expect(driver.console.nextDeadline == nil)
        // The same causes again are no news.
        driver.send(.records(Self.failures(41...44)))
        driver.advance(60_000)
        #expect(driver.said() == [])
    }

    @Test("A thousand strangers cost one line in five seconds")
    func flood() {
        var driver = LinearDriver.live()
        var lines = 0
        for second in 0..<24 as Range<UInt64> {
            driver.send(.records(Self.failures((41 + second * 50)...(90 + second * 50))))
            driver.advance(1_000)
            lines += driver.said().count
        }
        #expect(lines == 5)
    }

    @Test("What failed before somebody came is no news")
    func before() {
        var driver = LinearDriver()
        driver.greet(Sample.view())
        #expect(!driver.said().contains { $0.hasPrefix("FAIL, ") })
        #expect(driver.state.refusals.count > 0)
        driver.advance(10_000)
        #expect(driver.said() == [])
    }

    @Test("They can be switched off, and wait while something is asked")
    func off() {
        var driver = LinearDriver.live()
        #expect(driver.type("news off").first?.hasPrefix("new causes of failures are not told") == true)
        driver.send(.records(Self.failures(41...43)))
        driver.advance(10_000)
        #expect(driver.said() == [])
        _ = driver.type("news on")
        driver.advance(10_000)
        #expect(driver.said() == [])
        _ = driver.type("!", "mode off edge-web")
        driver.send(.records(Self.failures(44...44)))
        driver.advance(10_000)
        #expect(driver.said() == [])
        #expect(driver.type("cancel").last?.hasPrefix("FAIL, ") == true)
    }

    @Test("Trials are told once: begun, kept, taken back, run out")
    func trials() {
        var driver = LinearDriver.live()
        let running = Sample.view(generation: 13, changes: Sample.changes, trials: [Sample.trial])
        driver.send(.view(running))
        let begun = driver.said()
        #expect(begun.count == 1)
        #expect(
            begun.first?.hasPrefix("TRIAL #17, change listener edge-pay: mode passthrough -> verify by ana")
                == true
        )
        driver.send(.view(running))
        #expect(driver.said() == [])
        let ends: [(ChangeRecord.Origin?, String)] = [
            (.keep(change: 17), "kept by ivo"), (.undo(change: 17), "undone by ivo"),
            (.rollback(change: 17, cause: .deadline), "undone: not kept"), (nil, "8 tells the changes"),
        ]
        for (origin, words) in ends {
            var other = driver
            let end = Sample.change(18, ago: 0, "ivo", [], origin: origin)
            let changes = origin == nil ? [] : [end] + Sample.changes
            other.send(.view(Sample.view(generation: 14, changes: changes)))
            #expect(
                other.said() == [
                    "trial #17, change listener edge-pay: mode passthrough -> verify, is over: \(words)"
                ]
            )
        }
    }

    @Test("A link that is lost is told once, and once when it is back")
    func link() {
        var driver = LinearDriver.live()
        for _ in 0..<3 { driver.send(.link(.gone("No gate answers."))) }
        #expect(driver.said() == ["the gate cannot be reached; what is shown is as it was. No gate answers."])
        driver.send(.link(.live))
        #expect(driver.said() == ["the gate is back"])
        driver.send(.view(Sample.view(processID: 4_712)))
        #expect(driver.said() == ["the gate was restarted: this log begins with the new process"])
    }

    @Test("Connections of the policy before are told of when the last has gone, if there were any")
    func drained() {
        var driver = LinearDriver.live()
        _ = driver.type("!", "mode passthrough edge-web", "")
        driver.answer(.rehearsal([]))
        _ = driver.type("stay", "apply")
        driver.answer(.receipt(ChangeReceipt(generation: 13, plan: Plan(lines: []))))
        _ = driver.said()
        var none = driver
        none.send(.counters(Sample.counters(Sample.view(), seconds: 38)))
        #expect(none.said() == [])
        driver.send(.counters(Sample.counters(Sample.view(), draining: 3, seconds: 38)))
        #expect(driver.said() == [])
        driver.send(.counters(Sample.counters(Sample.view(), seconds: 43)))
        #expect(driver.said().count <= 1)
    }
}
