import Model
import Testing

/// What filters let through, and what they say when they cannot be read.
@Suite("Filter")
struct FilterTests {
    private static let now = Timestamp(year: 2026, month: 11, day: 23, hour: 14, minute: 5, second: 0)

    private static let environment = FilterEnvironment(
        now: now,
        changes: [17: Timestamp(seconds: now.seconds - 45)],
        saved: [
            "bad": "outcome:fail not reason:timeout", "worse": "@bad listener:edge-api", "loop": "@loop",
            "torn": "outcome:",
        ]
    )

    private static func record(
        _ second: Int64,
        _ listener: String,
        _ outcome: HandshakeOutcome,
        subject: String?,
        days: Int64 = 100
    ) -> ConnectionRecord {
        let leaf = subject.map { subject in
            CertificateFacts(
                subject: subject,
                issuer: "CN=Partner Issuing CA \(second % 3)",
                serialNumber: "04A\(second)",
                notBefore: Timestamp(seconds: 0),
                notAfter: Timestamp(seconds: self.now.seconds + days * 86_400),
                fingerprint: "ab\(second)",
                keyDescription: "P-256"
            )
        }
        return ConnectionRecord(
            time: Timestamp(seconds: self.now.seconds - second * 10),
            listenerID: ResourceID(bits: 1),
            listenerName: listener,
            client: Endpoint(
                address: second == 4
                    ? IPAddress(v6: 0x2001_0db8_0000_0000, 7) : IPAddress(v4: 0xCB00_7100 + 4),
                port: 40_007
            ),
            listenerPort: 443,
            tls: ConnectionRecord.TLSDetails(
                mode: listener == "edge-iot" ? .passthrough : .verify,
                outcome: outcome,
                version: outcome.isSuccess ? "TLSv1.3" : nil,
                cipher: nil,
                keyExchange: "X25519",
                latencyMicroseconds: outcome.isSuccess ? 1_500 * second : nil,
                serverName: second == 1 ? "api.example.com" : nil,
                leaf: leaf,
                chainCount: leaf == nil ? 0 : 2,
                isResumed: false
            ),
            traceID: TraceID(high: 0x7f03, low: UInt64(second)),
            loadBalancerPath: "app/edge/1",
            nodeAddress: .loopback
        )
    }

    /// Numbered from 1; number n is n times 10 s old.
    private static let records = [
        record(1, "edge-api", .success, subject: "CN=svc-41.partner.example,O=Partner AG"),
        record(2, "edge-api", .refused(.untrusted), subject: "CN=svc-77.partner.example,O=Elsewhere"),
        record(3, "edge-iot", .success, subject: "CN=\\E4\\B8\\AD\\E6\\96\\87", days: 3),
        record(4, "edge-api", .refused(.expired), subject: "CN=svc-07.partner.example", days: -2),
        record(5, "edge-pay", .failed(.noCertificate), subject: nil),
    ]

    private static func filter(_ text: String) throws(FilterMistake) -> Filter {
        try Filter(text, schema: .connections, environment: self.environment)
    }

    @Test(
        "What an observing listener would have refused is found by its reason, and got through",
        arguments: ["reason:expired", "has:observed", "ClientCertExpired", "outcome:ok reason:expired"]
    )
    func observed(text: String) throws {
        var record = Self.record(6, "edge-api", .success, subject: "CN=svc-07")
        let filter = try Self.filter(text)
        #expect(!filter.matches(ConnectionRow(record)))
        record.tls?.observed = .expired
        #expect(filter.matches(ConnectionRow(record)))
        #expect(try !Self.filter("outcome:fail").matches(ConnectionRow(record)))
    }

    @Test(
        "Everything that the language has",
        arguments: [
            ("", [1, 2, 3, 4, 5]),
            ("outcome:fail", [2, 4, 5]),
            ("outcome=ok", [1, 3]),
            ("OUTCOME:FAIL", [2, 4, 5]),
            ("reason:ClientCertUntrusted", [2]),
            ("reason:{untrusted, expired}", [2, 4]),
            ("reason!=untrusted", [1, 3, 4, 5]),
            ("outcome:fail not reason:untrusted", [4, 5]),
            ("outcome:fail and not not reason:untrusted", [2]),
            ("reason:untrusted or reason:no-cert", [2, 5]),
            ("not (reason:untrusted or reason:no-cert)", [1, 3, 4]),
            ("(cn:svc-* outcome:ok) or listener:edge-pay", [1, 5]),
            ("cn:svc-?7.partner.example", [2, 4]),
            ("cn:svc", []),
            ("cn:中文", [3]),
            ("cn~^svc-(41|07)\\.", [1, 4]),
            ("cn!~^svc-", [3, 5]),
            ("subject:\"cn=svc-41.partner.example,o=partner ag\"", [1]),
            ("svc-41", [1]),
            ("\"partner ag\"", [1]),
            ("partner.example not 77", [1, 4]),
            ("client:203.0.113.0/24", [1, 2, 3, 5]),
            ("client:2001:db8::/32", [4]),
            ("client:203.0.113.4:40007", [1, 2, 3, 5]),
            ("[2001:db8::7]:40007", [4]),
            ("listener:edge-* mode:passthrough", [3]),
            ("listener:443", [1, 2, 3, 4, 5]),
            ("port>443", []),
            ("port:400..443", [1, 2, 3, 4, 5]),
            ("ms>2", [3]),
            ("ms<=1.5", [1]),
            ("ms>2ms ms<1s", [3]),
            ("tls:1.3", [1, 3]),
            ("tls:tlsv1.?", [1, 3]),
            ("sni:api.*", [1]),
            ("chain:0", [5]),
            ("has:cert", [1, 2, 3, 4]),
            ("not has:cert", [5]),
            ("has:sni", [1]),
            ("expires<7d", [3, 4]),
            ("expires:7d", [3, 4]),
            ("expires>0s", [1, 2, 3]),
            ("age<25s", [1, 2]),
            ("age:25s", [1, 2]),
            ("age>=30s", [3, 4, 5]),
            ("age:15s..35s", [2, 3]),
            ("since:25s", [1, 2]),
            ("since:14:04", [1, 2, 3, 4, 5]),
            ("since:#17", [1, 2, 3, 4]),
            ("at:14:04:20..14:04:40", [2, 3, 4]),
            ("at:14:04", [1, 2, 3, 4, 5]),
            ("at:2026-11-23", [1, 2, 3, 4, 5]),
            ("at:2026-11-23T14:04:50Z", [1]),
            ("at<14:04:20", [5]),
            ("@bad", [2, 4, 5]),
            ("@worse reason:expired", [4]),
            ("serial:04A2", [2]),
            ("cn ~ \"^svc-(41|07)\"", [1, 4]),
            ("cn ~^svc-(41|07) outcome = ok", [1]),
            ("reason != untrusted ms > 2", [3]),
            ("reason : {untrusted, expired}", [2, 4]),
            ("\"cn\" ~x", []),
            ("partner :443", []),
            ("conn:*03", [3]),
        ] as [(String, [Int])]
    )
    func matches(text: String, numbers: [Int]) throws {
        let filter = try Self.filter(text)
        let found = Self.records.indices.filter { filter.matches(ConnectionRow(Self.records[$0])) }
        #expect(found.map { $0 + 1 } == numbers)
    }

    @Test(
        "A mistake names its column and what was probably meant",
        arguments: [
            ("ok outcom:fail", 3, "outcome"),
            ("qqqqqqqq:1", 0, "listener"),
            ("listener:", 9, "needs a value"),
            ("listener:{a,", 9, "{ is not closed"),
            ("listener:{a,}", 9, "needs a value"),
            ("ok not", 6, "not needs something"),
            ("a or", 4, "or needs something"),
            ("a and", 5, "and needs something"),
            ("(a", 0, "( is not closed"),
            ("a )", 2, ") closes nothing"),
            ("cn:\"x", 3, "\" is not closed"),
            ("ms>fast", 3, "time span"),
            ("port:https", 5, "not a number"),
            ("port~4", 4, "cannot be compared"),
            ("outcome>fail", 7, "cannot be compared with >"),
            ("since<5m", 5, "cannot be compared"),
            ("since:yesterday", 6, "not a time"),
            ("since:25:00", 6, "not a time"),
            ("at:2026-02-31", 3, "not a time"),
            ("since:#18", 6, "no change #18"),
            ("cn~(", 3, ""),
            ("@bat", 0, "did you mean bad?"),
            ("ok outcom = fail", 3, "outcome"),
            ("qqqqqqqq ~", 0, "listener"),
            ("cn ~", 4, "needs a value"),
            ("cn: outcome:fail", 3, "needs a value"),
            ("cn = and x", 4, "needs a value"),
            ("x @torn", 2, "needs a value"),
            ("@loop", 0, "too large"),
        ]
    )
    func mistakes(text: String, column: Int, words: String) {
        let mistake = #expect(throws: FilterMistake.self) { try Self.filter(text) }
        #expect(mistake?.column == column)
        #expect(words.isEmpty || mistake?.message.contains(words) == true, "\(mistake?.message ?? "")")
    }

    @Test(
        "A filter that would cost too much to read is refused",
        arguments: [
            String(repeating: "x", count: FilterLimits.length + 1),
            String(repeating: "x ", count: FilterLimits.terms + 1),
            String(repeating: "(", count: FilterLimits.depth + 1) + "x",
            String(repeating: "not ", count: FilterLimits.depth + 1) + "x",
        ]
    )
    func limits(text: String) {
        let mistake = #expect(throws: FilterMistake.self) { try Self.filter(text) }
        #expect(mistake?.kind == .tooLarge)
    }

    @Test("Whatever is typed, character by character, is read or refused, never more")
    func everyPrefix() {
        let text = "not (@bad or cn~^a(b|c)$) and client:{10.0.0.0/8,\"x\\\"\"} at:13:40..13:59 ) \"é {"
        for end in 0...text.count {
            for start in 0...end {
                let piece = String(text.prefix(end).dropFirst(start))
                guard let filter = try? Self.filter(piece) else { continue }
                for record in Self.records { _ = filter.matches(ConnectionRow(record)) }
            }
        }
    }

    @Test("A pattern full of stars costs no more than its length times that of the text")
    func stars() throws {
        let name = "CN=" + String(repeating: "a", count: 1_000)
        let record = Self.record(1, "x", .success, subject: name)
        let filter = try Self.filter("cn:\(String(repeating: "*a", count: 100))b")
        #expect(!filter.matches(ConnectionRow(record)))
    }
}
