import Model
import TestSupport
import Testing

@testable import Engine

/// Listeners that go and come back while their connections are still being served.
@Suite("Lives of listeners")
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
        #expect(throws: SocketFailure.self) { try RawSocket(to: endpoint) }

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
}
