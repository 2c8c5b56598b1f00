import Foundation
import Model
import TestSupport
import TestTraits
import Testing

/// The access log of a running gate, as its operator reads it and as it lies in a bucket.
@Suite("Requests are logged as ALB logs them", .ownThreads)
struct RequestsAreLoggedAsALBLogsThemTests {
    @Test("What curl asked for is in the log, in the bucket, and joined to its connection")
    func accessLog() async throws {
        let target = try ScriptedTarget.echo()
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let port = try FreePorts.block(of: 1)
        let yaml = """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                attributes: {access_logs.s3.enabled: true, access_logs.s3.bucket: gate-logs}
                listeners:
                  - name: front
                    port: \(port)
                    protocol: HTTP
                    rules:
                      - priority: 5
                        conditions: [{field: path-pattern, values: [/gone]}]
                        actions: [{type: fixed-response, statusCode: 410}]
                    defaultActions: [{type: forward, targetGroup: app}]
            targetGroups:
              - {name: app, targets: [{id: 127.0.0.1, port: \(target.endpoint.port)}]}

            """
        let gate = try await Program.serve(state)
        let applied = try await Program.run("apply", try files.write(yaml, to: "gate.yaml"), "--state", state)
        #expect(applied.standardOutput.contains("In force"), Comment(rawValue: applied.standardError))
        for path in ["/here", "/gone"] {
            _ = try await runTool(
                "/usr/bin/curl",
                ["-sS", "-A", "forged\" 200 \"é", "http://127.0.0.1:\(port)\(path)"]
            )
        }
        func logs(_ arguments: String...) async throws -> [String] {
            let result = try await runTool(
                Program.path,
                ["logs", "--access", "--state", state] + arguments
            )
            return result.standardOutput.split(separator: "\n").map(String.init)
        }
        var lines: [String] = []
        while lines.count < 2 { lines = try await logs("--listener", "front") }
        #expect(lines.allSatisfy { $0.contains(#" "forged\x22 200 \x22\xC3\xA9" "#) })
        #expect(try await logs("--status", "2xx") == [lines[0]])
        #expect(try await logs("--status", "5xx").isEmpty)
        let gone = try #require(try await logs("--status", "410", "--format", "json").first)
        let object = try JSONSerialization.jsonObject(with: Data(gone.utf8)) as? [String: String]
        #expect(object?["matched_rule_priority"] == "5")
        #expect(object?["actions_executed"] == "fixed-response")
        let connections = try await Program.run("logs", "--state", state).standardOutput
        #expect(connections.contains(try #require(object?["conn_trace_id"])))

        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
        // Without a gate the file is still there.
        #expect(try await logs() == lines)
        let bucket = "\(state)/buckets/gate-logs/AWSLogs/000000000000/elasticloadbalancing/local"
        let names = try FileManager.default.subpathsOfDirectory(atPath: bucket).filter {
            $0.hasSuffix(".log.gz")
        }
        let kept = try await runTool("/usr/bin/env", ["gzip", "-dc"] + names.map { "\(bucket)/\($0)" })
            .standardOutput
        #expect(kept.split(separator: "\n").map(String.init).sorted() == lines.sorted())
    }
}
