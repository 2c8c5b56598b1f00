import Model
import TestSupport
import Testing

@testable import sekisho

/// Target groups of type `lambda` in a configuration file.
@Suite("Functions in a file")
struct FunctionReaderTests {
    private func group(_ yaml: String, in directory: String = "") throws -> DesiredTargetGroup? {
        try ConfigurationFile.parse("targetGroups:\n  - \(yaml)\n", path: "\(directory)/gate.yaml")
            .desired.targetGroups.first
    }

    @Test("A function is read with all it may have")
    func whole() throws {
        let directory = try TemporaryDirectory()
        try directory.write("[ci]\naws_access_key_id = A\n", to: "credentials")
        let group = try #require(
            try self.group(
                """
                {name: fn, targetType: lambda, function: {name: orders, baseURL: "http://127.0.0.1:8080",
                     qualifier: live, region: eu-central-1, credentials: {file: credentials, profile: ci}},
                     attributes: {lambda.multi_value_headers.enabled: true}}
                """,
                in: directory.path
            )
        )
        let function = try #require(group.function)
        #expect(function.name == "orders" && function.baseURL == "http://127.0.0.1:8080")
        #expect(function.qualifier == "live" && function.region == "eu-central-1")
        guard case .file(let file, let profile) = function.credentials else {
            Issue.record("no file of credentials")
            return
        }
        #expect(file.path == "credentials" && file.text.revealed.hasPrefix("[ci]") && profile == "ci")
        #expect(group.attributes?.usesMultiValueHeaders == true)
        #expect(group.targets.isEmpty && group.healthCheck == nil)
    }

    @Test("A function's own defaults are those of its checks, and they have neither protocol nor port")
    func healthCheck() throws {
        let function = #"function: {name: f, baseURL: "https://fn.example.net"}"#
        let group = try self.group("{name: f, targetType: lambda, \(function), healthCheck: {path: /up}}")
        let check = try #require(group?.healthCheck)
        #expect(check.path == "/up" && check.intervalSeconds == 35 && check.timeoutSeconds == 30)
        #expect(check.healthyThresholdCount == 5 && check.unhealthyThresholdCount == 5)
        for (key, value) in [("protocol", "TCP"), ("port", "8080"), ("port", "traffic-port")] {
            let error = try #require(throws: ConfigurationFileError.self) {
                _ = try self.group(
                    "{name: f, targetType: lambda, \(function), healthCheck: {\(key): \(value)}}"
                )
            }
            #expect(error.problems.map(\.line) == [2])
            #expect(error.problems.first?.hint == "Remove \(key).")
        }
    }

    @Test("Credentials may be the environment's")
    func environment() throws {
        let group = try self.group(
            "{name: fn, targetType: lambda, function: {name: f, baseURL: x, credentials: environment}}"
        )
        #expect(group?.function?.credentials == .environment)
    }

    @Test(
        "What is no function is refused at its line, by its name",
        arguments: [
            ("{name: f, targetType: lambda}", "has no function"),
            ("{name: f, targetType: lambda, function: [{name: a}, {name: b}]}", "has one function"),
            ("{name: f, targetType: lambda, function: {name: a, baseURL: b}, targets: []}", "has one target"),
            (
                "{name: f, targetType: lambda, function: {name: a, baseURL: b}, protocol: HTTP}",
                "has one target"
            ),
            (
                "{name: f, targets: [], function: {name: a, baseURL: b}}",
                "is for target groups of type lambda"
            ),
            ("{name: f, targetType: lambda, function: {name: a}}", "has no baseURL"),
            ("{name: f, targetType: lambda, function: {name: a, baseURL: b, arn: c}}", "arn is not a key"),
            (
                "{name: f, targetType: lambda, function: {name: a, baseURL: b, credentials: mine}}",
                "neither environment"
            ),
            (
                "{name: f, targetType: lambda, function: {name: a, baseURL: b, credentials: {profile: c}}}",
                "has no file"
            ),
            (
                "{name: f, targetType: lambda, function: {name: a, baseURL: b, credentials: {file: gone}}}",
                "gone cannot be read"
            ),
            ("{name: f, targetType: instance, targets: []}", "targetType is \"instance\""),
        ]
    )
    func refused(yaml: String, message: String) throws {
        let error = try #require(throws: ConfigurationFileError.self) { _ = try self.group(yaml) }
        #expect(error.problems.contains { $0.message.contains(message) }, "\(error.problems)")
        #expect(error.problems.allSatisfy { $0.line == 2 })
    }
}
