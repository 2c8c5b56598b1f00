import Model
import TestSupport
import TestTraits
import Testing

/// Rules over real connections: what a client gets, and what a target sees.
@Suite("Routing by rules", .ownThreads)
struct RoutingTests {
    private func withListener(
        _ action: ServedAction,
        _ rules: [ServedRule],
        _ body: (Endpoint) throws -> Void
    ) async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: action, rules: rules)
        try await engine.run([listener])
        try body(try engine.endpoint(listener))
        await engine.stop()
    }

    private static func rule(
        _ priority: Int,
        _ condition: RuleCondition,
        _ action: ServedAction
    ) -> ServedRule {
        ServedRule(priority: priority, conditions: [condition], action: action)
    }

    /// The status and the whole answer to one request on a connection of its own.
    private func answer(_ endpoint: Endpoint, _ target: String, host: String = "a.test") throws -> String {
        let client = try RawSocket(to: endpoint)
        try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    @Test("Each request of a connection goes where its own rule says")
    func perRequest() async throws {
        let target = try ScriptedTarget.echo()
        let rules = [
            Self.rule(1, .pathPattern(values: ["/api/*"]), .forward(target.endpoint)),
            Self.rule(2, .hostHeader(values: ["b.test"]), try .fixed("host b")),
        ]
        try await self.withListener(try .fixed("default"), rules) { endpoint in
            let client = try RawSocket(to: endpoint)
            for _ in 0..<3 {
                try client.send("GET /api/1?q HTTP/1.1\r\nHost: a.test\r\n\r\n")
                _ = try client.receive(until: "\r\n\r\n")
                #expect(try client.receive(until: "\r\n\r\n").hasPrefix("GET /api/1?q HTTP/1.1\r\n"))
                try client.send("GET / HTTP/1.1\r\nHost: B.test.\r\n\r\n")
                _ = try client.receive(until: "host b")
                try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                _ = try client.receive(until: "default")
            }
        }
    }

    /// The rule shuts a path; every spelling of it must meet the rule or an error, and never the target.
    @Test("No spelling of a path gets around the rule on it")
    func spellings() async throws {
        let target = try ScriptedTarget.echo()
        let rules = [
            Self.rule(
                1,
                .pathPattern(values: ["/admin", "/admin/*"]),
                try .fixed("shut", status: 403)
            )
        ]
        try await self.withListener(.forward(target.endpoint), rules) { endpoint in
            for spelling in [
                "/admin", "/admin/x", "/%61dmin", "/x/../admin", "/x/%2e%2e/admin/", "//admin", "/./admin/y",
                "http://a.test/admin", "/admin?x=/public", "/public/..//admin", "/admin/./../admin",
            ] {
                let answer = try self.answer(endpoint, spelling)
                #expect(answer.hasPrefix("HTTP/1.1 403 "), "\(spelling)")
            }
            for spelling in ["/admin%2Fx", "/x/..%2fadmin", "/x\\..\\admin", "/x/..;/admin", "/admin%00"] {
                let answer = try self.answer(endpoint, spelling)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(spelling)")
            }
        }
        #expect(target.connectionCount == 0)
    }

    @Test("The target gets the path that the rules have read")
    func forwardedForm() async throws {
        let target = try ScriptedTarget.echo()
        let rules = [Self.rule(1, .pathPattern(values: ["/a/*"]), .forward(target.endpoint))]
        try await self.withListener(.forward(target.endpoint), rules) { endpoint in
            for (sent, seen) in [
                ("/x/../%61//b?c=%2F/../d", "/a/b?c=%2F/../d"), ("/other/./x", "/other/x"),
                ("http://a.test/a/../b", "/b"), ("/plain", "/plain"), ("/q?//..", "/q?//.."),
            ] {
                let echoed = try self.answer(endpoint, sent)
                #expect(echoed.contains("\r\n\r\nGET \(seen) HTTP/1.1\r\n"), "\(sent)")
            }
        }
    }

    /// GitLab, for one, has encoded slashes in paths; where no rule looks at them they are nobody's business.
    @Test("Where no rule looks at paths, they go on as they came")
    func untouched() async throws {
        let target = try ScriptedTarget.echo()
        let rules = [Self.rule(1, .hostHeader(values: ["b.test"]), try .fixed("b"))]
        try await self.withListener(.forward(target.endpoint), rules) { endpoint in
            let echoed = try self.answer(endpoint, "/x%2Fy/../z//")
            #expect(echoed.contains("\r\n\r\nGET /x%2Fy/../z// HTTP/1.1\r\n"))
        }
    }

    @Test("A redirect names what the request had, and keeps the connection")
    func redirect() async throws {
        let rules = [
            Self.rule(
                1,
                .pathPattern(values: ["/old/*"]),
                .redirect(
                    Redirect(
                        protocol: "HTTPS",
                        port: "443",
                        path: "/new/#{path}",
                        statusCode: .movedPermanently
                    )
                )
            )
        ]
        try await self.withListener(try .fixed("default"), rules) { endpoint in
            let client = try RawSocket(to: endpoint)
            for _ in 0..<2 {
                try client.send("GET /old/%61?b=c HTTP/1.1\r\nHost: A.test:8080\r\n\r\n")
                let head = try client.receive(until: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 301 Moved Permanently\r\n"))
                #expect(head.contains("\r\nLocation: https://a.test:443/new/old/a?b=c\r\n"))
                _ = try client.receive(until: "</html>\r\n")
            }
        }
    }

    @Test("A redirect that would name an address beyond 8 KiB is answered with 507")
    func longRedirect() async throws {
        let redirect = Redirect(path: "/new/#{path}", statusCode: .found)
        try await self.withListener(.redirect(redirect), []) { endpoint in
            for (length, status) in [(8_100, "302 Found"), (8_192, "507 ")] {
                let answer = try self.answer(endpoint, "/" + String(repeating: "a", count: length))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
            }
        }
    }

    @Test("New rules decide the next request of a connection that is open")
    func changed() async throws {
        let engine = RunningEngine(workers: 1)
        let id = ResourceID.random()
        let all = RuleCondition.pathPattern(values: ["*"])
        let before = ServedListener.test(id: id, action: try .fixed("default"))
        try await engine.run([before])
        let client = try RawSocket(to: try engine.endpoint(before))
        for body in ["default", "one", "two", "default"] {
            let rules = body == "default" ? [] : [Self.rule(1, all, try .fixed(body))]
            try await engine.run([.test(id: id, action: try .fixed("default"), rules: rules)])
            try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            _ = try client.receive(until: "\r\n\r\n" + body)
        }
        await engine.stop()
    }

    private static func answering(_ name: String) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                _ = try socket.receive(until: "\r\n\r\n")
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
            }
        }
    }

    private static func group(_ target: ScriptedTarget?, _ weight: Int) -> ServedWeightedGroup {
        ServedWeightedGroup(
            id: .random(),
            targets: target.map { [$0.endpoint] } ?? [],
            weight: weight
        )
    }

    @Test("Requests are divided by weight, and a group without weight gets none")
    func weights() async throws {
        let (one, two, none) = (
            try Self.answering("one"), try Self.answering("two"), try Self.answering("none")
        )
        let groups = [Self.group(one, 1), Self.group(none, 0), Self.group(two, 1)]
        try await self.withListener(.weightedForward(groups, stickinessSeconds: nil), []) { endpoint in
            let client = try RawSocket(to: endpoint)
            var counts: [String: Int] = [:]
            for _ in 0..<64 {
                try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                let head = try client.receive(until: "\r\n\r\n")
                #expect(!head.contains("Set-Cookie"))
                counts[String(decoding: try client.receive(exactly: 3), as: UTF8.self), default: 0] += 1
            }
            // All 64 to one of two has a chance of 1 in 2^63.
            #expect(counts["one", default: 0] > 0 && counts["two", default: 0] > 0)
            #expect(counts.count == 2)
        }
        #expect(none.connectionCount == 0)
    }

    @Test("A client stays with its group as long as it brings the cookie")
    func stickiness() async throws {
        let (one, two) = (try Self.answering("one"), try Self.answering("two"))
        let groups = [Self.group(one, 1), Self.group(two, 1)]
        try await self.withListener(.weightedForward(groups, stickinessSeconds: 60), []) { endpoint in
            for _ in 0..<4 {
                let first = try self.answer(endpoint, "/")
                var cookie = try #require(Self.cookie(in: first))
                for _ in 0..<16 {
                    let client = try RawSocket(to: endpoint)
                    try client.send(
                        "GET / HTTP/1.1\r\nHost: a.test\r\nCookie: a=b; \(cookie)\r\nConnection: close\r\n\r\n"
                    )
                    let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
                    #expect(answer.suffix(3) == first.suffix(3))
                    cookie = try #require(Self.cookie(in: answer))
                }
            }
        }
    }

    /// `AWSALBTG=…` of a response.
    private static func cookie(in answer: String) -> String? {
        let lines = answer.split(separator: "\r\n")
        let line = lines.first { $0.hasPrefix("Set-Cookie: AWSALBTG=") }
        return line.map { String($0.dropFirst("Set-Cookie: ".count).prefix { $0 != ";" }) }
    }

    @Test("A group whose targets are gone answers 503, and no other steps in")
    func noFailover() async throws {
        let other = try Self.answering("other")
        let groups = [Self.group(nil, 1), Self.group(other, 0)]
        try await self.withListener(.weightedForward(groups, stickinessSeconds: 60), []) { endpoint in
            let answer = try self.answer(endpoint, "/")
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
        }
        #expect(other.connectionCount == 0)
    }

    @Test("Expressions decide as patterns do")
    func expressions() async throws {
        let rules = [
            Self.rule(
                1,
                .pathPattern(values: ["/plain"], regexValues: ["^/v[0-9]+/(a|b)$"]),
                try .fixed("path")
            ),
            Self.rule(2, .hostHeader(values: [], regexValues: ["^api[0-9]\\.test$"]), try .fixed("host")),
        ]
        try await self.withListener(try .fixed("default"), rules) { endpoint in
            for (target, host, body) in [
                ("/plain", "a.test", "path"), ("/v12/b", "a.test", "path"),
                ("/x/../v1/%61", "a.test", "path"),
                ("/v12/c", "a.test", "default"), ("/", "API7.test.", "host"), ("/", "api.test", "default"),
            ] {
                let answer = try self.answer(endpoint, target, host: host)
                #expect(answer.hasSuffix("\r\n\r\n\(body)"), "\(target)")
            }
        }
    }

    private static func transformed(_ transforms: RuleTransforms, to target: ScriptedTarget) -> ServedRule {
        ServedRule(
            priority: 1,
            conditions: [.pathPattern(values: ["/api/*", "/x/*"])],
            action: .forward(target.endpoint),
            transforms: transforms
        )
    }

    @Test("The target sees the rewritten address, and everything else as ever")
    func rewrites() async throws {
        let target = try ScriptedTarget.echo()
        let rule = Self.transformed(
            RuleTransforms(
                hostHeaderRewrite: Rewrite(regex: "^(.*)\\.test$", replace: "$1.internal"),
                urlRewrite: Rewrite(regex: "^/api/([^?]*)", replace: "/v1/$1")
            ),
            to: target
        )
        try await self.withListener(.forward(target.endpoint), [rule]) { endpoint in
            for (sent, host, seen, seenHost) in [
                ("/api/a?b=/api/", "A.test", "/v1/a?b=/api/", "a.internal:"),
                ("/api/%2e%2e/api/z", "a.test", "/v1/z", "a.internal:"), ("/x/y", "b.net", "/x/y", "b.net:"),
                ("/other", "a.test", "/other", "a.test:"),
                ("/api/", "a.test:99", "/v1/", "a.internal:99\r\n"),
            ] {
                let echoed = try self.answer(endpoint, sent, host: host)
                #expect(echoed.contains("\r\n\r\nGET \(seen) HTTP/1.1\r\n"), "\(sent)")
                #expect(echoed.contains("\r\nHost: \(seenHost)"), "\(sent)")
                #expect(echoed.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"))
            }
        }
    }

    /// What comes out is made of what a client sent; nothing but an address may come of it.
    @Test(
        "A rewrite that leads to no address, or to one that is read in two ways, is answered with 500",
        arguments: [
            RuleTransforms(urlRewrite: Rewrite(regex: "^/api/(.*)$", replace: "$1")),
            RuleTransforms(urlRewrite: Rewrite(regex: "^/api/", replace: "/a b/")),
            RuleTransforms(urlRewrite: Rewrite(regex: "^/api/", replace: "/%2F")),
            RuleTransforms(urlRewrite: Rewrite(regex: "^/api/", replace: "/..;/")),
            RuleTransforms(urlRewrite: Rewrite(regex: "(a?){200}(a?){200}b", replace: "")),
            RuleTransforms(hostHeaderRewrite: Rewrite(regex: "^.*$", replace: "")),
            RuleTransforms(hostHeaderRewrite: Rewrite(regex: "^.*$", replace: "a.test:80")),
            RuleTransforms(hostHeaderRewrite: Rewrite(regex: "^.*$", replace: "a/b")),
        ]
    )
    func failures(transforms: RuleTransforms) async throws {
        let target = try ScriptedTarget.echo()
        let rule = Self.transformed(transforms, to: target)
        try await self.withListener(.forward(target.endpoint), [rule]) { endpoint in
            let answer = try self.answer(endpoint, "/api/" + String(repeating: "a", count: 8_000))
            #expect(answer.hasPrefix("HTTP/1.1 500 "))
        }
        #expect(target.connectionCount == 0)
    }

    @Test("Dots and slashes that a rewrite brings together are resolved before the target sees them")
    func joined() async throws {
        let target = try ScriptedTarget.echo()
        let rule = Self.transformed(
            RuleTransforms(urlRewrite: Rewrite(regex: "cut", replace: "")),
            to: target
        )
        try await self.withListener(.forward(target.endpoint), [rule]) { endpoint in
            for (sent, seen) in [("/api/x/.cut./y", "/api/y"), ("/api/cut/y", "/api/y")] {
                let echoed = try self.answer(endpoint, sent)
                #expect(echoed.contains("\r\n\r\nGET \(seen) HTTP/1.1\r\n"), "\(sent)")
            }
        }
    }
}
