import Foundation
import Model
import TestSupport
import TestTraits
import Testing

/// `sekisho target` as an operator uses it for maintenance.
@Suite("A target is drained by hand", .ownThreads)
struct ATargetIsDrainedByHandTests {
    private static func target(_ name: String) throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                _ = try socket.receive(until: "\r\n\r\n")
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
            }
        }
    }

    /// Who answers eight requests, each on a connection of its own.
    private static func answers(_ port: UInt16) throws -> Set<String> {
        let bodies = try (0..<8).map { _ in
            let client = try RawSocket(to: Endpoint(address: .loopback, port: port))
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return String(decoding: client.receiveToEnd(), as: UTF8.self).components(separatedBy: "\r\n\r\n")
        }
        return Set(bodies.compactMap(\.last))
    }

    /// Waits until both answer, which takes the first check of each; at most a minute.
    private static func bothAnswer(_ port: UInt16) async throws -> Bool {
        for _ in 0..<600 {
            if try self.answers(port) == ["one", "two"] { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    @Test("It gets nothing from the return of the command on, past a restart, until it is restored")
    func drain() async throws {
        let (one, two) = (try Self.target("one"), try Self.target("two"))
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let port = try FreePorts.block(of: 1)
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - {name: front, port: \(port), protocol: HTTP, defaultActions: [{type: forward, targetGroup: app}]}
            targetGroups:
              - name: app
                targets:
                  - {id: 127.0.0.1, port: \(one.endpoint.port)}
                  - {id: 127.0.0.1, port: \(two.endpoint.port)}

            """
        let file = try files.write(yaml, to: "gate.yaml")
        func target(_ endpoint: String, _ action: String) async throws -> ToolResult {
            try await Program.run("target", "app", endpoint, action, "--state", state)
        }
        var gate = try await Program.serve(state)
        _ = try await Program.run("apply", file, "--state", state)
        #expect(try await Self.bothAnswer(port))

        let drained = try await target("\(one.endpoint)", "drain")
        #expect(drained.status == 0, Comment(rawValue: drained.standardError))
        #expect(try Self.answers(port) == ["two"])
        let status = try await Program.run("status", "--state", state).standardOutput
        #expect(status.contains("\(one.endpoint) draining"))
        // The file says nothing of it, and takes nothing back.
        _ = try await Program.run("apply", file, "--state", state)
        #expect(try Self.answers(port) == ["two"])
        gate.signal(SIGKILL)
        _ = await gate.status()
        gate = try await Program.serve(state)
        #expect(try Self.answers(port) == ["two"])

        let restored = try await target("\(one.endpoint)", "restore")
        #expect(restored.status == 0, Comment(rawValue: restored.standardError))
        #expect(try await Self.bothAnswer(port))
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
    }

    @Test("What is no target of the group, or no address, is refused and changes nothing")
    func refused() async throws {
        let one = try Self.target("one")
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let yaml = """
            targetGroups:
              - {name: app, targets: [{id: 127.0.0.1, port: \(one.endpoint.port)}]}

            """
        let gate = try await Program.serve(state)
        _ = try await Program.run("apply", try files.write(yaml, to: "gate.yaml"), "--state", state)
        for (group, target) in [("app", "127.0.0.1:1"), ("other", "\(one.endpoint)"), ("app", "one")] {
            let result = try await Program.run("target", group, target, "drain", "--state", state)
            #expect(result.status != 0)
            #expect(!result.standardError.isEmpty)
        }
        #expect(try await Program.control(state).view().generation == 1)
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
    }
}
