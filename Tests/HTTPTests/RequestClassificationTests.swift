import HTTP
import Model
import Testing

/// What is wrong with a request, by ALB's words, and what each mode makes of it.
@Suite("Request classification")
struct RequestClassificationTests {
    private func head(_ request: String, _ mode: DesyncMitigationMode) -> ParsedRequest {
        var attributes = LoadBalancerAttributes()
        attributes.desyncMitigationMode = mode
        return ParsedRequest("\(request)\r\n\r\n", attributes: attributes)
    }

    /// A reading is how the body is framed towards the target.
    static let readableRows: [(request: String, reason: ClassificationReason?, reading: BodyFraming)] = [
        ("GET / HTTP/1.1\r\nHost: a", nil, .none),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", nil, .length(0)),
        ("POST / HTTP/1.1\r\nHost: a\r\nX-Empty:", nil, .none),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", .getHeadZeroContentLength, .length(0)),
        ("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", .getHeadZeroContentLength, .length(0)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{FC}", .nonCompliantHeader, .none),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3", .undefinedContentLengthSemantics, .length(3)),
        (
            "HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", .undefinedTransferEncodingSemantics,
            .chunked
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked", .bothTeClPresent,
            .chunked
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\ncontent-length: 03", .duplicateContentLength,
            .length(3)
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 3", .suspiciousHeader, .none),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer.Encoding: chunked", .suspiciousHeader, .none),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 9\r\nContent-Length: 3", .suspiciousHeader,
            .length(3)
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent-Length: 3",
            .suspiciousTeClPresent, .length(3)
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 3\r\nTransfer-Encoding: chunked",
            .suspiciousTeClPresent, .chunked
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            .multipleTransferEncodingChunked, .chunked
        ),
    ]

    @Test(
        "A request with one reading has it in every mode that lets its class through",
        arguments: readableRows,
        DesyncMitigationMode.allCases
    )
    func readable(
        _ row: (request: String, reason: ClassificationReason?, reading: BodyFraming),
        mode: DesyncMitigationMode
    ) {
        let request = self.head(row.request, mode)
        #expect(request.head.classification == row.reason)
        if mode.blocks(row.reason?.requestClass ?? .compliant) {
            #expect(request.refusedStatus == 400)
        } else {
            #expect(request.result == .complete)
            #expect(request.head.framing == row.reading)
        }
    }

    @Test(
        "A request without a reading is refused in every mode, with its reason",
        arguments: [
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4", .multipleContentLength),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3", .badContentLength),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999", .badContentLength),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked", .badTransferEncoding),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: x",
                .suspiciousTeClPresent
            ),
            ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked", .badTransferEncoding),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}", .badHeader),
            ("GET / HTTP/1.1\r\nHost: a\r\nX : a", .badHeader),
            ("GET / HTTP/1.1\r\nHost: a\r\n: a", .emptyHeader),
            ("GET / HTTP/1.1\r\nHost: a\r\n \t", .emptyHeader),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b", .badHeader),
            ("GET /a b HTTP/1.1\r\nHost: a", .spaceInURI),
            ("GET /\u{1} HTTP/1.1\r\nHost: a", .ambiguousURI),
            ("GET /\u{0} HTTP/1.1\r\nHost: a", .badURI),
            ("G@T / HTTP/1.1\r\nHost: a", .badMethod),
            ("GET / HTTP/x.y\r\nHost: a", .badVersion),
            ("GET / HTTP/1.7\r\nHost: a", .nonCompliantVersion),
        ] as [(String, ClassificationReason)],
        DesyncMitigationMode.allCases
    )
    func unreadable(_ row: (request: String, reason: ClassificationReason), mode: DesyncMitigationMode) {
        let request = self.head(row.request, mode)
        #expect(request.refusedStatus >= 400)
        #expect(request.head.classification == row.reason)
    }

    /// Of several defects the log names the worst, not the first.
    @Test("The worst defect decides")
    func worst() {
        let request = self.head(
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u{FC}\r\nContent-Length: 3\r\nTransfer_Encoding: chunked",
            .defensive
        )
        #expect(request.head.classification == .suspiciousTeClPresent)
        #expect(request.refusedStatus == 400)
    }

    @Test("A length beside chunks, and a second one, do not go on")
    func canonical() {
        let both = self.head(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
            .monitor
        )
        #expect(!both.forwarded().lowercased().contains("content-length"))
        #expect(both.forwardedLines().filter { $0.hasPrefix("Transfer-Encoding") }.count == 1)
        let twice = self.head(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 03",
            .monitor
        )
        #expect(
            twice.forwardedLines().filter { $0.lowercased().hasPrefix("content-length") }
                == ["Content-Length: 3"]
        )
    }
}
