import Glibc
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What stands in front of a relay: PROXY headers both ways, server names, TLS that ends here.
@Suite("In front of relays", .ownThreads)
struct RelayPrefaceTests {
    /// A target that says its name and what it got, once the client has finished.
    private func target(_ name: String) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            let all = socket.receiveToEnd()
            try socket.send(Array(name.utf8) + all)
        }
    }

    @Test("The target is told the client's address before the first byte")
    func proxyOut() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.target("")
        let listener = ServedListener.relay(to: [target.endpoint], sendsProxyProtocol: true)
        try await engine.run([listener])
        let bound = try engine.endpoint(listener)
        let client = try RawSocket(to: bound, from: IPAddress("127.0.0.9"))
        try client.send("hello")
        client.finishSending()
        let received = client.receiveToEnd()
        let record = try #require(await engine.record { $0.client.address == IPAddress("127.0.0.9") })
        #expect(
            received == ProxyHeader(source: record.client, destination: bound).bytes + Array("hello".utf8)
        )
        await engine.stop()
    }

    /// One byte at a time, with data behind the header, and on to a target that wants a header itself.
    @Test(
        "A header that is accepted names the client, to the log and to the target",
        arguments: [true, false]
    )
    func proxyIn(isIPv6: Bool) async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.target("")
        let listener = ServedListener.relay(
            to: [target.endpoint],
            sendsProxyProtocol: true,
            acceptsProxyProtocol: true
        )
        try await engine.run([listener])
        let address = try #require(IPAddress(isIPv6 ? "2001:db8::7" : "192.0.2.7"))
        let header = ProxyHeader(
            source: Endpoint(address: address, port: 4_321),
            destination: Endpoint(address: address, port: 443)
        )
        let client = try RawSocket(to: engine.endpoint(listener))
        for byte in header.bytes { try client.send([byte]) }
        try client.send("data")
        client.finishSending()
        #expect(client.receiveToEnd() == header.bytes + Array("data".utf8))
        #expect(await engine.record { $0.client == header.source } != nil)
        await engine.stop()
    }

    @Test("A connection without the header is refused and counted, and its target hears nothing")
    func noHeader() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.target("")
        let listener = ServedListener.relay(to: [target.endpoint], acceptsProxyProtocol: true)
        try await engine.run([listener])
        for first in ["GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n", "\r\n\r\n\0"] {
            let client = try RawSocket(to: engine.endpoint(listener))
            try client.send(first)
            client.finishSending()
            #expect(client.receiveToEnd() == [])
        }
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.rejected == 3 })
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    @Test(
        "Server names choose the target, untouched; what is not TLS goes to the default",
        arguments: [
            ("a.example.net", "A"), ("x.b.example", "B"), ("A.Example.NET", "A"), ("x.y.b.example", "B"),
            ("b.example", "D"), ("other.example", "D"),
        ]
    )
    func names(name: String, expected: String) async throws {
        let engine = RunningEngine(workers: 1)
        let (a, b, other) = (try self.target("A"), try self.target("B"), try self.target("D"))
        let listener = ServedListener.relay(
            to: [other.endpoint],
            routes: ["a.example.net": [a.endpoint], "*.b.example": [b.endpoint]]
        )
        try await engine.run([listener])
        let hello = TestHello.bytes(serverName: name)
        let client = try RawSocket(to: engine.endpoint(listener))
        for byte in hello { try client.send([byte]) }
        client.finishSending()
        #expect(client.receiveToEnd() == Array(expected.utf8) + hello)
        let plain = try RawSocket(to: engine.endpoint(listener))
        try plain.send("SSH-2.0\r\n")
        plain.finishSending()
        #expect(plain.receiveToEnd() == Array("DSSH-2.0\r\n".utf8))
        await engine.stop()
    }

    /// Six bytes for each of the hello's: memory that a stranger could take for nothing.
    @Test("A ClientHello in needlessly many records is refused before it takes more than its share")
    func wastefulHello() async throws {
        let engine = RunningEngine(workers: 1)
        let target = try self.target("")
        let listener = ServedListener.relay(to: [target.endpoint], routes: ["a.test": [target.endpoint]])
        try await engine.run([listener])
        let padding = [UInt8](repeating: 0, count: 8_000)
        let hello = TestHello.bytes(
            serverName: "a.test",
            recordBytes: 1,
            extra: [0, 21, UInt8(padding.count >> 8), UInt8(padding.count & 0xFF)] + padding
        )
        let client = try RawSocket(to: engine.endpoint(listener))
        try? client.send(hello)
        #expect(client.receiveToEnd() == [])
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.rejected == 1 })
        #expect(target.connectionCount == 0)
        await engine.stop()
    }

    @Test("A TLS listener hands on what is inside, large data too, and both ends")
    func tls() async throws {
        let pki = try TestPKI()
        let engine = RunningEngine(workers: 1)
        let target = try ScriptedTarget { socket in
            let line = try socket.receive(until: "\n")
            try socket.send("got \(line)")
        }
        let listener = ServedListener.relay(tls: pki.served(.off), to: [target.endpoint])
        try await engine.run([listener])
        let client = try SecureClient(to: engine.endpoint(listener), context: try ClientContext())
        try client.send("hello\n")
        #expect(client.receiveToEnd() == "got hello\n")
        client.close()
        #expect(await engine.record { $0.tls?.outcome == .success } != nil)
        let noise = try RawSocket(to: engine.endpoint(listener))
        try noise.send("GET / HTTP/1.1\r\n\r\n")
        _ = noise.receiveToEnd()
        #expect(await engine.record { $0.tls?.outcome == .failed(.notTLS) } != nil)
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }
}
