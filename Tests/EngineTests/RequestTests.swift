import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Requests over a plain HTTP listener: what goes to the target, what comes back, what never does.
@Suite("Requests", .ownThreads)
struct RequestTests {
    private func withListener(
        _ action: ServedAction,
        _ body: (Endpoint) throws -> Void
    ) async throws {
        let engine = RunningEngine()
        let listener = ServedListener.test(action: action)
        try await engine.run([listener])
        try body(try engine.endpoint(listener))
        await engine.stop()
    }

    @Test("A fixed response answers every request of a connection")
    func fixedResponse() async throws {
        try await self.withListener(try .fixed("hello")) { endpoint in
            let client = try RawSocket(to: endpoint)
            for _ in 0..<3 {
                try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                let head = try client.receive(until: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(try client.receive(exactly: 5) == Array("hello".utf8))
            }
        }
    }

    @Test("Pipelined requests are answered in order, however the bytes are cut", arguments: [1, 7, 64, 4096])
    func pipelining(cut: Int) async throws {
        let target = try ScriptedTarget.echo()
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            let requests = (0..<5).map { "GET /\($0) HTTP/1.1\r\nHost: a.test\r\n\r\n" }.joined()
            let bytes = Array(requests.utf8)
            for start in stride(from: 0, to: bytes.count, by: cut) {
                try client.send(bytes[start..<min(start + cut, bytes.count)])
            }
            for index in 0..<5 {
                _ = try client.receive(until: "\r\n\r\n")
                let echoed = try client.receive(until: "\r\n\r\n")
                #expect(echoed.hasPrefix("GET /\(index) HTTP/1.1\r\n"))
            }
        }
        #expect(target.connectionCount == 1)
    }

    @Test("Bodies arrive whole in both directions", arguments: [0, 1, 65_535, 65_536, 3_000_000])
    func bodies(size: Int) async throws {
        let target = try ScriptedTarget { socket in
            let head = try socket.receive(until: "\r\n\r\n")
            #expect(head.contains("Content-Length: \(size)\r\n"))
            let body = try socket.receive(exactly: size)
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try socket.send(body)
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: \(size)\r\n\r\n")
            try client.send(body)
            _ = try client.receive(until: "\r\n\r\n")
            #expect(try client.receive(exactly: size) == body)
        }
    }

    @Test("A chunked request and a chunked response are framed anew")
    func chunks() async throws {
        let target = try ScriptedTarget { socket in
            let head = try socket.receive(until: "\r\n\r\n")
            #expect(head.contains("Transfer-Encoding: chunked\r\n"))
            let body = try socket.receive(until: "0\r\n\r\n")
            #expect(!body.contains("ext"))
            try socket.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\nwiki\r\n0\r\nX: y\r\n\r\n"
            )
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n")
            try client.send("3;ext=2\r\nabc\r\n0\r\n\r\n")
            _ = try client.receive(until: "\r\n\r\n")
            #expect(try client.receive(until: "0\r\n\r\n") == "4\r\nwiki\r\n0\r\n\r\n")
        }
    }

    @Test("A target that cannot be reached answers 502, an empty group 503")
    func unreachable() async throws {
        let gone = try ScriptedTarget { _ in }.endpoint
        for (action, status) in [
            (ServedAction.forward(gone), "502"),
            (.forward(targetGroupID: ResourceID(bits: 1), targets: []), "503"),
        ] {
            try await self.withListener(action) { endpoint in
                let client = try RawSocket(to: endpoint)
                try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "))
            }
        }
    }

    /// A truncated response must not look complete.
    @Test("A response that the target cuts short ends the client's connection")
    func truncated() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n")
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            let all = String(decoding: client.receiveToEnd(), as: UTF8.self)
            #expect(all.hasSuffix("4\r\nwiki\r\n"))
        }
    }

    @Test("A request that is not HTTP is refused and nothing behind it is read")
    func refused() async throws {
        let target = try ScriptedTarget.echo()
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
            try client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let all = String(decoding: client.receiveToEnd(), as: UTF8.self)
            #expect(all.hasPrefix("HTTP/1.1 400 "))
            #expect(!all.contains("smuggled"))
        }
        #expect(target.connectionCount == 0)
    }

    @Test("A pooled connection that the target closed is replaced without the client noticing")
    func stalePool() async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            for _ in 0..<20 {
                try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                _ = try client.receive(exactly: 2)
            }
        }
    }

    /// The target goes away at the very moment it holds the first of two requests, whenever that is: waiting
    /// for a time instead would let the gate's own deadlines answer on a busy machine.
    @Test("A request behind one whose target died is answered too")
    func pipelinedBehindDeadTarget() async throws {
        let box = Mutex<ScriptedTarget?>(nil)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = try socket.receive(until: "\r\n\r\n")
            box.withLock { $0 }?.refuseConnections()
        }
        box.withLock { $0 = target }
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try RawSocket(to: engine.endpoint(listener))
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        try client.send(request)
        #expect(try client.receive(until: "ok").hasPrefix("HTTP/1.1 200 "))
        try client.send(request + request)
        for _ in 0..<2 {
            #expect(try client.receive(until: "</html>\r\n").hasPrefix("HTTP/1.1 502 "))
        }
        await engine.stop()
    }

    @Test("Expect: 100-continue is answered before the body is read")
    func continues() async throws {
        let target = try ScriptedTarget { socket in
            let head = try socket.receive(until: "\r\n\r\n")
            #expect(!head.contains("Expect"))
            _ = try socket.receive(exactly: 3)
            try socket.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try client.send("abc")
            #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 204 "))
        }
    }

    /// Each interim response restarts the idle deadline: a target that sends nothing else would hold its
    /// client for ever.
    @Test(
        "A few interim responses are passed over, a flood of them answers 502",
        arguments: [
            (3, "200"), (100, "502"),
        ]
    )
    func interimResponses(count: Int, status: String) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: count))
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        try await self.withListener(.forward(target.endpoint)) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            #expect(try client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "))
        }
    }
}
