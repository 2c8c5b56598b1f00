import Foundation
import Glibc
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

/// A gate that is told to end keeps its word to whoever is being served.
@Suite("Requests in hand finish on stop", .ownThreads)
struct RequestsInHandFinishOnStopTests {
    @Test(
        "A request in hand is answered after the signal, new ones are not taken",
        arguments: [SIGTERM, SIGINT]
    )
    func slowRequest(signal: Int32) async throws {
        let hasArrived = DispatchSemaphore(value: 0)
        let mayAnswer = DispatchSemaphore(value: 0)
        let target = try ScriptedTarget { socket in
            // Health checks come here too, and are to be answered at once.
            if try socket.receive(until: "\r\n\r\n").hasPrefix("GET /slow ") {
                hasArrived.signal()
                mayAnswer.wait()
            }
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nslow\n")
        }
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let port = try FreePorts.block(of: 1)
        let yaml = """
            loadBalancers:
              - name: edge
                type: application
                address: 127.0.0.1
                listeners:
                  - {port: \(port), protocol: HTTP, defaultActions: [{type: forward, targetGroup: app}]}
            targetGroups:
              - {name: app, protocol: HTTP, targets: [{id: 127.0.0.1, port: \(target.endpoint.port)}]}
            """
        let gate = try await Program.serve(state)
        let applied = try await Program.run("apply", try files.write(yaml, to: "gate.yaml"), "--state", state)
        #expect(applied.standardOutput.contains("In force"), Comment(rawValue: applied.standardError))

        let endpoint = Endpoint(address: .loopback, port: port)
        let client = try RawSocket(to: endpoint)
        try client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        await Task.detached { hasArrived.wait() }.value
        gate.signal(signal)
        while let late = try? RawSocket(to: endpoint), !gate.hasEnded {
            // Accepted by the kernel before the socket was closed: it is never answered.
            withExtendedLifetime(late) {}
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(!gate.hasEnded)
        mayAnswer.signal()
        let answer = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("slow\n"))
        #expect(await gate.status() == 0)
        #expect(gate.standardError == "")
    }
}
