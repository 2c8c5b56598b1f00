import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// HTTP/2 towards targets, and what becomes of targets that break its rules.
@Suite("Targets of HTTP/2", .ownThreads)
struct HTTP2TargetTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    /// An engine whose HTTPS listener forwards to one target of the version.
    private func run(
        _ version: TargetGroup.ProtocolVersion,
        _ target: Endpoint,
        _ policy: ClientPolicy = .off,
        _ headers: IdentityHeaderSettings = .standard
    ) async throws -> (RunningEngine, Endpoint) {
        let engine = RunningEngine(workers: 1)
        let id = ResourceID.random()
        let listener = ServedListener.test(
            tls: self.pki.served(policy, identityHeaders: headers),
            action: .forward(targetGroupID: id, targets: [target])
        )
        var check = HealthCheck()
        check.protocol = .tcp
        // Checked once, and then not while a test counts connections.
        check.intervalSeconds = 300
        let group = ServedTargetGroup(
            id: id,
            targets: [target],
            healthCheck: check,
            isUsed: true,
            protocolVersion: version
        )
        try await engine.run([listener], targetGroups: [group])
        return (engine, try engine.endpoint(listener))
    }

    @Test("Requests and responses go through whole, with bodies and trailers, on one connection")
    func roundTrip() async throws {
        let target = try HTTP2Target { request in
            HTTP2Target.Reply(
                head: "HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\n\r\n",
                body: Array("got ".utf8) + request.body,
                trailers: "x-sum: 7\r\nx-amzn-mtls-clientcert-leaf: forged\r\nx-forwarded-for: forged\r\n"
            )
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint, self.pki.verification())
        let client = try HTTP2Client(to: endpoint, self.pki.client(.valid))
        for _ in 0..<3 {
            let fields = HTTP2Client.fields("POST", "/a?b") + [("x-own", "1"), ("cookie", "a=b")]
            let stream = try client.request(fields, ends: false)
            try client.send(HTTP2Client.frame(0, stream: stream, Array("hel".utf8)))
            try client.send(HTTP2Client.frame(0, stream: stream, Array("lo".utf8)))
            let trailers = [("x-end", "yes"), ("x-amzn-mtls-clientcert-leaf", "forged"), ("host", "other")]
            try client.send(HTTP2Client.frame(1, flags: 5, stream: stream, HTTP2Client.block(trailers)))
            let answer = try #require(client.answers([stream])[stream])
            #expect(answer.reset == nil)
            #expect(answer.text == "got hello")
            #expect(answer.hasTrailers)
        }
        let requests = target.requests
        #expect(requests.count == 3)
        for request in requests {
            let lines = request.head.split(separator: "\r\n")
            #expect(lines.first == "POST /a?b HTTP/1.1")
            #expect(lines.contains("host: localhost:\(endpoint.port)"))
            #expect(lines.contains("x-own: 1") && lines.contains("cookie: a=b"))
            #expect(lines.contains("x-forwarded-proto: https"))
            #expect(lines.filter { $0.hasPrefix("x-amzn-mtls-clientcert-") }.count == 5)
            #expect(!request.head.contains("forged"))
            #expect(request.body == Array("hello".utf8))
            #expect(request.trailers == "x-end: yes\r\n")
        }
        // One for the health check, one for all requests.
        #expect(target.connectionCount <= 2)
        await engine.stop()
    }

    @Test(
        "An identity header by its new name, forged in trailers, reaches no target",
        arguments: [true, false]
    )
    func renamedInTrailers(isVerified: Bool) async throws {
        let target = try HTTP2Target { _ in HTTP2Target.Reply(head: "HTTP/1.1 200 OK\r\n\r\n", body: []) }
        let (engine, endpoint) = try await self.run(
            .http2,
            target.endpoint,
            isVerified ? self.pki.verification() : .off,
            IdentityHeaderSettings(names: [.subject: "X-Who"])
        )
        let client = try HTTP2Client(to: endpoint, isVerified ? self.pki.client(.valid) : nil)
        let stream = try client.request(HTTP2Client.fields("POST"), ends: false)
        let trailers = [("x-who", "CN=root"), ("x_who", "CN=root"), ("x-end", "yes")]
        try client.send(HTTP2Client.frame(1, flags: 5, stream: stream, HTTP2Client.block(trailers)))
        #expect(client.answers([stream])[stream]?.isOK == true)
        let request = try #require(target.requests.first)
        #expect(request.trailers == "x-end: yes\r\n")
        #expect(!request.head.contains("CN=root"))
        #expect(
            request.head.split(separator: "\r\n").count { $0.hasPrefix("x-who: ") } == (isVerified ? 1 : 0)
        )
        await engine.stop()
    }

    @Test(
        "Every kind of response keeps its meaning, and the connection",
        arguments: [
            ("GET", "HTTP/1.1 204 No Content\r\n\r\n", ""), ("GET", "HTTP/1.1 200 OK\r\n\r\n", "body"),
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "body"),
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", ""),
            ("GET", "HTTP/1.1 304 Not Modified\r\n\r\n", ""),
        ]
    )
    func responses(method: String, head: String, body: String) async throws {
        let target = try HTTP2Target { _ in HTTP2Target.Reply(head: head, body: Array(body.utf8)) }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let client = try HTTP2Client(to: endpoint)
        for _ in 0..<3 {
            let answer = try #require(try client.get(HTTP2Client.fields(method)))
            #expect(answer.text == body)
            #expect(answer.reset == nil && answer.block.first != 0x08)
        }
        #expect(target.requests.count == 3)
        // After HEAD nobody waits for a body, in case one comes.
        if method != "HEAD" { #expect(target.connectionCount <= 2) }
        await engine.stop()
    }

    @Test("curl sends and gets large bodies through both windows")
    func largeBodies() async throws {
        let target = try HTTP2Target { request in
            HTTP2Target.Reply(body: [UInt8](repeating: 0x7A, count: request.body.count))
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let files = try TemporaryDirectory()
        let upload = try files.write(String(repeating: "a", count: 3_000_000), to: "upload")
        let result = try await runTool(
            "curl",
            [
                "-sSk", "--http2", "--max-time", "30", "-o", "/dev/null", "-w",
                "%{http_version} %{http_code} %{size_upload} %{size_download}", "-X", "POST", "-T", upload,
                "https://127.0.0.1:\(endpoint.port)/",
            ]
        )
        #expect(result.standardOutput == "2 200 3000000 3000000", "\(result.standardError)")
        await engine.stop()
    }

    /// `elbv2-api` 5.4: 464.
    @Test(
        "A request by a protocol that the group does not take is answered 464 and reaches no target",
        arguments: [
            (TargetGroup.ProtocolVersion.http2, nil, nil), (.grpc, nil, nil), (.grpc, "GET", nil),
            (.http1, "POST", "application/grpc"), (.http1, "POST", "application/grpc+proto"),
        ] as [(TargetGroup.ProtocolVersion, String?, String?)]
    )
    func mismatch(version: TargetGroup.ProtocolVersion, method: String?, type: String?) async throws {
        let target = try HTTP2Target { _ in HTTP2Target.Reply() }
        let (engine, endpoint) = try await self.run(version, target.endpoint)
        if let method {
            let client = try HTTP2Client(to: endpoint)
            let fields = HTTP2Client.fields(method) + (type.map { [("content-type", $0)] } ?? [])
            let answer = try #require(try client.get(fields))
            #expect(answer.block.starts(with: [0x48, 3] + Array("464".utf8)))
        } else {
            let client = try SecureClient(to: endpoint, context: self.pki.context(nil))
            #expect(try client.get()?.head.hasPrefix("HTTP/1.1 464 ") == true)
        }
        #expect(target.requests.isEmpty)
        await engine.stop()
    }

    private static let ok = HTTP2Client.block([(":status", "200")])

    private static func answer(_ fields: [(String, String)], ends: Bool = true) -> [UInt8] {
        HTTP2Client.frame(1, flags: ends ? 5 : 4, stream: 1, HTTP2Client.block(fields))
    }

    private static let hostile: [(String, [UInt8])] = [
        ("HTTP/1.1", Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)),
        ("nothing but the end", []),
        ("a reset", HTTP2Client.frame(3, stream: 1, HTTP2Client.bytes(2))),
        ("a farewell", HTTP2Client.frame(7, HTTP2Client.bytes(0) + HTTP2Client.bytes(0))),
        ("payload before a head", HTTP2Client.frame(0, flags: 1, stream: 1, [1, 2, 3])),
        ("no status", answer([("x", "y")])),
        ("a status of letters", answer([(":status", "2x0")])),
        ("a status of two digits", answer([(":status", "20")])),
        ("a line end in a value", answer([(":status", "200"), ("x", "a\r\nset-cookie: b")])),
        ("a capital letter", answer([(":status", "200"), ("X", "a")])),
        ("a transfer coding", answer([(":status", "200"), ("transfer-encoding", "chunked")])),
        ("two lengths", answer([(":status", "200"), ("content-length", "1"), ("content-length", "1")])),
        ("a length without a body", answer([(":status", "200"), ("content-length", "5")])),
        ("an upgrade", answer([(":status", "101")])),
        (
            "interim responses without end",
            [UInt8]((0..<40).flatMap { _ in answer([(":status", "103")], ends: false) })
        ),
        ("a window that overflows", HTTP2Client.frame(8, HTTP2Client.bytes(0x7FFF_FFFF))),
    ]

    @Test("A target that breaks the rules is answered for with 502", arguments: 0..<hostile.count)
    func hostileTarget(number: Int) async throws {
        let (name, frames) = Self.hostile[number]
        let target = try ScriptedTarget { socket in
            // The preface, and enough for settings and a request.
            _ = try socket.receive(exactly: 24 + 60)
            try socket.send((name == "HTTP/1.1" ? [] : HTTP2Client.frame(4)) + frames)
            if !frames.isEmpty { while try !socket.receive().isEmpty {} }
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let client = try HTTP2Client(to: endpoint)
        let answer = try #require(try client.get(), "\(name)")
        // `:status: 502` in Huffman's code.
        #expect(answer.block.starts(with: [0x48, 0x82, 0x6C, 0x02]), "\(name): \(answer.block.prefix(6))")
        // It is the stream's misfortune, not the client's connection's.
        #expect(client.goAway == nil)
        await engine.stop()
    }

    @Test("A promise is declined, and what it promises becomes no part of the response")
    func promise() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(exactly: 24 + 60)
            let fields = HTTP2Client.block(HTTP2Client.fields("GET", "/promised"))
            let promise = HTTP2Client.frame(5, flags: 4, stream: 1, HTTP2Client.bytes(2) + fields)
            let pushed = HTTP2Client.frame(1, flags: 4, stream: 2, Self.ok)
            let payload = HTTP2Client.frame(0, flags: 1, stream: 2, Array("pushed".utf8))
            try socket.send(HTTP2Client.frame(4) + promise + pushed + payload)
            try socket.send(HTTP2Client.frame(1, flags: 4, stream: 1, Self.ok))
            try socket.send(HTTP2Client.frame(0, flags: 1, stream: 1, Array("own".utf8)))
            while try !socket.receive().isEmpty {}
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let answer = try #require(try HTTP2Client(to: endpoint).get())
        #expect(answer.isOK && answer.text == "own")
        await engine.stop()
    }

    @Test("A response that breaks off never looks whole")
    func brokenOff() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(exactly: 24 + 60)
            let head = HTTP2Client.frame(1, flags: 4, stream: 1, Self.ok)
            let data = HTTP2Client.frame(0, stream: 1, Array("half".utf8))
            try socket.send(HTTP2Client.frame(4) + head + data)
            try socket.send(HTTP2Client.frame(3, stream: 1, HTTP2Client.bytes(0)))
            while try !socket.receive().isEmpty {}
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let answer = try #require(try HTTP2Client(to: endpoint).get())
        #expect(answer.reset == 2)
        await engine.stop()
    }

    @Test("A target that pings is answered, also between requests")
    func ping() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(exactly: 24 + 60)
            let ping = HTTP2Client.frame(6, [1, 2, 3, 4, 5, 6, 7, 8])
            try socket.send(HTTP2Client.frame(4) + ping + Self.answer([(":status", "200")]))
            var received: [UInt8] = []
            let pong = HTTP2Client.frame(6, flags: 1, [1, 2, 3, 4, 5, 6, 7, 8])
            while !String(decoding: received, as: UTF8.self).contains(String(decoding: pong, as: UTF8.self)) {
                received += try socket.receive()
            }
            // While the connection idles.
            try socket.send(HTTP2Client.frame(6, [8, 7, 6, 5, 4, 3, 2, 1]))
            _ = try socket.receive(exactly: 17)
            try socket.send(
                HTTP2Client.frame(1, flags: 5, stream: 3, HTTP2Client.block([(":status", "200")]))
            )
            while try !socket.receive().isEmpty {}
        }
        let (engine, endpoint) = try await self.run(.http2, target.endpoint)
        let client = try HTTP2Client(to: endpoint)
        #expect(try client.get()?.isOK == true)
        await engine.stop()
    }
}
