import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Mode changes while traffic flows; each test tries to get past the gate in the moment of a change.
@Suite("Flips", .ownThreads)
struct FlipTests {
    let pki: TestPKI
    let client: IssuedCertificate

    init() throws {
        self.pki = try TestPKI()
        self.client = try self.pki.client(.valid)
    }

    private func listener(_ policy: ClientPolicy) throws -> ServedListener {
        .test(tls: self.pki.served(policy), action: try .fixed("through"))
    }

    @Test(
        "An idle connection of a laxer mode is closed before the flip is acknowledged",
        arguments: [
            ClientPolicy.off, .passthrough,
        ]
    )
    func idleConnection(before: ClientPolicy) async throws {
        let engine = RunningEngine()
        let listener = try self.listener(before)
        try await engine.run([listener])
        let client = try SecureClient(
            to: engine.endpoint(listener),
            context: self.pki.context(nil)
        )
        #expect(try client.get()?.body == "through")
        try await engine.run([listener.with(self.pki.verification())])
        // The request is sent after the acknowledgement: nothing may answer it.
        let answer = try? client.get()
        #expect(answer == nil)
        await engine.stop()
    }

    /// The rest of a head that was begun earlier must not slip through as an old request.
    @Test("A half-sent request does not hold a laxer connection open")
    func halfRequest() async throws {
        let engine = RunningEngine()
        let listener = try self.listener(.off)
        try await engine.run([listener])
        let client = try SecureClient(
            to: engine.endpoint(listener),
            context: self.pki.context(nil)
        )
        try client.send("GET / HTTP/1.1\r\nHost: loc")
        try await Task.sleep(for: .milliseconds(50))
        try await engine.run([listener.with(self.pki.verification())])
        try? client.send("alhost\r\n\r\n")
        #expect((try? client.response()) == nil)
        await engine.stop()
    }

    @Test("A handshake held back until after the acknowledgement is not answered, and all counts return")
    func handshakeAfterAcknowledgement() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(.passthrough)
        try await engine.run([listener])
        let held = try HeldHandshake(to: engine.endpoint(listener), context: self.pki.context(nil))
        let dropped = try HeldHandshake(to: engine.endpoint(listener), context: self.pki.context(nil))
        try await engine.run([listener.with(self.pki.verification())])
        try? held.finish(sending: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(held.receiveToEnd() == "")
        dropped.close()
        held.close()
        for _ in 0..<400 where engine.engine.counters().listeners[listener.id]?.open != 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        let counters = try #require(engine.engine.counters().listeners[listener.id])
        #expect((counters.open, counters.draining, counters.requests) == (0, 0, 0))
        for _ in 0..<400 where engine.records.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(engine.records.count == 2)
        await engine.stop()
    }

    /// The next change opens a window for handshakes that it finds in progress; it must not open one again
    /// for those that an earlier change has shut out.
    @Test("A handshake held back across a flip is not let in by the change after it")
    func handshakeAcrossTwoChanges() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = try self.listener(.off)
        try await engine.run([listener])
        let held = try HeldHandshake(to: engine.endpoint(listener), context: self.pki.context(nil))
        try await engine.run([listener.with(self.pki.verification())])
        // A handshake that the next change waits for, so that its window stays open.
        let other = try HeldHandshake(
            to: engine.endpoint(listener),
            context: self.pki.context(self.client)
        )
        async let next: Void = engine.run([listener.with(self.pki.verification(ignoreExpiry: true))])
        try await Task.sleep(for: .milliseconds(100))
        try held.finish(sending: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(!held.receiveToEnd().contains("through"))
        try await next
        withExtendedLifetime(other) {}
        await engine.stop()
    }

    @Test("An upload across a flip is answered, and a request pipelined behind it is not")
    func pipelinedBehindUpload() async throws {
        let target = try ScriptedTarget { socket in
            let head = try socket.receive(until: "\r\n\r\n")
            _ = try socket.receive(exactly: 10)
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = (head, try socket.receive())
        }
        let engine = RunningEngine()
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: self.pki.context(nil))
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234")
        while target.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await engine.run([listener.with(self.pki.verification())])
        try client.send("56789GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try #require(try client.response())
        #expect(answer.head.contains("Connection: close\r\n"))
        #expect(((try? client.response()) ?? nil) == nil)
        #expect(engine.engine.counters().listeners[listener.id]?.requests == 1)
        await engine.stop()
    }

    @Test("A request in hand is answered, and its connection closes")
    func busyConnection() async throws {
        let flipped = Mutex(false)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while !flipped.withLock({ $0 }) { usleep(5_000) }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        }
        let engine = RunningEngine()
        let listener = ServedListener.test(
            tls: self.pki.served(.passthrough),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let client = try SecureClient(
            to: engine.endpoint(listener),
            context: self.pki.context(nil)
        )
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while target.connectionCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await engine.run([listener.with(self.pki.verification())])
        #expect(engine.engine.counters().listeners[listener.id]?.draining == 1)
        flipped.withLock { $0 = true }
        let answer = try client.response()
        #expect(answer?.body == "late")
        #expect(answer?.head.contains("Connection: close\r\n") == true)
        #expect((try? client.get()) == nil)
        await engine.stop()
    }

    /// Resumption skips the client's certificate: a session from a laxer time would be a way around it.
    @Test(
        "A session made while the listener was off is no way into verify",
        arguments: [
            ClientContext.Version.tls12, .tls13,
        ]
    )
    func oldSession(version: ClientContext.Version) async throws {
        let engine = RunningEngine()
        let listener = try self.listener(.off)
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let context = try self.pki.context(nil, versions: version...version)
        let first = try SecureClient(to: endpoint, context: context)
        #expect(try first.get()?.body == "through")
        let session = try #require(first.connection.session())

        // The session is good: as long as the listener is off it resumes.
        let second = try SecureClient(to: endpoint, context: context, resuming: session)
        #expect(try second.get()?.body == "through")
        #expect(second.connection.isResumed)
        let newer = try #require(second.connection.session())

        try await engine.run([listener.with(self.pki.verification())])
        for session in [session, newer] {
            #expect(throws: (any Error).self) {
                let third = try SecureClient(to: endpoint, context: context, resuming: session)
                guard try third.get() != nil else { throw SecureClient.Refused(alert: nil) }
            }
        }
        // A client with a certificate gets in, by a full handshake.
        let trusted = try self.pki.context(self.client, versions: version...version)
        let fourth = try SecureClient(to: endpoint, context: trusted, resuming: session)
        #expect(try fourth.get()?.body == "through")
        #expect(!fourth.connection.isResumed)
        #expect(fourth.connection.session() == nil)
        await engine.stop()
    }

    /// The promise of a flip, under load: after the acknowledgement, nobody unverified is answered; and a
    /// client that both modes accept loses nothing but idle connections.
    @Test(
        "Two thousand flips under load let nobody through and fail nobody else",
        arguments: [
            ClientPolicy.off, .passthrough,
        ]
    )
    func underLoad(laxer: ClientPolicy) async throws {
        let engine = RunningEngine()
        let target = try ScriptedTarget.echo()
        let listener = ServedListener.test(
            tls: self.pki.served(laxer),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener.with(self.pki.verification())])
        let load = FlipLoad(
            endpoint: try engine.endpoint(listener),
            trusted: try self.pki.context(self.client),
            anonymous: try self.pki.context(nil)
        )
        load.start(trusted: 3, anonymous: 2, anonymousOverHTTP2: 2)
        for _ in 0..<500 {
            load.epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
            try await engine.run([listener])
            try await engine.run([listener.with(self.pki.verification())])
            load.epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
            try await Task.sleep(for: .milliseconds(2))
        }
        load.stop()
        #expect(load.violations.prefix(3) == [])
        #expect(load.failures.prefix(3) == [])
        #expect(load.answeredTrusted > 100)
        #expect(load.answeredAnonymous > 10)
        await engine.stop()
    }
}
