import HTTP
import Model
import TestTraits
import Testing

@testable import Engine

@Suite("Access line writer", .ownThreads)
struct AccessLineWriterTests {
    private static func lines(
        _ change: (AccessDraft) -> Void
    ) throws -> String {
        let draft = AccessDraft(try AccessSample.entry())
        draft.entry.time = Timestamp(microseconds: 1_767_605_832_071_902)
        change(draft)
        var writer = AccessLineWriter()
        writer.append(draft.entry, draft.text.bytes)
        #expect(writer.count == 1)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func keep(_ text: [UInt8], in draft: AccessDraft) -> AccessEntry.Part {
        text.withUnsafeBytes { draft.keep($0) }
    }

    @Test("A request that went to a target has all 34 fields in ALB's order")
    func whole() throws {
        let line = try Self.lines { draft in
            draft.entry.minorVersion = 1
            draft.entry.method = Self.keep(Array("GET".utf8), in: draft)
            draft.entry.host = Self.keep(Array("edge.example.net".utf8), in: draft)
            draft.entry.uri = Self.keep(Array("/api?q=1".utf8), in: draft)
            draft.entry.userAgent = Self.keep(Array("probe/1.4".utf8), in: draft)
            draft.entry.trace = Self.keep(Array("Root=1-695b8648-5f84".utf8), in: draft)
            draft.entry.target = Endpoint(address: IPAddress(v4: 0xC000_024D), port: 8081)
            draft.entry.targetGroup = AccessSample.targetGroup
            draft.entry.requestTime = 1_999
            draft.entry.targetTime = 12_006_000
            draft.entry.responseTime = 0
            draft.entry.status = 200
            draft.entry.targetStatus = 200
            draft.entry.receivedBytes = 2_411
            draft.entry.sentBytes = 512
            draft.entry.priority = 10
            draft.entry.actions = [.rewrite, .forward]
            draft.entry.transform = .success
            draft.entry.transformedURI = Self.keep(Array("/v2".utf8), in: draft)
        }
        #expect(
            line == """
                http 2026-01-05T09:37:12.071902Z app/edge/78b889fe26824b20 198.51.100.23:51544 \
                192.0.2.77:8081 0.001 12.006 0.000 200 200 2411 512 \
                "GET http://edge.example.net:8080/api?q=1 HTTP/1.1" "probe/1.4" - - \
                arn:aws:elasticloadbalancing:local:000000000000:tg "Root=1-695b8648-5f84" "-" "-" 10 \
                2026-01-05T09:37:12.064000Z "rewrite,forward" "-" "-" "192.0.2.77:8081" "200" "-" "-" \
                TID_00000000000000010000000000000002 "-" "/v2" "TransformSuccess" 127.0.0.1

                """
        )
    }

    @Test("A request that could not be read has what ALB writes then")
    func unread() throws {
        let line = try Self.lines { draft in
            draft.entry.status = 400
            draft.entry.classification = .badMethod
        }
        #expect(
            line == """
                http 2026-01-05T09:37:12.071902Z app/edge/78b889fe26824b20 198.51.100.23:51544 - -1 -1 -1 \
                400 - 0 0 "- http://127.0.0.1:8080- -" "-" - - - "-" "-" "-" - \
                2026-01-05T09:37:12.064000Z "-" "-" "-" "-" "-" "Severe" "BadMethod" \
                TID_00000000000000010000000000000002 "-" "-" "-" 127.0.0.1

                """
        )
    }

    /// Every byte a client can send, in every field that it can fill.
    @Test("No byte ends a field or a line, and an escape cannot be forged")
    func hostile() throws {
        let all = (0...255).map { UInt8($0) }
        let parts: [WritableKeyPath<AccessEntry, AccessEntry.Part>] = [
            \.method, \.host, \.uri, \.userAgent, \.trace, \.redirectURL, \.transformedHost, \.transformedURI,
        ]
        for part in parts {
            let line = try Self.lines { draft in
                draft.entry.minorVersion = 1
                draft.entry[keyPath: part] = Self.keep(all, in: draft)
            }
            #expect(line.unicodeScalars.filter { $0 == "\n" }.count == 1)
            #expect(line.hasSuffix("\n"))
            #expect(line.dropLast().unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
            // 34 fields with 15 pairs of quotes, and none more.
            #expect(line.filter { $0 == "\"" }.count == 30)
            #expect(line.contains(#"\x00\x01\x02"#))
            #expect(line.contains(#" !\x22#$%&'"#))
            #expect(line.contains(#"Z[\x5C]^"#))
            #expect(line.contains(#"~\x7F\x80"#))
            #expect(line.contains(#"\xFE\xFF"#))
        }
    }

    @Test("The certificate is the one that was shown; none was where the session was resumed")
    func certificates() throws {
        let context = try AccessSample.entry().context
        #expect(context.certificateARNs.count == 1)
        func line(_ certificate: Int?, isResumed: Bool) throws -> String {
            let tls = AccessTLS(
                cipher: "TLS_AES_128_GCM_SHA256",
                version: "TLSv1.3",
                domain: "edge.example.net",
                certificate: isResumed ? nil : certificate
            )
            let sample = try AccessSample.entry()
            let entry = AccessEntry(
                context: sample.context,
                tls: tls,
                traceID: sample.traceID,
                client: sample.client,
                nodeAddress: sample.nodeAddress,
                kind: .https,
                created: sample.created
            )
            var writer = AccessLineWriter()
            writer.append(entry, UnsafeRawBufferPointer(start: nil, count: 0))
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(
            try line(0, isResumed: false).contains(
                #" "edge.example.net" "arn:aws:acm:local:000000000000:certificate/0000000000000001" "#
            )
        )
        #expect(try line(nil, isResumed: true).contains(#" "edge.example.net" "session-reused" "#))
        // A certificate that the log was not told of, as after a change.
        #expect(try line(7, isResumed: false).contains(#" "edge.example.net" "-" "#))
    }
}
