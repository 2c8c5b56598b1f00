import Model
import TestSupport
import Testing

@testable import sekisho

@Suite("Rules in a configuration file")
struct RuleReaderTests {
    /// A file whose only listener has these rules, indented by eight columns from line 7 on.
    private static func file(_ rules: String) -> String {
        """
        loadBalancers:
          - name: edge
            address: 127.0.0.1
            listeners:
              - port: 8080
                protocol: HTTP
                rules:
        \(rules.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n"))
                defaultActions: [{type: redirect, statusCode: HTTP_302, host: www.example.net, query: ""}]
        """
    }

    @Test("Every condition and action is read")
    func whole() throws {
        let text = Self.file(
            """
            - priority: 10
              conditions:
                - {field: host-header, values: [a.test, "*.b.test"]}
                - {field: path-pattern, values: [/api/*]}
                - {field: http-header, httpHeaderName: X-Env, values: [off]}
                - {field: http-request-method, values: [GET]}
                - {field: query-string, values: [{key: v, value: "1"}, {value: x}]}
                - {field: source-ip, values: [10.0.0.0/8]}
              actions: [{type: forward, targetGroup: app}]
            - {priority: 20, conditions: [], actions: [{type: fixed-response, statusCode: 404}]}
            - priority: 30
              conditions: []
              actions:
                - type: forward
                  targetGroups: [{targetGroup: blue, weight: 9}, {targetGroup: green, weight: 0}]
                  stickiness: {durationSeconds: 60}
            - priority: 40
              conditions: [{field: path-pattern, regexValues: ["^/v[0-9]+$"]}]
              actions: [{type: forward, targetGroup: app}]
              transforms:
                - {type: url-rewrite, regex: "^/v[0-9]+", replace: ""}
                - {type: host-header-rewrite, regex: a, replace: b}
            """
        )
        let desired = try ConfigurationFile.parse(text, path: "gate.yaml").desired
        let listener = try #require(desired.loadBalancers.first?.listeners.first)
        #expect(listener.rules.map(\.priority) == [10, 20, 30, 40])
        let groups = [("blue", 9), ("green", 0)].map {
            DesiredWeightedForward.Group(targetGroup: $0.0, weight: $0.1)
        }
        #expect(listener.rules[3].conditions == [.pathPattern(values: [], regexValues: ["^/v[0-9]+$"])])
        #expect(listener.rules[3].transforms.urlRewrite == Rewrite(regex: "^/v[0-9]+", replace: ""))
        #expect(listener.rules[3].transforms.hostHeaderRewrite == Rewrite(regex: "a", replace: "b"))
        #expect(
            listener.rules[2].actions == [
                .weightedForward(DesiredWeightedForward(groups: groups, stickinessSeconds: 60))
            ]
        )
        #expect(
            listener.rules[0].conditions == [
                .hostHeader(values: ["a.test", "*.b.test"]), .pathPattern(values: ["/api/*"]),
                .httpHeader(name: "X-Env", values: ["off"]), .httpRequestMethod(values: ["GET"]),
                .queryString(values: [QueryPattern(key: "v", value: "1"), QueryPattern(key: nil, value: "x")]
                ),
                .sourceIP(values: [try #require(AddressRange("10.0.0.0/8"))]),
            ]
        )
        #expect(listener.rules[0].actions == [.forward(targetGroup: "app")])
        #expect(
            listener.defaultActions == [
                .redirect(Redirect(host: "www.example.net", query: "", statusCode: .found))
            ]
        )
    }

    @Test(
        "What is wrong is told with line and field",
        arguments: [
            ("- {conditions: [], actions: []}", "priority", "has no priority"),
            ("- {priority: 50001, conditions: [], actions: []}", "priority", "outside 1–50000"),
            (
                "- {priority: 1, conditions: [{field: host, values: [a]}], actions: []}",
                "conditions[0].field", "host"
            ),
            (
                "- {priority: 1, conditions: [{field: http-header, values: [a]}], actions: []}",
                "conditions[0].httpHeaderName", "has no httpHeaderName"
            ),
            (
                "- {priority: 1, conditions: [{field: path-pattern, httpHeaderName: a, values: [/]}], actions: []}",
                "conditions[0].httpHeaderName", "http-header"
            ),
            (
                "- {priority: 1, conditions: [{field: source-ip, values: [10.0.0.1]}], actions: []}",
                "conditions[0].values[0]", "not a range"
            ),
            (
                "- {priority: 1, conditions: [{field: query-string, values: [a]}], actions: []}",
                "conditions[0].values[0]", "not a mapping"
            ),
            (
                "- {priority: 1, conditions: [], actions: [{type: forward, targetGroup: a, stickiness: {}}]}",
                "actions[0].stickiness", "only one"
            ),
            (
                "- {priority: 1, conditions: [], actions: [{type: forward, targetGroup: a, targetGroups: []}]}",
                "actions[0].targetGroup", "or targetGroups"
            ),
            (
                "- {priority: 1, conditions: [], "
                    + "actions: [{type: forward, targetGroups: [{targetGroup: a, weight: 1000}]}]}",
                "actions[0].targetGroups[0].weight", "outside 0–999"
            ),
            (
                "- {priority: 1, conditions: [{field: source-ip, regexValues: [a]}], actions: []}",
                "conditions[0].regexValues", "path-pattern"
            ),
            (
                "- {priority: 1, conditions: [], actions: [], transforms: [{type: url-rewrite, regex: a}]}",
                "transforms[0].replace", "has no replace"
            ),
            (
                "- {priority: 1, conditions: [], actions: [], transforms: "
                    + "[{type: url-rewrite, regex: a, replace: b}, {type: url-rewrite, regex: a, replace: b}]}",
                "transforms[1]", "two transforms"
            ),
            (
                "- {priority: 1, conditions: [], actions: [{type: redirect}]}",
                "actions[0].statusCode", "has no statusCode"
            ),
            (
                "- {priority: 1, conditions: [], actions: [{type: redirect, statusCode: 301}]}",
                "actions[0].statusCode", "301"
            ),
        ]
    )
    func mistakes(rule: String, field: String, words: String) throws {
        let error = #expect(throws: ConfigurationFileError.self) {
            try ConfigurationFile.parse(Self.file(rule), path: "gate.yaml")
        }
        let problem = try #require(error?.problems.first)
        #expect(problem.field == "loadBalancers[0].listeners[0].rules[0].\(field)")
        #expect(problem.line == 8)
        #expect("\(problem.message) \(problem.hint ?? "")".contains(words))
    }
}
