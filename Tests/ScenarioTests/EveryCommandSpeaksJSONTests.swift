import Foundation
import TestSupport
import TestTraits
import Testing

/// `--output json` of every command, on a gate with something to show.
@Suite("Every command speaks JSON", .ownThreads)
struct EveryCommandSpeaksJSONTests {
    @Test("What is printed is an object, or one a line, of every command that shows something")
    func all() async throws {
        let gate = try await DemoGate()
        let status = try await self.objects(["status"], gate)
        let view = try #require(status.first)
        #expect(view["counters"] is [String: Any])
        let text = try await runTool(SekishoProgram.path, ["status", "--state", gate.state])
        let listener = String(try #require(text.standardOutput.firstMatch(of: /demo-\d+/)?.0))
        let port = try #require(listener.split(separator: "-").last)
        for _ in 0..<3 { _ = try await runTool("curl", ["-sk", "https://127.0.0.1:\(port)/"]) }
        let echo = try #require(text.standardOutput.firstMatch(of: /echo +\d+\/\d+/)).0
        #expect(!echo.isEmpty)

        let mode = ["mtls", listener, "passthrough"]
        #expect(try await self.objects(mode + ["--preview"], gate).count <= 1)
        let flip = try await self.objects(mode + ["--confirm-within", "10m"], gate)
        #expect(flip.first?["isRunning"] as? Bool == true)
        #expect(flip.first?["generation"] is Int)
        let attention = try await self.objects(["attention", "--seconds", "1"], gate)
        #expect(attention.contains { $0["level"] as? String == "trial" && $0["sentence"] is String })
        #expect(try await self.objects(["keep"], gate).first?["generation"] is Int)
        let changes = try await self.objects(["changes"], gate)
        #expect(changes.count >= 3)
        let number = try #require(changes.compactMap { $0["number"] as? Int }.dropFirst().first)
        #expect(try await self.objects(["undo", String(number)], gate).first?["plan"] is [String: Any])

        #expect(
            try await self.objects(["trust-store", "clients"], gate).first?["name"] as? String == "clients"
        )
        let root = "\(gate.state)/pki/rootCA_cert.pem"
        let bundle = ["trust-store", "clients", "replace-bundle", root]
        #expect(try await self.objects(bundle, gate).first?["generation"] is Int)
        #expect(try await self.objects(["logs"], gate).allSatisfy { $0["timestamp"] != nil })
        let verifying = try #require(Int(port)) + 2
        _ = try await runTool("curl", ["-sk", "https://127.0.0.1:\(verifying)/"])
        let counts = try await self.objects(["logs", "--count-by", "listener"], gate)
        #expect(counts.contains { $0["value"] as? String == listener && $0["count"] is Int })
        let causes = try await self.objects(["refusals"], gate)
        #expect(causes.contains { $0["reason"] as? String == "no-cert" && $0["record"] is String })
        let rates = try await self.objects(["rates", "--every", "1", "--count", "1"], gate)
        #expect(rates.count == 4 && rates.allSatisfy { $0["requests"] is Double })
        let detail = try await self.objects(["status", listener], gate)
        #expect((detail.first?["counters"] as? [String: Any])?["handshakes"] is Int)
        #expect((detail.first?["listener"] as? [String: Any])?["name"] as? String == listener)
        _ = try await self.objects(["clients", "--all"], gate)
        let certificate = ["explain", "--certificate", "\(gate.state)/pki/expired_cert.pem"]
        let explanation = try await self.objects(
            certificate + ["--trust-store", "clients"],
            gate,
            status: 3
        )
        #expect(explanation.first?["isAccepted"] as? Bool == false)
        let keys = try await runTool(
            SekishoProgram.path,
            ["keys", "--output", "json"],
            environment: SekishoProgram.environment()
        )
        #expect(try self.read(keys.standardOutput).contains { $0["command"] as? String == "filter" })
        #expect(try await self.objects(["paths"], gate).contains { $0["kind"] as? String == "state" })
        let theme = try await runTool(
            SekishoProgram.path,
            ["theme", "check", "night", "--output", "json"],
            environment: SekishoProgram.environment()
        )
        #expect(try self.read(theme.standardOutput).first?["isReadable"] as? Bool == true)

        let file = try gate.directory.write("loadBalancers: []\n", to: "empty.yaml")
        let plan = try await self.objects(["apply", file, "--dry-run"], gate)
        #expect(plan.first?["lines"] is [Any])
        let applied = try await self.objects(["apply", file], gate)
        #expect(applied.first?["plan"] is [String: Any])
    }

    private func objects(
        _ words: [String],
        _ gate: DemoGate,
        status: Int32 = 0
    ) async throws -> [[String: Any]] {
        let result = try await runTool(
            SekishoProgram.path,
            words + ["--output", "json", "--state", gate.state],
            environment: SekishoProgram.environment()
        )
        #expect(result.status == status, "\(words): \(result.standardError)")
        return try self.read(result.standardOutput)
    }

    /// Each line an object, or all of them together one.
    private func read(_ text: String) throws -> [[String: Any]] {
        if let whole = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] {
            return [whole]
        }
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any], "\(line)")
        }
    }
}
