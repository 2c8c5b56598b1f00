import Model
import Testing

@testable import Service

@Suite("Counter history")
struct CounterHistoryTests {
    private static let id = ResourceID(bits: 7)

    private static func counted(_ handshakes: UInt64) -> EngineCounters {
        var counters = EngineCounters()
        counters.listeners[id] = ListenerCounters()
        counters.listeners[id]?.handshakes = handshakes
        return counters
    }

    @Test("The first look has no rates")
    func first() {
        var history = CounterHistory()
        #expect(history.add(Self.counted(100), at: Timestamp(seconds: 1)).rates.isEmpty)
    }

    @Test("Rates are over the last five seconds, and fall to zero when nothing happens")
    func window() {
        var history = CounterHistory()
        let rates = (0...20).map { second in
            history.add(Self.counted(UInt64(min(second, 10)) * 10), at: Timestamp(seconds: Int64(second)))
                .rates[Self.id]?.handshakes
        }
        #expect(rates[3] == 10)
        #expect(rates[10] == 10)
        #expect(rates[13] == 4)
        #expect(rates[15] == 0)
        #expect(rates[20] == 0)
    }

    @Test("A clock that was set back begins anew")
    func clockSetBack() {
        var history = CounterHistory()
        _ = history.add(Self.counted(0), at: Timestamp(seconds: 100))
        #expect(history.add(Self.counted(50), at: Timestamp(seconds: 10)).rates.isEmpty)
        #expect(history.add(Self.counted(60), at: Timestamp(seconds: 11)).rates[Self.id]?.handshakes == 10)
    }

    @Test("A counter that began anew shows no rate, not a huge one")
    func counterBeganAnew() {
        var history = CounterHistory()
        _ = history.add(Self.counted(1_000), at: Timestamp(seconds: 1))
        #expect(history.add(Self.counted(5), at: Timestamp(seconds: 2)).rates[Self.id]?.handshakes == 0)
    }
}
