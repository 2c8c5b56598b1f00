import Foundation
import Model
import TestSupport
import TestTraits
import Testing

/// A flood that takes every descriptor the process may have must not end the service of those who are in,
/// nor outlast itself.
@Suite("Descriptors run out", .ownThreads)
struct DescriptorsRunOutTests {
    @Test("A gate with no descriptor left goes on serving, refuses, tells so, and recovers")
    func flood() async throws {
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let port = try FreePorts.block(of: 1)
        let yaml = """
            workers: 1
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - port: \(port)
                    protocol: HTTP
                    defaultActions: [{type: fixed-response, statusCode: 200, messageBody: through}]
            """
        // In the child only: this process has tests that need theirs.
        let gate = try RunningProgram(
            "/bin/sh",
            ["-c", "ulimit -n 64 && exec \"$0\" \"$@\"", Program.path, "serve", "--state", state]
        )
        try await gate.waitForOutput("sekisho: ready")
        let applied = try await Program.run("apply", try files.write(yaml, to: "gate.yaml"), "--state", state)
        #expect(applied.standardOutput.contains("In force"), Comment(rawValue: applied.standardError))

        let endpoint = Endpoint(address: .loopback, port: port)
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let served = try RawSocket(to: endpoint)
        try served.send(request)
        #expect(try served.receive(until: "through").hasPrefix("HTTP/1.1 200 "))
        do {
            let flood = try (0..<150).map { _ in try RawSocket(to: endpoint) }
            // The last ones find no descriptor: refused, which is when the limit has been reached.
            #expect(flood.last?.receiveToEnd().isEmpty == true)
            for _ in 0..<3 {
                try served.send(request)
                #expect(try served.receive(until: "through").hasPrefix("HTTP/1.1 200 "))
            }
            withExtendedLifetime(flood) {}
        }
        var answer = ""
        for _ in 0..<500 where !answer.hasPrefix("HTTP/1.1 200 ") {
            let late = try RawSocket(to: endpoint)
            try? late.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = String(decoding: late.receiveToEnd(), as: UTF8.self)
        }
        #expect(answer.hasSuffix("through"))
        let status = try await Program.run("status", "--state", state)
        #expect(status.standardOutput.contains("descriptors"), Comment(rawValue: status.standardError))
        let json = try await Program.run("status", "--format", "json", "--state", state)
        #expect(json.standardOutput.contains("\"rejectedByReason\""))
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
    }
}
