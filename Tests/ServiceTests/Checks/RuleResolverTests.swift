import GRDB
import Model
import TestSupport
import Testing

@testable import Service

/// Rules from declaration to snapshot, and back from the database.
@Suite("Rules of listeners")
struct RuleResolverTests {
    private static func rule(
        _ priority: Int,
        path: String = "/api/*",
        _ action: DesiredAction = .forward(targetGroup: "app")
    ) -> DesiredRule {
        DesiredRule(priority: priority, conditions: [.pathPattern(values: [path])], actions: [action])
    }

    @Test("Rules are planned, served, stored, and the same the second time")
    func applied() async throws {
        let home = try TemporaryDirectory()
        let away = Redirect(host: "www.example.net", statusCode: .found)
        let wanted = try Declarations.edge().with {
            $0[listener: 1].rules = [
                Self.rule(20, path: "/hello", .fixedResponse(try Declarations.hello())),
                DesiredRule(
                    priority: 10,
                    conditions: [.pathPattern(values: ["/api/*"])],
                    actions: [.forward(targetGroup: "app")],
                    transforms: RuleTransforms(urlRewrite: Rewrite(regex: "^/api", replace: ""))
                ),
                Self.rule(30, path: "*", .redirect(away)),
            ]
            $0[listener: 2].defaultActions = [.redirect(away)]
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(try Declarations.edge())
            let receipt = try await gate.apply(wanted)
            #expect(
                receipt.plan.lines.map(\.description) == [
                    "change listener edge-8080: action forward app -> redirect 302",
                    "change listener inspect: add rule 10, add rule 20, add rule 30",
                ]
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let served = try #require(gate.plane.running?.listeners.first { $0.name == "inspect" })
        #expect(served.rules.map(\.priority) == [10, 20, 30])
        #expect(served.rules[0].conditions == [.pathPattern(values: ["/api/*"])])
        #expect(served.rules[0].action.targetGroupIDs.count == 1)
        #expect(served.rules[0].transforms.urlRewrite?.regex == "^/api")
        #expect(served.rules[2].action == .redirect(away))
        #expect(served.rules[2].transforms == .none)
        #expect(gate.plane.running?.listeners.first { $0.name == "edge-8080" }?.action == .redirect(away))
        #expect(try await gate.apply(wanted).plan.isEmpty)
        // A flip keeps them.
        _ = try await gate.flip("inspect", .off)
        let flipped = try #require(try await gate.listener("inspect"))
        #expect(flipped.rules.count == 3)

        let fewer = wanted.with {
            $0[listener: 1].rules = [Self.rule(10, path: "/v2/*"), Self.rule(40)]
        }
        let receipt = try await gate.apply(fewer)
        #expect(
            receipt.plan.lines.last?.description
                == "change listener inspect: mode off -> passthrough, change rule 10, add rule 40, "
                + "remove rule 20, remove rule 30"
        )
        let changed = try #require(try await gate.listener("inspect"))
        #expect(changed.rules[0].id == flipped.rules[0].id)
        await gate.service.stop(grace: .zero)
    }

    @Test("A group that only a rule forwards to is in use")
    func groupInUse() async throws {
        let gate = try await TestGate.started(
            try Declarations.edge().with {
                $0.targetGroups.append(
                    DesiredTargetGroup(name: "api", targets: [Target(id: .loopback, port: 9001)])
                )
                $0[listener: 1].rules = [Self.rule(1, .forward(targetGroup: "api"))]
            }
        )
        #expect(gate.plane.running?.targetGroups.allSatisfy(\.isUsed) == true)
        await gate.service.stop(grace: .zero)
    }

    @Test("Weights and stickiness are told, served and stored")
    func weighted() async throws {
        let home = try TemporaryDirectory()
        let forward = DesiredWeightedForward(
            groups: [
                DesiredWeightedForward.Group(targetGroup: "app", weight: 9),
                DesiredWeightedForward.Group(targetGroup: "next", weight: 0),
            ],
            stickinessSeconds: 60
        )
        let wanted = try Declarations.edge().with {
            $0.targetGroups.append(DesiredTargetGroup(name: "next", targets: []))
            $0[listener: 1].rules = [Self.rule(1, .weightedForward(forward))]
            $0[listener: 2].defaultActions = [.weightedForward(forward)]
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(try Declarations.edge())
            let lines = try await gate.apply(wanted).plan.lines.map(\.description)
            #expect(
                lines.contains(
                    "change listener edge-8080: action forward app -> forward app 9, next 0 sticky 60 s"
                )
            )
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let served = try #require(gate.plane.running?.listeners.first { $0.name == "edge-8080" })
        guard case .weightedForward(let groups, let seconds) = served.action else {
            Issue.record("no weighted forward: \(served.action)")
            return
        }
        #expect(groups.map(\.weight) == [9, 0])
        #expect(seconds == 60)
        // What gets nothing is not in use.
        let used = gate.plane.running?.targetGroups.filter(\.isUsed).map(\.id)
        #expect(used == [groups[0].id])
        #expect(try await gate.apply(wanted).plan.isEmpty)
        await gate.service.stop(grace: .zero)
    }

    struct WeightMistake: Sendable {
        let groups: [(String, Int)]
        var seconds: Int?
        let field: String
    }

    @Test(
        "Groups that cannot be divided between are refused",
        arguments: [
            WeightMistake(groups: [], field: "targetGroups"),
            WeightMistake(groups: (1...6).map { _ in ("app", 1) }, field: "targetGroups"),
            WeightMistake(groups: [("app", 1_000)], field: "targetGroups[0].weight"),
            WeightMistake(groups: [("app", 1), ("gone", 1)], field: "targetGroups[1].targetGroup"),
            WeightMistake(groups: [("app", 1), ("app", 2)], field: "targetGroups[1].targetGroup"),
            WeightMistake(groups: [("app", 0)], field: "targetGroups"),
            WeightMistake(groups: [("app", 1)], seconds: 604_801, field: "stickiness.durationSeconds"),
        ]
    )
    func weightsRefused(mistake: WeightMistake) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let forward = DesiredWeightedForward(
            groups: mistake.groups.map { DesiredWeightedForward.Group(targetGroup: $0.0, weight: $0.1) },
            stickinessSeconds: mistake.seconds
        )
        let wanted = try Declarations.edge().with {
            $0[listener: 2].defaultActions = [.weightedForward(forward)]
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "loadBalancers[0].listeners[2].defaultActions[0].\(mistake.field)")
        await gate.service.stop(grace: .zero)
    }

    struct Mistake: Sendable {
        let rules: [DesiredRule]
        let field: String
        let code: OperatorError.Code
        let words: String
    }

    @Test(
        "What is wrong names listener, rule and field, and changes nothing",
        arguments: [
            Mistake(
                rules: [Self.rule(0)],
                field: "[0].priority",
                code: .valueOutOfRange,
                words: "1–50000"
            ),
            Mistake(
                rules: [Self.rule(5), Self.rule(5)],
                field: "[1].priority",
                code: .priorityInUse,
                words: "Listener inspect has two rules with priority 5"
            ),
            Mistake(
                rules: [Self.rule(5), Self.rule(6, path: "api")],
                field: "[1].conditions[0].values[0]",
                code: .validationError,
                words: "Rule 6 of listener inspect"
            ),
            Mistake(
                rules: [Self.rule(5, .forward(targetGroup: "ap"))],
                field: "[0].actions[0].targetGroup",
                code: .targetGroupNotFound,
                words: "\"ap\""
            ),
            Mistake(
                rules: [Self.rule(5, .redirect(Redirect(protocol: "HTTP", statusCode: .found)))],
                field: "[0].actions[0].protocol",
                code: .validationError,
                words: "HTTPS to HTTP"
            ),
            Mistake(
                rules: [DesiredRule(priority: 5, conditions: [.pathPattern(values: ["/"])], actions: [])],
                field: "[0].actions",
                code: .validationError,
                words: "Rule 5 of listener inspect has 0 actions"
            ),
            Mistake(
                rules: [
                    DesiredRule(
                        priority: 5,
                        conditions: [.pathPattern(values: [], regexValues: ["(?=a)"])],
                        actions: [.forward(targetGroup: "app")]
                    )
                ],
                field: "[0].conditions[0].regexValues[0]",
                code: .validationError,
                words: "kind of group"
            ),
            Mistake(
                rules: [
                    DesiredRule(
                        priority: 5,
                        conditions: [.pathPattern(values: ["/"])],
                        actions: [.forward(targetGroup: "app")],
                        transforms: RuleTransforms(urlRewrite: Rewrite(regex: "a", replace: "$1"))
                    )
                ],
                field: "[0].transforms",
                code: .validationError,
                words: "url-rewrite.replace"
            ),
            Mistake(
                rules: [
                    DesiredRule(
                        priority: 5,
                        conditions: [.pathPattern(values: ["/"])],
                        actions: [.redirect(Redirect(host: "a.test", statusCode: .found))],
                        transforms: RuleTransforms(urlRewrite: Rewrite(regex: "a", replace: "b"))
                    )
                ],
                field: "[0].transforms",
                code: .validationError,
                words: "forwards to no target"
            ),
            Mistake(
                rules: (1...1_001).map { Self.rule($0) },
                field: "",
                code: .quotaExceeded,
                words: "at most 1000"
            ),
        ]
    )
    func refused(mistake: Mistake) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Declarations.edge().with { $0[listener: 1].rules = mistake.rules }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.code == mistake.code)
        let path = "loadBalancers[0].listeners"
        #expect(error?.subject == (mistake.field.isEmpty ? path : "\(path)[1].rules\(mistake.field)"))
        #expect(error?.message.contains(mistake.words) == true, "\(error?.message ?? "")")
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }

    /// The table is made again to widen a check; nothing that stands in it may get lost on the way.
    @Test("Listeners from before there were rules are taken over as they were")
    func migrated() throws {
        let home = try TemporaryDirectory()
        let queue = try DatabaseQueue(path: "\(home.path)/old.sqlite")
        try Migrations.migrator.migrate(queue, upTo: "targets 2 algorithms")
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO loadBalancer VALUES ('00000000000000aa', 'edge', 'application', '127.0.0.1');
                    INSERT INTO listener
                        (id, loadBalancer, name, port, protocol, mode, ignoreClientCertificateExpiry,
                         advertiseTrustStoreCaNames, action, statusCode, contentType, messageBody, changedIn)
                    VALUES ('00000000000000bb', '00000000000000aa', 'front', 8080, 'HTTP', 'off', 0, 0,
                        'fixed-response', 200, 'text/plain', 'hi', 7);
                    """
            )
        }
        try Migrations.migrator.migrate(queue)
        let state = try queue.read { try StateReader(database: $0).state() }
        let listener = try #require(state.configuration.listeners.first?.listener)
        #expect(listener.name == "front")
        #expect(listener.defaultAction == .fixedResponse(try Declarations.hello("hi")))
        #expect(listener.rules.isEmpty)
        #expect(state.listenersChangedIn[listener.id] == 7)
        // References still hold: a listener of no load balancer cannot be.
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: "DELETE FROM loadBalancer") }
        }
    }
}
