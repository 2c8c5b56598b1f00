import Foundation
import Model
import TestSupport
import TestTraits
import Testing

/// Attributes from a file, through a running gate, as a client and a target that are not ours see them.
@Suite("Curl meets the attributes", .ownThreads)
struct CurlMeetsTheAttributesTests {
    @Test("What a file says of a load balancer is what curl gets")
    func attributes() async throws {
        let target = try ScriptedTarget.echo()
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let ports = try FreePorts.block(of: 2)
        func balancer(_ name: String, _ port: UInt16, _ attributes: String) -> String {
            """
              - name: \(name)
                address: 127.0.0.1
                attributes: {\(attributes)}
                listeners:
                  - {port: \(port), protocol: HTTP, defaultActions: [{type: forward, targetGroup: app}]}

            """
        }
        let yaml =
            "loadBalancers:\n"
            + balancer(
                "strict",
                ports,
                "routing.http.desync_mitigation_mode: strictest, routing.http.xff_client_port.enabled: true"
            )
            + balancer(
                "plain",
                ports + 1,
                "routing.http.preserve_host_header.enabled: true, routing.http.xff_header_processing.mode: remove"
            )
                + """
                targetGroups:
                  - {name: app, targets: [{id: 127.0.0.1, port: \(target.endpoint.port)}]}

                """
        let gate = try await Program.serve(state)
        let applied = try await Program.run("apply", try files.write(yaml, to: "gate.yaml"), "--state", state)
        #expect(applied.standardOutput.contains("In force"), Comment(rawValue: applied.standardError))

        func curl(_ port: UInt16, _ arguments: String...) async throws -> String {
            let url = "http://127.0.0.1:\(port)/"
            let result = try await runTool(
                "/usr/bin/curl",
                ["-sS", "-w", "%{http_code}"] + arguments + [url]
            )
            return result.standardOutput + result.standardError
        }
        let plain = try await curl(ports, "-H", "X-Forwarded-For: 192.0.2.1")
        #expect(plain.contains("X-Forwarded-For: 192.0.2.1, 127.0.0.1:"))
        #expect(plain.hasSuffix("200"))
        // A body with GET is read in two ways by somebody.
        let body = try await curl(ports, "-X", "GET", "-d", "body")
        #expect(body.hasSuffix("400"))
        let kept = try await curl(ports + 1, "-H", "X-Forwarded-For: 192.0.2.1", "-H", "Host: Edge.Test")
        #expect(kept.contains("Host: Edge.Test\r\n"))
        #expect(!kept.contains("X-Forwarded-For"))
        gate.signal(SIGTERM)
        #expect(await gate.status() == 0)
    }
}
