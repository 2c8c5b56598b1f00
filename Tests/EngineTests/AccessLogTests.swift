import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What real requests leave in the access log, and how they are joined to their connections.
@Suite("Access log", .ownThreads)
struct AccessLogTests {
    private static let fieldNames = [
        "type", "time", "elb", "client", "target", "requestTime", "targetTime", "responseTime", "status",
        "targetStatus", "received", "sent", "request", "agent", "cipher", "protocol", "group", "trace",
        "domain", "certificate", "priority", "created", "actions", "redirect", "error", "targets",
        "targetStatuses", "class", "reason", "connection", "host", "uri", "transform", "node",
    ]

    /// The fields of a line by name, quotes taken off; none of our own escapes holds a quote.
    static func fields(_ line: String) -> [String: String] {
        var words: [String] = []
        for (index, piece) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index.isMultiple(of: 2) {
                words += piece.split(separator: " ").map(String.init)
            } else {
                words.append(String(piece))
            }
        }
        #expect(words.count == Self.fieldNames.count, Comment(rawValue: line))
        return Dictionary(zip(Self.fieldNames, words), uniquingKeysWith: { first, _ in first })
    }

    private static let group = ResourceID(bits: 1)
    static let log = ServedAccessLog(
        certificateARNs: ["arn:default", "arn:other"],
        targetGroupARNs: [Self.group: "arn:group"]
    )

    static func listener(
        _ action: ServedAction,
        tls: ServedTLS? = nil,
        rules: [ServedRule] = [],
        attributes: LoadBalancerAttributes = .standard
    ) -> ServedListener {
        .test(tls: tls, action: action, rules: rules, attributes: attributes, accessLog: Self.log)
    }

    /// Runs the listener, lets a test talk to it, and returns the lines that its requests left.
    static func lines(
        _ count: Int,
        of listener: ServedListener,
        engine: RunningEngine = RunningEngine(workers: 1),
        _ body: (Endpoint) async throws -> Void
    ) async throws -> [[String: String]] {
        try await engine.run([listener])
        try await body(try engine.endpoint(listener))
        let lines = await engine.accessLines(count: count)
        await engine.stop()
        // What comes with the end of the engine would be one line too many.
        #expect(engine.accessLines.count == count)
        return lines.map(Self.fields)
    }

    static func exchange(_ text: String, at endpoint: Endpoint) throws -> String {
        let client = try RawSocket(to: endpoint)
        try client.send(text)
        client.finishSending()
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    @Test("Requests of one connection have a line each, with the trace id of the connection")
    func keptConnection() async throws {
        let target = try ScriptedTarget.echo()
        let listener = Self.listener(.forward(target.endpoint))
        let engine = RunningEngine(workers: 1)
        var sent = 0
        let lines = try await Self.lines(2, of: listener, engine: engine) { endpoint in
            let client = try RawSocket(to: endpoint)
            for path in ["/a?b=\"c\"", "/d"] {
                try client.send("GET \(path) HTTP/1.1\r\nHost: Edge.Test\r\nUser-Agent: probe/1.4\r\n\r\n")
                let head = try client.receive(until: "\r\n\r\n")
                sent = head.utf8.count + (try client.receive(until: "\r\n\r\n").utf8.count)
            }
        }
        let record = try #require(engine.records.first)
        for (line, path) in zip(lines, [#"/a?b=\x22c\x22"#, "/d"]) {
            #expect(line["type"] == "http")
            #expect(line["elb"] == "app/test/0123456789abcdef")
            #expect(line["client"] == record.client.description)
            #expect(line["target"] == target.endpoint.description)
            #expect(line["status"] == "200" && line["targetStatus"] == "200")
            #expect(line["request"] == "GET http://Edge.Test:\(record.listenerPort)\(path) HTTP/1.1")
            #expect(line["agent"] == "probe/1.4")
            #expect(line["cipher"] == "-" && line["protocol"] == "-" && line["certificate"] == "-")
            #expect(line["group"] == "arn:group")
            #expect(line["priority"] == "0" && line["actions"] == "forward")
            #expect(line["targets"] == line["target"] && line["targetStatuses"] == "200")
            #expect(line["class"] == "-" && line["error"] == "-")
            #expect(line["connection"] == record.traceID.description)
            #expect(line["node"] == "127.0.0.1")
            for time in ["requestTime", "targetTime", "responseTime"] {
                #expect(try #require(Double(line[time] ?? "")) >= 0)
            }
        }
        #expect(lines[1]["received"] == "59")
        #expect(lines[1]["sent"] == "\(sent)")
        #expect(lines[0]["trace"] != lines[1]["trace"])
    }

    @Test("The trace id in the log is the one that the target got")
    func trace() async throws {
        let target = try ScriptedTarget.echo()
        var answer = ""
        let lines = try await Self.lines(1, of: Self.listener(.forward(target.endpoint))) { endpoint in
            answer = try Self.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Amzn-Trace-Id: Root=1-2-3;a=b\r\n\r\n",
                at: endpoint
            )
        }
        let trace = try #require(lines[0]["trace"])
        #expect(trace.hasPrefix("Self=1-") && trace.hasSuffix(";Root=1-2-3;a=b"))
        #expect(answer.contains("X-Amzn-Trace-Id: \(trace)\r\n"))
    }

    @Test("A request that reaches no target has no times and no target")
    func ownAnswers() async throws {
        let redirect = Redirect(host: "www.example.net", path: "/#{path}", statusCode: .found)
        let rule = ServedRule(
            priority: 7,
            conditions: [.pathPattern(values: ["/go/*"], regexValues: [])],
            action: .redirect(redirect)
        )
        let listener = Self.listener(try .fixed("no", status: 503), rules: [rule])
        let lines = try await Self.lines(2, of: listener) { endpoint in
            for path in ["/", "/go/x"] {
                _ = try Self.exchange(
                    "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                    at: endpoint
                )
            }
        }
        #expect(lines.map { $0["status"] } == ["503", "302"])
        #expect(lines.map { $0["actions"] } == ["fixed-response", "redirect"])
        #expect(lines.map { $0["priority"] } == ["0", "7"])
        #expect(lines[1]["redirect"]?.hasPrefix("http://www.example.net:") == true)
        #expect(lines[1]["redirect"]?.hasSuffix("/go/x") == true)
        #expect(lines[0]["redirect"] == "-")
        for line in lines {
            #expect(line["target"] == "-" && line["targetStatus"] == "-" && line["targets"] == "-")
            #expect(line["requestTime"] == "-1" && line["targetTime"] == "-1" && line["responseTime"] == "-1")
            #expect(line["trace"]?.hasPrefix("Root=1-") == true)
        }
    }

    @Test("What is refused is logged with its class, as far as it could be read")
    func refusals() async throws {
        let requests = [
            "GET /x\tHTTP/1.1\r\n\r\n",
            "GET /y HTTP/1.1\r\nHost: a\r\nUser-Agent: u\u{1}\"\r\n\r\n",
            "GET /z HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        ]
        let lines = try await Self.lines(3, of: Self.listener(try .fixed("no"))) { endpoint in
            for request in requests {
                let answer = try Self.exchange(request, at: endpoint)
                #expect(answer.hasPrefix("HTTP/1.1 400"))
            }
        }
        #expect(lines.allSatisfy { $0["status"] == "400" && $0["priority"] == "-" && $0["actions"] == "-" })
        #expect(lines[0]["request"]?.hasPrefix("- http://127.0.0.1:") == true)
        #expect(lines[0]["request"]?.hasSuffix("- -") == true)
        #expect(lines[1]["request"]?.hasSuffix("/y HTTP/1.1") == true)
        #expect(lines[2]["class"] == "Severe" && lines[2]["reason"] == "MultipleContentLength")
    }

    @Test("A head that never ends is logged with what was answered")
    func endlessHead() async throws {
        let filler = String(repeating: "x", count: 8_000)
        let lines = try await Self.lines(1, of: Self.listener(try .fixed("no"))) { endpoint in
            let client = try RawSocket(to: endpoint)
            try? client.send("GET / HTTP/1.1\r\n" + String(repeating: "X: \(filler)\r\n", count: 9))
            _ = client.receiveToEnd()
        }
        #expect(lines[0]["status"] == "400")
        #expect(lines[0]["request"]?.hasSuffix("- -") == true)
    }

    @Test("A user agent is cut at 8 KiB")
    func longUserAgent() async throws {
        let agent = String(repeating: "u", count: 9_000)
        let lines = try await Self.lines(1, of: Self.listener(try .fixed("x"))) { endpoint in
            _ = try Self.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: \(agent)\r\n\r\n",
                at: endpoint
            )
        }
        #expect(lines[0]["agent"]?.count == 8_192)
    }

    @Test("What a rule rewrites is logged beside what the client wrote")
    func rewrites() async throws {
        let target = try ScriptedTarget.echo()
        func rule(_ priority: Int, _ path: String, _ transforms: RuleTransforms) -> ServedRule {
            ServedRule(
                priority: priority,
                conditions: [.pathPattern(values: [path], regexValues: [])],
                action: .forward(target.endpoint),
                transforms: transforms
            )
        }
        let rules = [
            rule(
                1,
                "/v1/*",
                RuleTransforms(
                    hostHeaderRewrite: Rewrite(regex: "^www\\.(.*)$", replace: "$1"),
                    urlRewrite: Rewrite(regex: "^/v1/(.*)$", replace: "/$1")
                )
            ),
            rule(2, "/bad/*", RuleTransforms(urlRewrite: Rewrite(regex: "^/bad/", replace: "no"))),
        ]
        let listener = Self.listener(try .fixed("else"), rules: rules)
        let lines = try await Self.lines(3, of: listener) { endpoint in
            for path in ["/v1/a?b", "/bad/x", "/other"] {
                _ = try Self.exchange(
                    "GET \(path) HTTP/1.1\r\nHost: www.example.net\r\nConnection: close\r\n\r\n",
                    at: endpoint
                )
            }
        }
        #expect(lines[0]["request"]?.hasSuffix("/v1/a?b HTTP/1.1") == true)
        #expect(lines[0]["host"] == "example.net" && lines[0]["uri"] == "/a?b")
        #expect(lines[0]["actions"] == "rewrite,forward")
        #expect(lines.map { $0["transform"] } == ["TransformSuccess", "TransformInvalidPath", "-"])
        #expect(lines.map { $0["status"] } == ["200", "500", "200"])
        #expect(lines.map { $0["priority"] } == ["1", "2", "0"])
    }

    @Test("A target that cannot be reached has its address in the line, and no times")
    func unreachable() async throws {
        let gone = try ScriptedTarget { _ in }
        let endpoint = gone.endpoint
        gone.refuseConnections()
        let lines = try await Self.lines(1, of: Self.listener(.forward(endpoint))) { gate in
            let answer = try Self.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", at: gate)
            #expect(answer.hasPrefix("HTTP/1.1 502"))
        }
        #expect(lines[0]["target"] == endpoint.description)
        #expect(lines[0]["requestTime"] == "-1" && lines[0]["targetTime"] == "-1")
        #expect(lines[0]["status"] == "502" && lines[0]["targetStatus"] == "-")
    }

    @Test("A client that goes before its answer is logged as 460")
    func goneClient() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            _ = try socket.receive()
        }
        let lines = try await Self.lines(1, of: Self.listener(.forward(target.endpoint))) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while target.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
            client.reset()
        }
        #expect(lines[0]["status"] == "460")
        #expect(lines[0]["targetTime"] == "-1")
    }

    @Test("Over TLS the line names cipher, version, name and certificate; an unknown name is none")
    func tls() async throws {
        let pki = try TestPKI()
        let other = try pki.server(names: ["other.test"])
        let listener = Self.listener(
            try .fixed("x"),
            tls: pki.served(.off, additional: [other])
        )
        let context = try ClientContext(certificateChainPEM: nil, privateKey: nil)
        let engine = RunningEngine(workers: 1)
        let lines = try await Self.lines(4, of: listener, engine: engine) { endpoint in
            for name in ["localhost", "other.test", "strange.test", nil] {
                let client = try SecureClient(to: endpoint, context: context, serverName: name)
                _ = try client.get()
                client.close()
            }
        }
        #expect(lines.map { $0["domain"] } == ["localhost", "other.test", "-", "-"])
        #expect(
            lines.map { $0["certificate"] } == ["arn:default", "arn:other", "arn:default", "arn:default"]
        )
        for line in lines {
            #expect(line["type"] == "https" && line["protocol"] == "TLSv1.3")
            #expect(line["cipher"]?.hasPrefix("TLS_") == true)
            #expect(line["request"]?.hasPrefix("GET https://") == true)
            #expect(engine.records.contains { $0.traceID.description == line["connection"] })
        }
        #expect(Set(lines.map { $0["connection"] }).count == 4)
    }

    @Test("Streams of HTTP/2 have a line each, and gRPC a type of its own")
    func http2() async throws {
        let pki = try TestPKI()
        let listener = Self.listener(try .fixed("x"), tls: pki.served(.off))
        let lines = try await Self.lines(2, of: listener) { endpoint in
            let client = try HTTP2Client(to: endpoint)
            _ = try client.get()
            _ = try client.get(
                HTTP2Client.fields("POST", "/t.T/Call") + [("content-type", "application/grpc")]
            )
            client.close()
        }
        #expect(lines.map { $0["type"] } == ["h2", "grpcs"])
        #expect(lines[0]["request"]?.hasPrefix("GET https://localhost:") == true)
        #expect(lines[0]["request"]?.hasSuffix("/ HTTP/2.0") == true)
        #expect(lines[0]["connection"] == lines[1]["connection"])
        #expect(lines.allSatisfy { $0["status"] == "200" && $0["domain"] == "localhost" })
    }

    @Test("A WebSocket has one line, with the bytes of both directions", arguments: [false, true])
    func webSocket(isSecure: Bool) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(WebSocketTests.accepted)
            _ = try socket.receive(exactly: 13)
            try socket.send("back")
            _ = try socket.receive()
        }
        let pki = try TestPKI()
        let listener = Self.listener(.forward(target.endpoint), tls: isSecure ? pki.served(.off) : nil)
        let engine = RunningEngine(workers: 1)
        var answer = ""
        let lines = try await Self.lines(1, of: listener, engine: engine) { endpoint in
            // One part comes before the target has switched, the other after it.
            if isSecure {
                let client = try SecureClient(to: endpoint, context: pki.context(nil))
                try client.send(WebSocketTests.offer + "early")
                while !answer.hasSuffix("\r\n\r\n") {
                    answer += String(decoding: try client.receive(), as: UTF8.self)
                }
                try client.send("and late")
                answer += String(decoding: try client.receive(), as: UTF8.self)
                #expect(engine.accessLines.isEmpty)
                client.close()
            } else {
                let client = try RawSocket(to: endpoint)
                try client.send(WebSocketTests.offer + "early")
                answer = try client.receive(until: "\r\n\r\n")
                try client.send("and late")
                answer += String(decoding: try client.receive(exactly: 4), as: UTF8.self)
                #expect(engine.accessLines.isEmpty)
                client.finishSending()
                #expect(client.receiveToEnd().isEmpty)
            }
        }
        #expect(answer.hasSuffix("back"))
        #expect(lines[0]["type"] == (isSecure ? "wss" : "ws"))
        #expect(lines[0]["status"] == "101" && lines[0]["targetStatus"] == "101")
        #expect(lines[0]["received"] == "\(WebSocketTests.offer.utf8.count + 13)")
        #expect(lines[0]["sent"] == "\(answer.utf8.count)")
        #expect(lines[0]["request"]?.hasPrefix(isSecure ? "GET https://a:" : "GET http://a:") == true)
        #expect(lines[0]["request"]?.hasSuffix("/chat HTTP/1.1") == true)
        #expect(lines[0]["target"] == target.endpoint.description)
        #expect(lines[0]["responseTime"] == "0.000")
    }

    @Test(
        "Without an access log no line is written, and one that is switched on begins with the next request"
    )
    func switching() async throws {
        let engine = RunningEngine(workers: 1)
        let pki = try TestPKI()
        let id = ResourceID.random()
        let tls = pki.served(.off)
        func listener(_ log: ServedAccessLog?) throws -> ServedListener {
            .test(id: id, tls: tls, action: try .fixed("x"), accessLog: log)
        }
        try await engine.run([try listener(nil)])
        let context = try ClientContext(certificateChainPEM: nil, privateKey: nil)
        let client = try SecureClient(to: engine.endpoint(try listener(nil)), context: context)
        _ = try client.get("/unlogged")
        try await engine.run([try listener(Self.log)])
        _ = try client.get("/logged")
        let lines = await engine.accessLines(count: 1).map(Self.fields)
        client.close()
        await engine.stop()
        #expect(engine.accessLines.count == 1)
        #expect(lines[0]["request"]?.hasSuffix("/logged HTTP/1.1") == true)
        // The handshake was before the log.
        #expect(lines[0]["cipher"]?.hasPrefix("TLS_") == true)
        #expect(lines[0]["certificate"] == "arn:default")
    }

    @Test(
        "A response that its target does not finish is logged as what it comes to, beside the target's status",
        arguments: [
            ("Content-Length: 10\r\n\r\n12345", true, "502"),
            ("Content-Length: 10\r\n\r\n12345", false, "504"),
            ("Content-Length: 5\r\n\r\n12345", false, "200"),
        ]
    )
    func unfinished(response: String, closes: Bool, status: String) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\n\(response)")
            if !closes { _ = socket.receiveToEnd() }
        }
        var attributes = LoadBalancerAttributes.standard
        if status == "504" { attributes.idleTimeoutSeconds = 3 }
        let listener = Self.listener(.forward(target.endpoint), attributes: attributes)
        let engine = RunningEngine(workers: 1)
        let lines = try await Self.lines(1, of: listener, engine: engine) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            let metrics = engine.engine.counters().listeners[listener.id]?.traffic?.metrics ?? [:]
            #expect(metrics[.elb5XX, default: 0] == (status == "200" ? 0 : 1))
        }
        #expect(lines[0]["status"] == status && lines[0]["targetStatus"] == "200")
        #expect(lines[0]["error"] == "-" && lines[0]["targetStatuses"] == "200")
    }
}
