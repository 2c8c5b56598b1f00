import Glibc
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Load balancer attributes, as clients and targets see them.
@Suite("Load balancer attributes", .ownThreads)
struct AttributeTests {
    private func listener(
        _ target: ScriptedTarget,
        tls: ServedTLS? = nil,
        id: ResourceID = .random(),
        _ change: (inout LoadBalancerAttributes) -> Void
    ) -> ServedListener {
        var attributes = LoadBalancerAttributes()
        change(&attributes)
        return .test(id: id, tls: tls, action: .forward(target.endpoint), attributes: attributes)
    }

    @Test("A connection past its keep-alive time gets one more answer, and is told so")
    func clientKeepAlive() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        // A connection is past no time at all from its first request on.
        let listener = self.listener(target) { $0.clientKeepAliveSeconds = 0 }
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        let answers = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answers.contains("Connection: close\r\n"))
        #expect(answers.contains("GET /a ") && !answers.contains("GET /b "))
        await engine.stop()
    }

    @Test("A connection without a byte is closed when its idle time is over")
    func idleTimeout() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(target) { $0.idleTimeoutSeconds = 1 }
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        let start = Clock.monotonicMilliseconds()
        #expect(client.receiveToEnd().isEmpty)
        // The standard minute would have run into the socket's own ten seconds.
        #expect(Clock.monotonicMilliseconds() - start < 9_000)
        await engine.stop()
    }

    @Test("A target that does not answer is given the idle time, then the client a 504")
    func slowTarget() async throws {
        let target = try ScriptedTarget { socket in _ = socket.receiveToEnd() }
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(target) { $0.idleTimeoutSeconds = 1 }
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 504 "))
        await engine.stop()
    }

    @Test(
        "The client's port stands behind its address where that is wanted, on a connection that is open too"
    )
    func clientPort() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let plain = self.listener(target) { _ in }
        try await engine.run([plain])
        let client = try RawSocket(to: engine.endpoint(plain))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let before = try client.receive(until: "\r\n\r\n") + client.receive(until: "\r\n\r\n")
        #expect(before.contains("X-Forwarded-For: 127.0.0.1\r\n"))
        try await engine.run([self.listener(target, id: plain.id) { $0.forwardsClientPort = true }])
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let after = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(after.contains("X-Forwarded-For: 127.0.0.1:"))
        await engine.stop()
    }

    private func exchange(_ request: String, with endpoint: Endpoint, _ pki: TestPKI) throws -> String {
        let client = try SecureClient(to: endpoint, context: pki.context(nil))
        try client.send(request)
        return client.receiveToEnd()
    }

    @Test("The target learns the client's TLS version and cipher from us, and only where that is wanted")
    func tlsHeaders() async throws {
        let pki = try TestPKI()
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let telling = self.listener(target, tls: pki.served(.off)) { $0.addsTLSHeaders = true }
        let silent = self.listener(target, tls: pki.served(.off)) { _ in }
        let plain = self.listener(target) { $0.addsTLSHeaders = true }
        try await engine.run([telling, silent, plain])
        let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Amzn-Tls-Version: forged\r\nConnection: close\r\n\r\n"
        let told = try self.exchange(request, with: engine.endpoint(telling), pki)
        #expect(told.contains("X-Amzn-Tls-Version: TLSv1.3\r\n"))
        #expect(told.contains("X-Amzn-Tls-Cipher-Suite: TLS_"))
        #expect(!told.contains("forged"))
        let untold = try self.exchange(request, with: engine.endpoint(silent), pki)
        #expect(untold.contains("X-Forwarded-Proto: https") && !untold.lowercased().contains("x-amzn-tls"))
        let client = try RawSocket(to: engine.endpoint(plain))
        try client.send(request)
        let unencrypted = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(unencrypted.contains("GET / ") && !unencrypted.lowercased().contains("x-amzn-tls"))
        await engine.stop()
    }

    /// HTTP/2 has no `Connection: close`, and its streams share what is known of their connection.
    @Test("On HTTP/2, streams have the connection's attributes, and GOAWAY says that its time is over")
    func http2() async throws {
        let pki = try TestPKI()
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(target, tls: pki.served(.off)) {
            $0.addsTLSHeaders = true
            $0.forwardsClientPort = true
        }
        let brief = self.listener(target, tls: pki.served(.off)) { $0.clientKeepAliveSeconds = 0 }
        try await engine.run([listener, brief])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        for _ in 0..<2 {
            let text = try #require(try client.get()?.text)
            #expect(text.contains("X-Amzn-Tls-Version: TLSv1.3\r\n"))
            #expect(text.contains("X-Forwarded-For: 127.0.0.1:"))
        }
        #expect(client.goAway == nil)
        let last = try HTTP2Client(to: engine.endpoint(brief))
        #expect(try last.get()?.isOK == true)
        last.readToEnd()
        #expect(last.goAway == 0)
        await engine.stop()
    }

    /// What the target made of an ambiguous request may be waiting in its connection for the next one.
    @Test(
        "An ambiguous request has its target's connection to itself, an acceptable one does not",
        arguments: [("Content-Length: 0\r\n", 1), ("Content_Length: 5\r\n", 2)]
    )
    func targetConnections(header: String, expected: Int) async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(target) { $0.desyncMitigationMode = .monitor }
        try await engine.run([listener])
        for line in [header, ""] {
            let client = try RawSocket(to: engine.endpoint(listener))
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(line)\r\n")
            #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
        }
        #expect(target.connectionCount == expected)
        await engine.stop()
    }

    @Test("Requests that are not compliant are counted, refused or not")
    func counted() async throws {
        let target = try ScriptedTarget.echo()
        let engine = RunningEngine(workers: 1)
        let listener = self.listener(target) { _ in }
        try await engine.run([listener])
        for head in ["X: y", "Content_Length: 5", "X : y"] {
            let client = try RawSocket(to: engine.endpoint(listener))
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(head)\r\n\r\n")
            _ = client.receiveToEnd()
        }
        #expect(engine.engine.counters().listeners[listener.id]?.nonCompliant == 2)
        await engine.stop()
    }
}
