import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Listeners that go and come back while their connections are still being served.
@Suite("Lives of listeners", .ownThreads)
struct ListenerLifeTests {
    /// A target that never answers, so that a request stays in hand.
    private func silentTarget() throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            socket.setTimeout(seconds: 60)
            while try !socket.receive().isEmpty {}
        }
    }

    @Test("A removed listener accepts nobody and frees its port while it drains")
    func portIsFreed() async throws {
        let target = try self.silentTarget()
        let engine = RunningEngine()
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let busy = try RawSocket(to: endpoint)
        try busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while target.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }

        try await engine.run([])
        #expect(throws: SystemCallFailure.self) { try RawSocket(to: endpoint) }

        // And back, as another listener: every connection reaches it.
        let successor = ServedListener(
            id: .random(),
            name: "successor",
            loadBalancerPath: listener.loadBalancerPath,
            endpoint: endpoint,
            tls: nil,
            action: try .fixed("new")
        )
        try await engine.run([successor])
        for _ in 0..<20 {
            let client = try RawSocket(to: endpoint)
            client.setTimeout(seconds: 2)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).hasSuffix("new"))
        }
        withExtendedLifetime(busy) {}
        await engine.stop()
    }

    private func at(
        _ endpoint: Endpoint,
        _ listener: ServedListener,
        _ tls: ServedTLS?
    ) -> ServedListener {
        ServedListener(
            id: listener.id,
            name: listener.name,
            loadBalancerPath: listener.loadBalancerPath,
            endpoint: endpoint,
            tls: tls,
            action: listener.action
        )
    }

    /// Whether a client without a certificate, connected before a change, is answered after it.
    private func isAnswered(_ client: SecureClient) -> Bool {
        ((try? client.get()) ?? nil) != nil
    }

    @Test("Two listeners that swap ports in one change swap policies with them")
    func swap() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine()
        let open = ServedListener.test("open", tls: pki.served(.off), action: try .fixed("open"))
        let closed = ServedListener.test(
            "closed",
            tls: pki.served(pki.verification()),
            action: try .fixed("closed")
        )
        try await engine.run([open, closed])
        let (first, second) = (try engine.endpoint(open), try engine.endpoint(closed))
        let fixed = [self.at(first, open, open.tls), self.at(second, closed, closed.tls)]
        let context = try pki.context(nil)
        let trusted = try pki.context(try pki.client(.valid))
        try await engine.run([])
        try await engine.run([fixed[0], fixed[1]])
        for isSwapped in [true, false, true] {
            let before = try SecureClient(to: engine.endpoint(open), context: context)
            #expect(try before.get()?.body == "open")
            let (openAt, closedAt) = isSwapped ? (second, first) : (first, second)
            try await engine.run([
                self.at(openAt, fixed[0], open.tls), self.at(closedAt, fixed[1], closed.tls),
            ])
            #expect(!self.isAnswered(before))
            #expect(try SecureClient(to: openAt, context: context).get()?.body == "open")
            #expect(try SecureClient(to: closedAt, context: trusted).get()?.body == "closed")
            let stranger = try? SecureClient(to: closedAt, context: context)
            #expect(stranger.map { self.isAnswered($0) } != true)
        }
        await engine.stop()
    }

    @Test("HTTPS to HTTP and back on one port cuts the clients of each time")
    func protocols() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine()
        let listener = ServedListener.test(tls: pki.served(.off), action: try .fixed("through"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let context = try pki.context(nil)
        let secure = try SecureClient(to: endpoint, context: context)
        #expect(try secure.get() != nil)
        let silent = try RawSocket(to: endpoint)
        let session = try #require(secure.connection.session())

        try await engine.run([self.at(listener.endpoint, listener, nil)])
        #expect(!self.isAnswered(secure))
        try silent.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!String(decoding: silent.receiveToEnd(), as: UTF8.self).contains("through"))
        let plain = try RawSocket(to: endpoint)
        try plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try plain.receive(until: "through").hasPrefix("HTTP/1.1 200 "))
        let begun = try RawSocket(to: endpoint)
        try begun.send("GET / HTTP/1.1\r\nHo")

        try await engine.run([listener.with(pki.verification())])
        for old in [plain, begun] {
            try? old.send("st: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(!String(decoding: old.receiveToEnd(), as: UTF8.self).contains("through"))
        }
        let resumed = try? SecureClient(to: endpoint, context: context, resuming: session)
        #expect(resumed.map { self.isAnswered($0) } != true)
        await engine.stop()
    }

    @Test("Another bundle in the trust store, and a stricter option, cut those the older one let in")
    func policies() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine()
        let lenient = pki.verification(ignoreExpiry: true)
        let listener = ServedListener.test(tls: pki.served(lenient), action: try .fixed("through"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let expired = try pki.context(try pki.client(.expired))
        let old = try SecureClient(to: endpoint, context: expired)
        #expect(try old.get() != nil)

        try await engine.run([listener.with(pki.verification())])
        #expect(!self.isAnswered(old))
        let again = try? SecureClient(to: endpoint, context: expired)
        #expect(again.map { self.isAnswered($0) } != true)
        let valid = try pki.context(try pki.client(.valid))
        let good = try SecureClient(to: endpoint, context: valid)
        #expect(try good.get() != nil)

        try await engine.run([listener.with(pki.verification(anchors: [pki.otherRoot.certificatePEM]))])
        #expect(!self.isAnswered(good))
        let stranger = try? SecureClient(to: endpoint, context: valid)
        #expect(stranger.map { self.isAnswered($0) } != true)
        await engine.stop()
    }
}
