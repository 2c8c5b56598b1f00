import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// HTTP/2 as clients meet it, and what targets receive of it.
@Suite("HTTP/2", .ownThreads)
struct HTTP2Tests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    @Test("Every stream tells the target who called, and forged copies are gone in every spelling")
    func identity() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(self.pki.verification()),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener), self.pki.client(.valid))
        let forged = ["x-amzn-mtls-clientcert-subject", "x_amzn_mtls_clientcert_subject", "x.amzn-mtls_leaf"]
        let streams = try (0..<20).map { index in
            try client.request(HTTP2Client.fields("GET", "/\(index)") + forged.map { ($0, "CN=forged") })
        }
        let answers = client.answers(streams)
        #expect(answers.count == 20)
        for (index, stream) in streams.enumerated() {
            let answer = try #require(answers[stream])
            #expect(answer.isOK)
            let lines = answer.text.split(separator: "\r\n")
            #expect(lines.first == "GET /\(index) HTTP/1.1")
            #expect(lines.filter { $0.hasPrefix("x-amzn-mtls-clientcert-") }.count == 5)
            #expect(lines.contains("X-Forwarded-Proto: https"))
            #expect(lines.contains("Host: localhost:\(try engine.endpoint(listener).port)"))
            #expect(!answer.text.contains("forged"))
        }
        await engine.stop()
    }

    @Test("Cookie crumbs become one header, and Expect goes no further")
    func crumbs() async throws {
        let (engine, listener, target) = try await self.echoing()
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let fields = [("cookie", "a=1"), ("expect", "100-continue"), ("te", "trailers"), ("cookie", "b=2")]
        let answer = try #require(try client.get(HTTP2Client.fields() + fields))
        #expect(answer.isOK)
        #expect(answer.text.contains("\r\ncookie: a=1; b=2\r\n"))
        #expect(!answer.text.contains("expect") && !answer.text.contains("\r\nte:"))
        #expect(target.connectionCount == 1)
        await engine.stop()
    }

    private func echoing() async throws -> (RunningEngine, ServedListener, ScriptedTarget) {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        return (engine, listener, target)
    }

    private static let good = HTTP2Client.fields("GET", "/smuggled")
    private static let malformed: [[(String, String)]] = [
        good + [("x", "a\r\nx-amzn-mtls-clientcert-leaf: y")], good + [("x", "a\nb")],
        good + [("x", "a\u{0}b")], good + [("x", " a")], good + [("x", "a ")], good + [("X", "a")],
        good + [("x: y\r\nz", "a")], good + [("", "a")], good + [("x y", "a")],
        good + [("connection", "close")], good + [("transfer-encoding", "chunked")],
        good + [("keep-alive", "1")], good + [("proxy-connection", "close")], good + [("upgrade", "h2c")],
        good + [("te", "gzip")], good + [("host", "other")],
        good + [("content-length", "1")], good + [("content-length", "0"), ("content-length", "0")],
        good + [(":path", "/b")], [("x", "a")] + good, good + [("x", "a"), (":authority", "localhost")],
        good + [(":unknown", "a")], [("x", "a")],
        [(":method", "GET"), (":authority", "localhost"), (":path", "/smuggled")],
        [(":method", "GET"), (":scheme", "https"), (":authority", "localhost")],
        [(":method", "GET"), (":scheme", "https"), (":path", "/smuggled")],
        HTTP2Client.fields("GET", ""), HTTP2Client.fields("GET", "smuggled"),
        HTTP2Client.fields("GET", "*"), HTTP2Client.fields("GET", "http://other/smuggled"),
        HTTP2Client.fields("GET", "/smuggled HTTP/1.1\r\nx: y"),
        HTTP2Client.fields("GET /smuggled HTTP/1.1\r\nx:", "/"), HTTP2Client.fields("GE T", "/smuggled"),
        [(":method", "GET"), (":scheme", "ftp"), (":authority", "localhost"), (":path", "/smuggled")],
        [
            (":method", "GET"), (":scheme", "https"), (":authority", "localhost\r\nx: y"),
            (":path", "/smuggled"),
        ],
    ]

    @Test("What HTTP/1.1 could read in two ways never reaches the target; the connection goes on")
    func malformed() async throws {
        let (engine, listener, target) = try await self.echoing()
        for fields in Self.malformed {
            let client = try HTTP2Client(to: engine.endpoint(listener))
            let answer = try client.get(fields)
            #expect(answer?.isOK != true, "\(fields)")
            #expect(answer?.reset != nil || client.goAway != nil, "\(fields)")
            #expect(target.connectionCount == 0, "\(fields)")
        }
        let client = try HTTP2Client(to: engine.endpoint(listener))
        #expect(try client.get(Self.good + [("te", "gzip")])?.reset == 1)
        #expect(try client.get()?.isOK == true)
        await engine.stop()
    }

    @Test("An authority that is no host name is refused")
    func badAuthority() async throws {
        let (engine, listener, target) = try await self.echoing()
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let answer = try client.get([
            (":method", "GET"), (":scheme", "https"), (":authority", "user@host"), (":path", "/"),
        ])
        #expect(answer?.isOK == false)
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    @Test("A head beyond the limit is answered and goes no further")
    func oversized() async throws {
        let (engine, listener, target) = try await self.echoing()
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let block = HTTP2Client.block(HTTP2Client.fields() + [("x", String(repeating: "a", count: 16_400))])
        let first = Array(block[..<16_384])
        try client.send(HTTP2Client.frame(1, flags: 1, stream: 1, first))
        try client.send(HTTP2Client.frame(9, flags: 4, stream: 1, Array(block[16_384...])))
        let second = client.answers([1])[1]
        #expect(second != nil && second?.isOK == false)
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    /// RFC 9113 8.1.1.
    @Test("A body that is not as long as announced never becomes a whole request", arguments: [2, 4])
    func lengthMismatch(sent: Int) async throws {
        // Silent: an answer could be out before the body has come.
        let target = try ScriptedTarget { socket in while try !socket.receive().isEmpty {} }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let stream = try client.request(HTTP2Client.fields("POST") + [("content-length", "3")], ends: false)
        try client.send(HTTP2Client.frame(0, flags: 1, stream: stream, [UInt8](repeating: 0x61, count: sent)))
        let answer = client.answers([stream])[stream]
        #expect(answer?.reset != nil)
        // None, where the body came together with the head.
        #expect(target.connectionCount <= 1)
        await engine.stop()
    }

    @Test("A listener whose load balancer has HTTP/2 switched off does not offer it")
    func switchedOff() async throws {
        let engine = RunningEngine(workers: 1)
        let tls = self.pki.served(.off)
        let listener = ServedListener.test(
            tls: ServedTLS(
                certificateChain: tls.certificateChain,
                privateKey: tls.privateKey,
                clientPolicy: .off,
                offersHTTP2: false
            ),
            action: try .fixed("hello")
        )
        try await engine.run([listener])
        var offer = ClientContext.Offer()
        offer.protocols = ["h2", "http/1.1"]
        let client = try SecureClient(to: engine.endpoint(listener), context: ClientContext(offer: offer))
        #expect(try client.get()?.body == "hello")
        await engine.stop()
    }

    @Test("h2load has every request answered, and nghttp sees the header and the end of one")
    func realClients() async throws {
        let (engine, listener, target) = try await self.echoing()
        let address = "https://127.0.0.1:\(try engine.endpoint(listener).port)/"
        let load = try await runTool("h2load", ["-n", "500", "-c", "4", "-m", "50", address])
        #expect(load.standardOutput.contains("500 succeeded, 0 failed, 0 errored"), "\(load.standardOutput)")
        let one = try await runTool("nghttp", ["-v", address])
        #expect(one.standardOutput.contains(":status: 200"), "\(one.standardOutput)\(one.standardError)")
        #expect(one.standardOutput.contains("END_STREAM"))
        #expect(target.connectionCount > 0)
        await engine.stop()
    }

    /// Windows in both directions: 64 KiB for a stream, and a body of 3 MiB.
    @Test("curl sends and gets a large body, with and without a length", arguments: [false, true])
    func curl(knowsLength: Bool) async throws {
        let target = try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                var body: [UInt8] = []
                if knowsLength {
                    body = try socket.receive(exactly: 3_000_000)
                } else {
                    while !body.suffix(5).elementsEqual("0\r\n\r\n".utf8) { body += try socket.receive() }
                }
                let expected = knowsLength ? "content-length: 3000000" : "transfer-encoding: chunked"
                guard head.lowercased().contains(expected) else { return }
                let payload = [UInt8](repeating: 0x7A, count: 3_000_000)
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(payload.count)\r\n\r\n")
                try socket.send(payload)
            }
        }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let port = try engine.endpoint(listener).port
        let files = try TemporaryDirectory()
        let upload = try files.write(String(repeating: "a", count: 3_000_000), to: "upload")
        let result = try await runTool(
            "curl",
            [
                "-sSk", "--http2", "--max-time", "30", "-o", "/dev/null", "-w",
                "%{http_version} %{http_code} %{size_upload} %{size_download}", "-X", "POST",
                "-T", knowsLength ? upload : "-", "https://127.0.0.1:\(port)/",
            ],
            standardInput: String(repeating: "a", count: 3_000_000)
        )
        #expect(result.standardOutput == "2 200 3000000 3000000", "\(result.standardError)")
        #expect(target.connectionCount == 1)
        await engine.stop()
    }

    @Test("After 10,000 requests a connection is told to go, and each of them has been answered")
    func requestLimit() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: try .fixed("hello"))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        var answered = 0
        for _ in 0..<100 {
            let streams = try (0..<100).map { _ in try client.request(HTTP2Client.fields()) }
            answered += client.answers(streams).values.count { $0.isOK }
        }
        #expect(answered == 10_000)
        client.readToEnd()
        #expect(client.goAway == 0)
        await engine.stop()
    }
}
