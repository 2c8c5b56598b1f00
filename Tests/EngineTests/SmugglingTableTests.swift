import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

/// The known ways to make two readers see two requests: each is refused, or reaches the target in one
/// reading, whatever the mode; and what stands behind it reaches nobody where that is in doubt.
@Suite("Smuggling table", .ownThreads)
struct SmugglingTableTests {
    /// Everything on the wire behind the request line.
    struct Row: Sendable {
        var line = "POST / HTTP/1.1"
        let rest: String
        /// nil for a compliant request.
        let reason: ClassificationReason?
        /// Framing headers and body as the target gets them; nil where nothing is forwarded in any mode.
        let reading: String?
    }

    private static let host = "Host: a\r\n"

    static let rows: [Row] = [
        // Compliant, so that the table is known to tell one from the other.
        Row(rest: "\(host)Content-Length: 5\r\n\r\nhello", reason: nil, reading: "Content-Length: 5|hello"),
        Row(
            rest: "\(host)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            reason: nil,
            reading: "Transfer-Encoding: chunked|5\r\nhello\r\n0\r\n\r\n"
        ),
        // Extensions and trailers, which some count as payload, are gone.
        Row(
            rest: "\(host)Transfer-Encoding: chunked\r\n\r\n5;a=\"\\\"b\"\r\nhello\r\n0;x\r\nT: u\r\n\r\n",
            reason: nil,
            reading: "Transfer-Encoding: chunked|5\r\nhello\r\n0\r\n\r\n"
        ),
        Row(
            line: "POST http://a/ HTTP/1.1",
            rest: "Host: b\r\nContent-Length: 0\r\n\r\n",
            reason: nil,
            reading: "Content-Length: 0|"
        ),

        // What a client nominates as its own business is not: these frame the message.
        Row(
            rest: "\(host)Connection: Transfer-Encoding, Host\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: nil,
            reading: "Transfer-Encoding: chunked|0\r\n\r\n"
        ),
        // An upgrade that only the target would have understood: the bytes behind are requests of ours.
        Row(
            line: "GET / HTTP/1.1",
            rest:
                "\(host)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
            reason: nil,
            reading: "|"
        ),
        Row(
            line: "GET / HTTP/1.1",
            rest: "\(host)Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777\r\n\r\n",
            reason: nil,
            reading: "|"
        ),

        // CL.TE and TE.CL.
        Row(
            rest: "\(host)Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: .bothTeClPresent,
            reading: "Transfer-Encoding: chunked|0\r\n\r\n"
        ),
        Row(
            rest: "\(host)Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            reason: .bothTeClPresent,
            reading: "Transfer-Encoding: chunked|5\r\nhello\r\n0\r\n\r\n"
        ),
        Row(
            line: "POST / HTTP/1.0",
            rest: "\(host)Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: .badTransferEncoding,
            reading: nil
        ),

        // TE.TE: one of two does not look like a coding to one of two readers.
        Row(
            rest: "\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: .multipleTransferEncodingChunked,
            reading: "Transfer-Encoding: chunked|0\r\n\r\n"
        ),
        Row(
            rest: "\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
            reason: .badTransferEncoding,
            reading: nil
        ),
        Row(
            rest: "\(host)Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: .badTransferEncoding,
            reading: nil
        ),
        Row(
            rest: "\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            reason: .badTransferEncoding,
            reading: nil
        ),
        Row(
            rest: "\(host)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            reason: .badTransferEncoding,
            reading: nil
        ),
        Row(
            rest: "\(host)Content-Length: 5\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n",
            reason: .suspiciousTeClPresent,
            reading: nil
        ),
        Row(
            rest: "\(host)Transfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n",
            reason: .badHeader,
            reading: nil
        ),
        Row(rest: "\(host)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", reason: .badHeader, reading: nil),
        Row(
            rest: "\(host)Content-Length: 5\r\nTransfer_Encoding: chunked\r\n\r\nhello",
            reason: .suspiciousTeClPresent,
            reading: "Content-Length: 5|hello"
        ),
        Row(
            rest: "\(host)Content_Length: 50\r\nContent-Length: 5\r\n\r\nhello",
            reason: .suspiciousHeader,
            reading: "Content-Length: 5|hello"
        ),
        Row(rest: "\(host)Transfer_Encoding: chunked\r\n\r\n", reason: .suspiciousHeader, reading: "|"),

        // Lengths.
        Row(
            rest: "\(host)Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            reason: .duplicateContentLength,
            reading: "Content-Length: 5|hello"
        ),
        Row(
            rest: "\(host)Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
            reason: .multipleContentLength,
            reading: nil
        ),
        Row(rest: "\(host)Content-Length: 0, 44\r\n\r\n", reason: .badContentLength, reading: nil),
        Row(rest: "\(host)Content-Length: +0\r\n\r\n", reason: .badContentLength, reading: nil),
        Row(rest: "\(host)Content-Length: -1\r\n\r\n", reason: .badContentLength, reading: nil),
        Row(rest: "\(host)Content-Length: 0x0\r\n\r\n", reason: .badContentLength, reading: nil),
        Row(rest: "\(host)Content-Length: \r\n\r\n", reason: .badContentLength, reading: nil),
        Row(
            rest: "\(host)Content-Length: 18446744073709551616\r\n\r\n",
            reason: .badContentLength,
            reading: nil
        ),
        Row(
            line: "GET / HTTP/1.1",
            rest: "\(host)Content-Length: 5\r\n\r\nhello",
            reason: .undefinedContentLengthSemantics,
            reading: "Content-Length: 5|hello"
        ),
        Row(
            line: "GET / HTTP/1.1",
            rest: "\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            reason: .undefinedTransferEncodingSemantics,
            reading: "Transfer-Encoding: chunked|0\r\n\r\n"
        ),
        Row(
            line: "GET / HTTP/1.1",
            rest: "\(host)Content-Length: 0\r\n\r\n",
            reason: .getHeadZeroContentLength,
            reading: "Content-Length: 0|"
        ),

        // Lines.
        Row(rest: "\(host)X: y\nContent-Length: 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)X: y\rContent-Length: 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)X: y\r\n Content-Length: 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)Content-Length\r\n : 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)Content-Length : 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)\u{0}Content-Length: 44\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host)X: \u{0}\r\n\r\n", reason: .badHeader, reading: nil),
        Row(rest: "\(host): 44\r\n\r\n", reason: .emptyHeader, reading: nil),
        Row(rest: "\(host) \r\nContent-Length: 44\r\n\r\n", reason: .emptyHeader, reading: nil),
        Row(rest: "\(host)X: \u{FC}\r\n\r\n", reason: .nonCompliantHeader, reading: "|"),
        Row(
            rest: "\(host)Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello",
            reason: nil,
            reading: "Content-Length: 5|hello"
        ),

        // Request lines and hosts.
        Row(line: "POST /a b HTTP/1.1", rest: "\(host)\r\n", reason: .spaceInURI, reading: nil),
        Row(line: "POST /\u{1} HTTP/1.1", rest: "\(host)\r\n", reason: .ambiguousURI, reading: nil),
        Row(line: "POST /\u{0} HTTP/1.1", rest: "\(host)\r\n", reason: .badURI, reading: nil),
        Row(line: "P@ST / HTTP/1.1", rest: "\(host)\r\n", reason: .badMethod, reading: nil),
        Row(line: "POST / HTTP/1.1x", rest: "\(host)\r\n", reason: .badVersion, reading: nil),
        Row(line: "POST / HTTP/1.9", rest: "\(host)\r\n", reason: .nonCompliantVersion, reading: nil),
        Row(line: "POST /", rest: "\(host)\r\n", reason: nil, reading: nil),
        Row(rest: "Host: a\r\nHost: b\r\n\r\n", reason: nil, reading: nil),
        Row(rest: "X: y\r\n\r\n", reason: nil, reading: nil),
    ]

    /// Keeps what it was sent, and answers each message where the one standard reading of it ends.
    private final class Reader: Sendable {
        let messages = Mutex<[String]>([])

        func take() -> [String] {
            self.messages.withLock { messages in
                defer { messages = [] }
                return messages
            }
        }

        func target() throws -> ScriptedTarget {
            try ScriptedTarget { socket in
                var bytes: [UInt8] = []
                while true {
                    let more = try socket.receive()
                    // What never became a message was sent all the same.
                    if more.isEmpty {
                        let rest = String(decoding: bytes, as: UTF8.self)
                        if !rest.isEmpty { self.messages.withLock { $0.append(rest) } }
                        return
                    }
                    bytes += more
                    while let message = Self.message(&bytes) {
                        self.messages.withLock { $0.append(message) }
                        try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    }
                }
            }
        }

        private static func message(_ bytes: inout [UInt8]) -> String? {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            var length = end
            if head.contains("Transfer-Encoding: chunked\r\n") {
                let last = bytes[end...].firstRange(of: Array("0\r\n\r\n".utf8))
                guard let last else { return nil }
                length = last.upperBound
            } else if let field = head.firstRange(of: "Content-Length: ") {
                length += Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
            }
            guard bytes.count >= length else { return nil }
            defer { bytes.removeFirst(length) }
            return String(decoding: bytes[..<length], as: UTF8.self)
        }
    }

    @Test("Each request has one reading or none, in every mode", arguments: DesyncMitigationMode.allCases)
    func table(mode: DesyncMitigationMode) async throws {
        let reader = Reader()
        let target = try reader.target()
        let engine = RunningEngine(workers: 1)
        var attributes = LoadBalancerAttributes()
        attributes.desyncMitigationMode = mode
        let listener = ServedListener.test(action: .forward(target.endpoint), attributes: attributes)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for row in Self.rows {
            let client = try RawSocket(to: endpoint)
            let next = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            try client.send("\(row.line)\r\n\(row.rest)\(next)")
            let answers = String(decoding: client.receiveToEnd(), as: UTF8.self)
            // Behind it on whatever connection is left to the target.
            let control = try RawSocket(to: endpoint)
            try control.send("GET /control HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(String(decoding: control.receiveToEnd(), as: UTF8.self).hasSuffix("ok"))

            var received = reader.take()
            let comment = Comment(rawValue: "\(mode): \(row.line) \(row.rest)")
            let requestClass = row.reason?.requestClass ?? .compliant
            #expect(received.popLast()?.hasPrefix("GET /control HTTP/1.1\r\n") == true, comment)
            guard let reading = row.reading, !mode.blocks(requestClass) else {
                #expect(received == [], comment)
                #expect(Self.statuses(answers).allSatisfy { $0 >= 400 }, comment)
                #expect(Self.statuses(answers).count == 1, comment)
                continue
            }
            if requestClass < .ambiguous {
                #expect(received.popLast()?.hasPrefix("GET /next HTTP/1.1\r\n") == true, comment)
                #expect(Self.statuses(answers) == [200, 200], comment)
            } else {
                #expect(Self.statuses(answers) == [200], comment)
                #expect(answers.contains("Connection: close\r\n"), comment)
            }
            #expect(received.map(Self.reading) == [reading], comment)
        }
        await engine.stop()
    }

    private static func statuses(_ answers: String) -> [Int] {
        answers.split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
    }

    /// The lines that frame a message for any reader, and its body.
    private static func reading(_ message: String) -> String {
        guard let end = message.firstRange(of: "\r\n\r\n") else { return message }
        let framing = message[..<end.lowerBound].split(separator: "\r\n").filter { line in
            let name = line.prefix { $0 != ":" }.lowercased().filter(\.isLetter)
            return name == "contentlength" || name == "transferencoding"
        }
        return "\(framing.joined(separator: ","))|\(message[end.upperBound...])"
    }
}
