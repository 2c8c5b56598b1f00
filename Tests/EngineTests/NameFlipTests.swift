import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Security: a flip of one name lets nobody through to it, or to another, whom its policy does not let in.
///
/// It touches nobody who came for another name.
@Suite("Flips of one name", .ownThreads)
struct NameFlipTests {
    let pki: TestPKI
    let id = ResourceID.random()

    init() throws {
        self.pki = try TestPKI()
    }

    private func listener(
        _ names: [([String], ClientPolicy)],
        _ action: ServedAction,
        own policy: ClientPolicy = .off
    ) -> ServedListener {
        let served = self.pki.served(policy)
        return ServedListener.test(
            id: self.id,
            tls: ServedTLS(
                certificateChain: served.certificateChain,
                privateKey: served.privateKey,
                clientPolicy: policy,
                namePolicies: names.map { ServedNamePolicy(names: $0, policy: $1) },
                offersHTTP2: true
            ),
            action: action
        )
    }

    private func endpoint(of engine: RunningEngine) throws -> Endpoint {
        try #require(engine.engine.boundEndpoint(of: self.id))
    }

    private func request(_ host: String) -> String { "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n" }

    /// The status of one more request; `closed` if there is no answer.
    private func status(_ client: SecureClient, _ host: String) -> String {
        guard (try? client.send(self.request(host))) != nil, let head = try? client.response()?.head else {
            return "closed"
        }
        return String(head.split(separator: " ").dropFirst().first ?? "closed")
    }

    private func stranger(
        _ endpoint: Endpoint,
        _ name: String,
        resuming session: TLS.ClientSession? = nil
    ) throws -> SecureClient {
        try SecureClient(to: endpoint, context: try ClientContext(), serverName: name, resuming: session)
    }

    private func isRefused(
        _ endpoint: Endpoint,
        _ name: String,
        resuming session: TLS.ClientSession? = nil
    ) -> Bool {
        guard let client = try? self.stranger(endpoint, name, resuming: session) else { return true }
        return self.status(client, name) == "closed"
    }

    @Test("Connections of other names go on, those of the name end, and it is asked for a certificate")
    func otherNames() async throws {
        let engine = RunningEngine(workers: 1)
        let action = try ServedAction.fixed("ok")
        let verify = self.pki.verification()
        try await engine.run([self.listener([(["a.test"], verify)], action)])
        let endpoint = try self.endpoint(of: engine)
        let identity = try self.pki.client(.valid)
        let known = try SecureClient(
            to: endpoint,
            context: try ClientContext(
                certificateChainPEM: identity.chainPEM,
                privateKey: identity.privateKey
            ),
            serverName: "a.test"
        )
        let other = try self.stranger(endpoint, "other.test")
        let flipped = try self.stranger(endpoint, "b.test")
        #expect(self.status(known, "a.test") == "200")
        #expect(self.status(other, "other.test") == "200")
        #expect(self.status(flipped, "b.test") == "200")

        try await engine.run([self.listener([(["a.test", "b.test"], verify)], action)])
        #expect(self.status(flipped, "b.test") == "closed")
        #expect(self.status(known, "a.test") == "200")
        #expect(self.status(other, "other.test") == "200")
        #expect(self.isRefused(endpoint, "b.test"))
        // Nor through the connection that went on.
        #expect(self.status(other, "b.test") == "421")
        await engine.stop()
    }

    @Test("A name that is opened opens none of those that had its policy")
    func openedName() async throws {
        let engine = RunningEngine(workers: 1)
        let action = try ServedAction.fixed("ok")
        let verify = self.pki.verification()
        try await engine.run([
            self.listener([(["a.test", "b.test", "*.c.test"], verify)], action, own: verify)
        ])
        let endpoint = try self.endpoint(of: engine)
        try await engine.run([
            self.listener([(["b.test", "*.c.test"], verify), (["a.test"], .off)], action, own: verify)
        ])
        #expect(try self.status(self.stranger(endpoint, "a.test"), "a.test") == "200")
        for name in ["b.test", "x.c.test", "other.test", "x.a.test"] {
            #expect(self.isRefused(endpoint, name), "\(name)")
            #expect(try self.status(self.stranger(endpoint, "a.test"), name) == "421", "\(name)")
        }
        await engine.stop()
    }

    /// The connection had been right for both names, and no new handshake is made for the one that is
    /// flipped.
    @Test("A coalesced HTTP/2 connection of another name does not reach it any more")
    func coalesced() async throws {
        let engine = RunningEngine(workers: 1)
        let action = try ServedAction.fixed("ok")
        let verify = self.pki.verification()
        try await engine.run([self.listener([(["a.test"], verify)], action)])
        let client = try HTTP2Client(to: self.endpoint(of: engine), serverName: "other.test")
        func fields(_ host: String) -> [(String, String)] {
            [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", host)]
        }
        #expect(try client.get(fields("b.test"))?.isOK == true)
        try await engine.run([self.listener([(["a.test"], verify), (["b.test"], verify)], action)])
        #expect(try client.get(fields("b.test"))?.isMisdirected == true)
        #expect(try client.get(fields("B.Test.:443"))?.isOK == false)
        #expect(try client.get(fields("other.test"))?.isOK == true)
        #expect(engine.engine.counters().listeners[self.id]?.open == 1)
        await engine.stop()
    }

    @Test("A session of the name from before, or of another name, lets nobody in")
    func resumed() async throws {
        let engine = RunningEngine(workers: 1)
        let action = try ServedAction.fixed("ok")
        try await engine.run([self.listener([], action)])
        let endpoint = try self.endpoint(of: engine)
        var sessions: [TLS.ClientSession] = []
        for name in ["b.test", "other.test"] {
            let client = try self.stranger(endpoint, name)
            #expect(self.status(client, name) == "200")
            sessions.append(try #require(client.connection.session()))
            client.close()
        }
        let resumed = try self.stranger(endpoint, "b.test", resuming: sessions[0])
        #expect(resumed.connection.isResumed)
        sessions[0] = resumed.connection.session() ?? sessions[0]

        try await engine.run([self.listener([(["b.test"], self.pki.verification())], action)])
        for session in sessions { #expect(self.isRefused(endpoint, "b.test", resuming: session)) }
        await engine.stop()
    }

    /// Nobody asks about a tunnel's host again.
    @Test("A tunnel to the name ends, whatever name its client had asked for")
    func tunnel() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(WebSocketTests.accepted)
            while case let bytes = try socket.receive(), !bytes.isEmpty { try socket.send(bytes) }
        }
        let engine = RunningEngine(workers: 1)
        let action = ServedAction.forward(target.endpoint)
        try await engine.run([self.listener([], action)])
        let client = try self.stranger(self.endpoint(of: engine), "other.test")
        try client.send(WebSocketTests.offer.replacing("Host: a\r\n", with: "Host: b.test\r\n"))
        #expect(try client.response()?.head.contains("101") == true)
        try await engine.run([self.listener([(["b.test"], self.pki.verification())], action)])
        try? client.send("still here?")
        #expect(!client.receiveToEnd().contains("still here?"))
        await engine.stop()
    }
}
