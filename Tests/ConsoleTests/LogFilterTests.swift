import Model
import Testing

@testable import Console

@Suite("Log filter")
struct LogFilterTests {
    /// Numbers of the first twelve sample records that a filter lets through.
    private static func numbers(_ text: String) throws -> [UInt64] {
        let filter = try LogFilter(text)
        return Sample.records(12).map { EventLog.Entry($0) }.filter { filter.matches($0) }.map(\.number)
    }

    @Test(
        "Everything named must hold",
        arguments: [
            ("", Array(1...12)),
            ("outcome:fail", [1, 3, 4, 7, 9, 10]),
            ("outcome:ok listener:edge-iot", [2, 8]),
            ("reason:untrusted", [1, 7]),
            ("reason:ClientCertUntrusted", [1, 7]),
            ("REASON:UNTRUSTED", [1, 7]),
            ("outcome:fail not reason:untrusted", [3, 4, 9, 10]),
            ("outcome:fail and not not reason:untrusted", [1, 7]),
            ("cn:svc-*", [1, 3, 6, 7, 9, 12]),
            ("cn:svc-?7.partner.example", [1, 3, 7, 9]),
            ("cn:svc", []),
            ("svc-41", [6, 12]),
            ("SVC-41", [6, 12]),
            ("client:203.0.113.4", [4]),
            ("mode:off", [5, 11]),
            ("sni:api.*", Array(1...12)),
            ("tls:1.3 reason:*", [1, 3, 7, 9]),
            ("listener:443 mode:passthrough", [2, 8]),
            ("[2001:db8::7]:40007", [7]),
        ] as [(String, [UInt64])]
    )
    func terms(text: String, numbers: [UInt64]) throws {
        #expect(try Self.numbers(text) == numbers)
    }

    @Test("Failed only is one more thing that must hold")
    func failedOnly() throws {
        let filter = try LogFilter("listener:edge-iot", failedOnly: true)
        let entries = Sample.records(12).map { EventLog.Entry($0) }
        #expect(!entries.contains { filter.matches($0) })
        #expect(!filter.isEmpty)
        #expect(LogFilter.all.isEmpty)
    }

    @Test(
        "A mistake names its column and what was probably meant",
        arguments: [
            ("ok outcom:fail", 3, "outcome"),
            ("qqqqqqqq:1", 0, "outcome"),
            ("listener:", 9, "listener"),
            ("ok not", 6, "not"),
        ]
    )
    func mistakes(text: String, column: Int, word: String) {
        do {
            _ = try LogFilter(text)
            Issue.record("accepted")
        } catch {
            #expect(error.column == column)
            #expect(error.message.contains(word), "\(error.message)")
        }
    }

    @Test("A pattern full of stars is decided at once, whatever the name")
    func stars() throws {
        let name = "CN=" + String(repeating: "a", count: 1_000)
        let entry = EventLog.Entry(Sample.record(1, subject: name))
        let pattern = String(repeating: "*a", count: 100) + "b"
        let filter = try LogFilter("cn:\(pattern)")
        let clock = ContinuousClock()
        let time = clock.measure { #expect(!filter.matches(entry)) }
        #expect(time < .seconds(2))
    }
}
