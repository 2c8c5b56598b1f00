import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Too many, too much and too slow: each bound refuses, is counted, and lets the others through.
@Suite("Overload", .ownThreads)
struct OverloadTests {
    private func attributes(_ change: (inout LoadBalancerAttributes) -> Void) -> LoadBalancerAttributes {
        var attributes = LoadBalancerAttributes()
        change(&attributes)
        return attributes
    }

    private func rejections(_ engine: RunningEngine, _ listener: ServedListener) -> [Rejection: UInt64] {
        engine.engine.counters().listeners[listener.id]?.rejectedByReason ?? [:]
    }

    /// Waits for something the engine does in its own time; at most 10 s.
    private func until(_ isSo: () -> Bool) async throws -> Bool {
        for _ in 0..<2_000 {
            if isSo() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    private func isAnswered(_ client: RawSocket) throws -> Bool {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return (try? client.receive(until: "through"))?.hasPrefix("HTTP/1.1 200 ") ?? false
    }

    // MARK: Sources

    @Test("One source has no more connections than it may, and the next address is not its problem")
    func perSource() async throws {
        let engine = RunningEngine(workers: 2)
        let listener = ServedListener.test(
            action: try .fixed("through"),
            attributes: self.attributes { $0.connectionsPerSource = 2 }
        )
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        var held = [try RawSocket(to: endpoint), try RawSocket(to: endpoint)]
        for client in held { #expect(try self.isAnswered(client)) }
        #expect(try RawSocket(to: endpoint).receiveToEnd().isEmpty)
        #expect(self.rejections(engine, listener) == [.connectionsPerSource: 1])
        let neighbour = try #require(IPAddress("127.0.0.2"))
        #expect(try self.isAnswered(RawSocket(to: endpoint, from: neighbour)))

        held.removeLast()
        #expect(try await self.until { (try? self.isAnswered(RawSocket(to: endpoint))) ?? false })
        held = []
        #expect(try await self.until { engine.engine.sources.sourceCount == 0 })
        await engine.stop()
    }

    /// A refusal that began a handshake would cost more than what it refuses.
    @Test("A source beyond its limit gets no byte of TLS, and no line in the connection log")
    func beforeTLS() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: pki.served(.off),
            action: try .fixed("through"),
            attributes: self.attributes { $0.connectionsPerSource = 1 }
        )
        try await engine.run([listener])
        let first = try SecureClient(to: engine.endpoint(listener), context: pki.context(nil))
        // An end or a reset, depending on whether the hello was there first; never an alert.
        let error = #expect(throws: (any Error).self) {
            try SecureClient(to: engine.endpoint(listener), context: pki.context(nil))
        }
        #expect((error as? SecureClient.Refused)?.alert == nil)
        #expect(try first.get()?.body == "through")
        #expect(self.rejections(engine, listener) == [.connectionsPerSource: 1])
        #expect(engine.records.count == 1)
        await engine.stop()
    }

    // MARK: Counts

    @Test("Connections are bounded in all and for each listener, and a place given back is taken again")
    func connections() async throws {
        var tuning = EngineTuning()
        tuning.connections = 3
        tuning.connectionsPerListener = 2
        let engine = RunningEngine(workers: 2, tuning: tuning)
        let one = ServedListener.test("one", action: try .fixed("through"))
        let other = ServedListener.test("other", action: try .fixed("through"))
        try await engine.run([one, other])
        func open(_ listener: ServedListener) throws -> RawSocket {
            try RawSocket(to: engine.endpoint(listener))
        }
        var held = [try open(one), try open(one)]
        for client in held { #expect(try self.isAnswered(client)) }
        #expect(try open(one).receiveToEnd().isEmpty)
        #expect(self.rejections(engine, one) == [.connectionsPerListener: 1])
        held.append(try open(other))
        #expect(try self.isAnswered(held[2]))
        #expect(try open(other).receiveToEnd().isEmpty)
        #expect(self.rejections(engine, other) == [.connections: 1])
        held.removeFirst()
        #expect(try await self.until { (try? self.isAnswered(open(one))) ?? false })
        await engine.stop()
    }

    /// A stranger's handshake that does not go on must leave room for others when its time is over.
    @Test("Handshakes in progress are bounded, and those who are through go on")
    func handshakes() async throws {
        let pki = try TestPKI()
        var tuning = EngineTuning()
        tuning.handshakesInProgress = 1
        let engine = RunningEngine(tuning: tuning)
        let listener = ServedListener.test(tls: pki.served(.off), action: try .fixed("through"))
        try await engine.run([listener])
        let endpoint = try engine.endpoint(listener)
        let context = try pki.context(nil)
        let through = try SecureClient(to: endpoint, context: context)
        var stranger: RawSocket? = try RawSocket(to: endpoint)
        try stranger?.send([0x16, 0x03, 0x01])
        #expect(try await self.until { (try? SecureClient(to: endpoint, context: context)) == nil })
        #expect(self.rejections(engine, listener)[.handshakes] ?? 0 > 0)
        #expect(try through.get()?.body == "through")
        stranger = nil
        #expect(try await self.until { (try? SecureClient(to: endpoint, context: context)) != nil })
        await engine.stop()
    }

    // MARK: Slow requests

    private var impatient: EngineTuning {
        var tuning = EngineTuning()
        tuning.paceWindow = .milliseconds(300)
        tuning.requestHeadDeadline = .milliseconds(300)
        return tuning
    }

    @Test("A head that trickles in is refused at its deadline")
    func slowHead() async throws {
        let engine = RunningEngine(tuning: self.impatient)
        let listener = ServedListener.test(action: try .fixed("through"))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        BlockingThread.start {
            for byte in "GET / HTTP/1.1\r\nHost: \(String(repeating: "a", count: 2_000))".utf8 {
                guard (try? client.send([byte])) != nil else { return }
                usleep(20_000)
            }
        }
        #expect(String(decoding: client.receiveToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        #expect(self.rejections(engine, listener) == [.slowRequest: 1])
        await engine.stop()
    }

    /// Sends a body of 30 bytes at a time, some 1,500 a second.
    private func upload(rate: Int, count: Int) async throws -> (answer: String, [Rejection: UInt64], Int) {
        let received = Mutex(0)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            while received.withLock({ $0 }) < count {
                let bytes = try socket.receive()
                if bytes.isEmpty { return }
                received.withLock { $0 += bytes.count }
            }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        }
        let engine = RunningEngine(tuning: self.impatient)
        let listener = ServedListener.test(
            action: .forward(target.endpoint),
            attributes: self.attributes { $0.requestBytesPerSecond = rate }
        )
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(count)\r\n\r\n")
        BlockingThread.start {
            for _ in 0..<(count / 30) {
                guard (try? client.send([UInt8](repeating: 0x61, count: 30))) != nil else { return }
                usleep(20_000)
            }
        }
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        let rejections = self.rejections(engine, listener)
        await engine.stop()
        return (answer, rejections, received.withLock { $0 })
    }

    @Test("A body that comes more slowly than it may is refused, and its target gets no whole request")
    func slowBody() async throws {
        let (answer, rejections, received) = try await self.upload(rate: 100_000, count: 3_000)
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(rejections == [.slowRequest: 1])
        #expect(received < 3_000)
    }

    /// 10 bytes a second are kept even by a machine that has a hundred other things to do.
    @Test("A body that keeps its rate takes as many windows as it needs", arguments: [10, 0])
    func steadyBody(rate: Int) async throws {
        let (answer, rejections, received) = try await self.upload(rate: rate, count: 1_500)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(rejections == [:])
        #expect(received == 1_500)
    }

    // MARK: Slow readers

    /// Sends more than every buffer between here and a client can hold; says how that ended.
    private func flood(_ size: Int, isCut: Box) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            do {
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                try socket.send([UInt8](repeating: 0x61, count: size))
                isCut.value.withLock { $0 = false }
            } catch {
                isCut.value.withLock { $0 = true }
            }
        }
    }

    @Test("A client that does not take its response is cut, and its target is free", arguments: [100, 0])
    func slowReader(rate: Int) async throws {
        let isCut = Box()
        let target = try self.flood(60_000_000, isCut: isCut)
        let engine = RunningEngine(tuning: self.impatient)
        let listener = ServedListener.test(
            action: .forward(target.endpoint),
            attributes: self.attributes {
                $0.responseBytesPerSecond = rate
                $0.idleTimeoutSeconds = rate == 0 ? 1 : 60
            }
        )
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await self.until { isCut.value.withLock { $0 } == true })
        #expect(self.rejections(engine, listener) == [.slowReader: 1])
        withExtendedLifetime(client) {}
        await engine.stop()
    }

    /// The kernel's own buffers fill in an instant and are empty for long: neither is the client's pace.
    @Test("A client that keeps its rate gets its response whole, through many windows")
    func steadyReader() async throws {
        let isCut = Box()
        let size = 30_000_000
        let target = try self.flood(size, isCut: isCut)
        var tuning = EngineTuning()
        // Longer than a busy machine keeps the reader from reading.
        tuning.paceWindow = .seconds(1)
        let engine = RunningEngine(tuning: tuning)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.receive(until: "\r\n\r\n")
        for _ in 0..<24 {
            _ = try client.receive(exactly: 500_000)
            usleep(100_000)
        }
        #expect(try client.receive(exactly: size - 12_000_000).count == size - 12_000_000)
        #expect(self.rejections(engine, listener) == [:])
        await engine.stop()
    }

    // MARK: Memory

    @Test("While buffers are half full nobody is let in, and when they are empty again everybody is")
    func shortOfMemory() async throws {
        let isCut = Box()
        let target = try self.flood(60_000_000, isCut: isCut)
        var tuning = EngineTuning()
        tuning.bufferedBytes = 400_000
        let engine = RunningEngine(tuning: tuning)
        let forwarding = ServedListener.test("forward", action: .forward(target.endpoint))
        let fixed = ServedListener.test("fixed", action: try .fixed("through"))
        try await engine.run([forwarding, fixed])
        var deaf: RawSocket? = try RawSocket(to: engine.endpoint(forwarding))
        try deaf?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let endpoint = try engine.endpoint(fixed)
        #expect(
            try await self.until {
                _ = try? self.isAnswered(RawSocket(to: endpoint))
                return self.rejections(engine, fixed)[.memory] ?? 0 > 0
            }
        )
        #expect(self.rejections(engine, forwarding) == [:])
        deaf = nil
        #expect(try await self.until { (try? self.isAnswered(RawSocket(to: endpoint))) ?? false })
        await engine.stop()
    }

    @Test("Whoever needs more than there is, is cut")
    func outOfMemory() async throws {
        let isCut = Box()
        let target = try self.flood(60_000_000, isCut: isCut)
        var tuning = EngineTuning()
        // Enough for the request, and less than any response that has to wait.
        tuning.bufferedBytes = 1_000
        let engine = RunningEngine(tuning: tuning)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await self.until { isCut.value.withLock { $0 } == true })
        #expect(self.rejections(engine, listener) == [.memory: 1])
        withExtendedLifetime(client) {}
        await engine.stop()
    }

    /// Something a target's thread and a test both look at.
    private final class Box: Sendable {
        let value = Mutex<Bool?>(nil)
    }
}
