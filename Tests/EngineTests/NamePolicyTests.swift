import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Names with policies of their own, over real connections: a name is reached through its own policy only.
@Suite("Policies by name", .ownThreads)
struct NamePolicyTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func listener(
        _ policy: ClientPolicy,
        id: ResourceID = .random(),
        _ special: ClientPolicy?,
        _ action: ServedAction
    ) -> ServedListener {
        let served = self.pki.served(policy)
        return ServedListener.test(
            id: id,
            tls: ServedTLS(
                certificateChain: served.certificateChain,
                privateKey: served.privateKey,
                clientPolicy: policy,
                namePolicies: special.map {
                    [ServedNamePolicy(names: ["special.test", "*.special.test"], policy: $0)]
                } ?? []
            ),
            action: action
        )
    }

    private func client(_ identity: IssuedCertificate? = nil) throws -> ClientContext {
        try ClientContext(certificateChainPEM: identity?.chainPEM, privateKey: identity?.privateKey)
    }

    /// The status of one request on a connection of its own.
    private func status(
        _ endpoint: Endpoint,
        _ context: ClientContext,
        serverName: String?,
        _ request: String
    ) throws -> String {
        let client = try SecureClient(to: endpoint, context: context, serverName: serverName)
        try client.send(request)
        let head = try client.response()?.head ?? "closed"
        client.close()
        return String(head.split(separator: " ").dropFirst().first ?? "closed")
    }

    /// Every way of naming a host that the target could take for the verified one.
    @Test("A verified name is not reached through a connection of another name, however it is spelt")
    func verifiedName() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(.off, self.pki.verification(), .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let stranger = try self.client()
        for serverName in ["open.test", nil, "xspecial.test"] {
            for (request, status) in [
                ("GET / HTTP/1.1\r\nHost: special.test\r\n\r\n", "421"),
                ("GET / HTTP/1.1\r\nHost: SPECIAL.Test\r\n\r\n", "421"),
                ("GET / HTTP/1.1\r\nHost: special.test.\r\n\r\n", "421"),
                ("GET / HTTP/1.1\r\nHost: special.test:443\r\n\r\n", "421"),
                ("GET / HTTP/1.1\r\nHost: special.test.:8443\r\n\r\n", "421"),
                ("GET / HTTP/1.1\r\nHost: a.b.special.test\r\n\r\n", "421"),
                ("GET / HTTP/1.0\r\nHost: special.test\r\n\r\n", "421"),
                ("GET https://special.test/ HTTP/1.1\r\nHost: open.test\r\n\r\n", "421"),
                ("GET http://SPECIAL.test.:1/ HTTP/1.1\r\nHost: open.test\r\n\r\n", "421"),
                ("POST / HTTP/1.1\r\nHost: special.test\r\nContent-Length: 2\r\n\r\nhi", "421"),
                ("GET / HTTP/1.1\r\nHost: special.test..\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: .special.test\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: special..test\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: open.test\r\nHost: special.test\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: open.test, special.test\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: open.test@special.test\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: special%2etest\r\n\r\n", "400"),
            ] {
                #expect(
                    try self.status(endpoint, stranger, serverName: serverName, request) == status,
                    "\(serverName ?? "none"): \(request)"
                )
            }
        }
        #expect(target.connectionCount == 0)
        // What is named in another place than the host decides nothing.
        let elsewhere =
            "GET http://open.test/ HTTP/1.1\r\nHost: special.test\r\nX-Forwarded-Host: special.test\r\n\r\n"
        #expect(try self.status(endpoint, stranger, serverName: "open.test", elsewhere) == "200")
        await engine.stop()
    }

    /// A target that knows names in Unicode takes these for one name.
    @Test(
        "An internationalised name is reached by its ASCII form through its policy, by its own letters never"
    )
    func internationalised() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let served = self.pki.served(.off)
        let listener = ServedListener.test(
            tls: ServedTLS(
                certificateChain: served.certificateChain,
                privateKey: served.privateKey,
                clientPolicy: .off,
                namePolicies: [
                    ServedNamePolicy(names: ["xn--bcher-kva.test"], policy: self.pki.verification())
                ]
            ),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        for (host, status) in [
            ("xn--bcher-kva.test", "421"), ("XN--BCHER-KVA.test.", "421"), ("Xn--Bcher-kva.TEST.:443", "421"),
            ("b\u{FC}cher.test", "400"), ("B\u{DC}CHER.test", "400"), ("bu\u{308}cher.test", "400"),
            ("b%C3%BCcher.test", "400"), ("xn--bcher-kva\u{3002}test", "400"),
        ] {
            let request = "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            #expect(
                try self.status(endpoint, self.client(), serverName: "open.test", request) == status,
                "\(host)"
            )
            let stranger = try HTTP2Client(to: endpoint, serverName: "open.test")
            let fields = [(":method", "GET"), (":scheme", "https"), (":authority", host), (":path", "/")]
            let answer = try stranger.get(fields)
            #expect(answer?.isOK != true, "\(host)")
            #expect((answer?.isMisdirected == true) == (status == "421"), "\(host)")
        }
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    @Test("A connection is for the names of its own policy, request by request")
    func coalescing() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(.off, self.pki.verification(), .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let known = try self.client(try self.pki.client(.valid))
        let client = try SecureClient(to: endpoint, context: known, serverName: "a.special.test")
        for host in ["a.special.test", "special.test", "B.SPECIAL.test."] {
            try client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            let answer = try #require(try client.response())
            #expect(answer.body.contains("\r\nX-Amzn-Mtls-Clientcert-Subject: "), "\(host)")
        }
        // The other way round it is as wrong: that name's target is not to see who this is.
        try client.send("GET / HTTP/1.1\r\nHost: open.test\r\n\r\n")
        #expect(try client.response()?.head.hasPrefix("HTTP/1.1 421 Misdirected Request\r\n") == true)
        #expect(try client.response() == nil)
        let open = try SecureClient(to: endpoint, context: known, serverName: "open.test")
        try open.send("GET / HTTP/1.1\r\nHost: open.test\r\n\r\n")
        #expect(try open.response()?.body.contains("X-Amzn-Mtls") == false)
        await engine.stop()
    }

    @Test("On a listener that verifies, an open name asks nobody and opens nothing else")
    func openName() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(self.pki.verification(), .off, .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let stranger = try self.client()
        for (host, status) in [("special.test", "200"), ("other.test", "421"), ("127.0.0.1", "421")] {
            let request = "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            #expect(try self.status(endpoint, stranger, serverName: "special.test", request) == status)
        }
        // A request that names nobody belongs to the listener's own policy.
        #expect(
            try self.status(endpoint, stranger, serverName: "special.test", "GET / HTTP/1.0\r\n\r\n") == "421"
        )
        #expect(throws: (any Error).self) {
            let refused = try SecureClient(to: endpoint, context: stranger, serverName: "other.test")
            try refused.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n")
            guard try refused.response() != nil else { throw SecureClient.Refused(alert: nil) }
        }
        let modes = engine.records.compactMap { $0.tls?.mode }
        #expect(modes.contains(.off))
        let record = await engine.record { $0.tls?.serverName == "other.test" }
        #expect(record?.tls?.mode == .verify)
        #expect(record?.tls?.outcome.isSuccess == false)
        await engine.stop()
    }

    @Test("Another policy for a name is a flip: connections that were judged before it are closed")
    func flip() async throws {
        let engine = RunningEngine(workers: 1)
        let id = ResourceID.random()
        let action = try ServedAction.fixed("ok")
        let before = self.listener(.off, id: id, nil, action)
        try await engine.run([before])
        let endpoint = try engine.endpoint(before)
        let client = try SecureClient(to: endpoint, context: try self.client(), serverName: "special.test")
        try client.send("GET / HTTP/1.1\r\nHost: special.test\r\n\r\n")
        #expect(try client.response()?.body == "ok")
        try await engine.run([self.listener(.off, id: id, self.pki.verification(), action)])
        try? client.send("GET / HTTP/1.1\r\nHost: special.test\r\n\r\n")
        #expect((try? client.response()) == nil)
        await engine.stop()
    }

    @Test("Over TLS a redirect keeps it, and a group's cookie is also for requests across sites")
    func secureAnswers() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let group = ServedWeightedGroup(id: .random(), targets: [target.endpoint], weight: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: .weightedForward([group], stickinessSeconds: 60),
            rules: [
                ServedRule(
                    priority: 1,
                    conditions: [.pathPattern(values: ["/old"])],
                    action: .redirect(Redirect(path: "/new", statusCode: .found))
                )
            ]
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let client = try SecureClient(to: endpoint, context: try self.client())
        let redirected = try #require(try client.get("/old")).head
        #expect(redirected.contains("\r\nLocation: https://localhost:\(endpoint.port)/new\r\n"))
        let forwarded = try #require(try client.get("/")).head
        #expect(forwarded.contains("\r\nSet-Cookie: AWSALBTGCORS="))
        #expect(forwarded.contains("; Path=/; SameSite=None; Secure\r\n"))
        await engine.stop()
    }
}
