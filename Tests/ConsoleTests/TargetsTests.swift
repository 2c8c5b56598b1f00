import Model
import Testing

@testable import Console

/// Targets are drained and restored by keys, and what remains of them is said before.
@Suite("Targets by hand")
struct TargetsTests {
    private static let view = Sample.view(health: Sample.health)

    private static func opened(_ key: Key, view: GateView = view, marking: Int = 0) -> ScreenDriver {
        var driver = ScreenDriver.live(page: .targets, view: view)
        driver.press(.character("!"))
        for _ in 0..<marking { driver.press(.character(" ")) }
        driver.press(key)
        driver.advance(400)
        _ = driver.takeEffects()
        return driver
    }

    @Test("d asks, says what stays in use, and drains by Enter on its button only")
    func drain() {
        var driver = Self.opened(.character("d"))
        #expect(driver.contains("Drain 10.0.0.11:9000") || driver.contains("Drain 10.0.1.11:9000"))
        #expect(driver.contains("1 of 3 targets stay healthy"))
        #expect(driver.contains("sekisho target api-v2 10.0.1.11:9000 drain"))
        driver.press(.enter)
        #expect(driver.state.dialogue == nil)
        #expect(driver.takeDeeds() == [])

        driver = Self.opened(.character("d"))
        driver.press(.right, .enter)
        let change = TargetOverride(
            targetGroup: "api-v2",
            target: Sample.api.targets[0].endpoint,
            action: .drain
        )
        #expect(driver.takeDeeds() == [.request(driver.state.lastRequest, .targets([change]))])
        let receipt = ChangeReceipt(generation: 13, plan: Plan(lines: []))
        driver.send(.reply(driver.state.lastRequest, .success(.receipt(receipt))))
        #expect(driver.state.dialogue == nil)
        #expect(driver.message.contains("draining: nothing new goes there (generation 13)"))
    }

    @Test("The last healthy target needs the group's name")
    func last() {
        let health = [
            Sample.api.id: TargetGroupHealth(
                healthy: 1,
                total: 3,
                others: Sample.api.targets.dropFirst().map {
                    TargetHealth(target: $0.endpoint, state: .unhealthy, reason: .timeout)
                }
            )
        ]
        var driver = Self.opened(.character("d"), view: Sample.view(health: health))
        #expect(driver.contains("NO healthy target would be left of 3"))
        driver.type("api-v")
        driver.press(.enter, .tab, .tab, .enter)
        #expect(driver.takeDeeds() == [])
        #expect(driver.contains("type api-v2 to go on"))
        driver.press(.tab)
        driver.type("2")
        driver.press(.enter, .enter)
        #expect(driver.takeDeeds().count == 1)
    }

    @Test("Marked targets are drained together, and a failure stays in the dialogue")
    func marked() {
        var driver = Self.opened(.character("d"), marking: 3)
        #expect(driver.contains("Drain 3 targets"))
        #expect(driver.contains("NO healthy target"))
        driver.type("api-v2")
        driver.press(.enter, .enter)
        guard case .request(let number, .targets(let changes)) = driver.takeDeeds().last else {
            Issue.record("nothing was asked for")
            return
        }
        #expect(changes.map(\.target) == Sample.api.targets.map(\.endpoint))
        let error = OperatorError(.validationError, subject: "x", message: "No such target.", hint: nil)
        driver.send(.reply(number, .failure(error)))
        #expect(driver.contains("No such target."))
        #expect(driver.state.dialogue != nil)
    }

    @Test("What is drained shows how far it is, and r restores it")
    func restore() {
        let view = Sample.view(groups: [Sample.drained], health: Sample.draining(secondsLeft: 72))
        var driver = ScreenDriver.live(page: .targets, view: view)
        driver.press(.down)
        #expect(driver.contains("drain 72 s"))
        #expect(driver.contains("72 s of 300 s left"))
        driver.press(.character("d"))
        #expect(driver.message.contains("is drained already"))
        driver.press(.character("!"), .character("r"))
        driver.advance(400)
        #expect(driver.contains("sekisho target api-v2 10.0.1.12:9000 restore"))
        driver.press(.right, .enter)
        guard case .request(_, .targets(let changes)) = driver.takeDeeds().last else {
            Issue.record("nothing was asked for")
            return
        }
        #expect(changes.map(\.action) == [.restore])
    }

    @Test("A function is told by its name and place, and neither it nor what has left can be drained")
    func function() {
        let view = Sample.view(groups: [Sample.api, Sample.lambda], health: Sample.functionHealth)
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40), page: .targets, view: view)
        driver.press(.character("!"), .end)
        #expect(driver.contains("function resize"))
        #expect(driver.contains("https://fn.example.net"))
        #expect(driver.contains("not found any more: server failure"))
        #expect(driver.contains("3; the last: a certificate of the target's"))
        driver.press(.character("d"))
        #expect(driver.message.contains("function resize is no registered target"))
        driver.press(.up, .character("d"))
        #expect(driver.message.contains("10.0.1.9:9000 is no registered target"))
        // Marked beside members, they are left alone.
        driver.press(.home, .character(" "), .end, .character(" "), .character("d"))
        #expect(driver.contains("sekisho target api-v2 10.0.1.11:9000 drain"))
        #expect(!driver.contains("sekisho target thumbnails"))
    }

    @Test("A target that is down says since when and what its last checks came to")
    func checks() {
        let view = Sample.view(groups: [Sample.api], health: Sample.functionHealth)
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40), page: .targets, view: view)
        driver.press(.down)
        #expect(driver.contains("DOWN (unhealthy)  since 13:56:10Z (9 min)"))
        #expect(driver.contains("++++++++++++xxxxxxxxxxxxxxxxxx"))
        driver.enter(filter: "since<1h")
        #expect(driver.state.targets.count == 1)
        driver.press(.escape)
        driver.enter(filter: "checks:*x*")
        #expect(driver.state.targets.count == 2)
    }

    @Test("A target that has left its group while it was asked about is not touched")
    func gone() {
        var driver = Self.opened(.character("d"))
        let empty = TargetGroup(id: Sample.api.id, name: "api-v2", protocol: .http, targets: [])
        driver.send(.view(Sample.view(generation: 13, groups: [empty], health: [:])))
        #expect(driver.state.dialogue == nil)
        #expect(driver.message.contains("nothing was done"))
    }

    @Test("Of several, those before the one that failed are told")
    func partly() async {
        let gate = FakeControlPlane(Self.view)
        gate.failsTargets(from: 1)
        let changes = Sample.api.targets.map {
            TargetOverride(targetGroup: "api-v2", target: $0.endpoint, action: .drain)
        }
        let error = await #expect(throws: OperatorError.self) {
            try await gate.setTargets(changes, by: Author(name: "ana", via: "console"))
        }
        #expect(error?.message.hasPrefix("1 of 3 targets were changed, not 10.0.1.12:9000: ") == true)
    }
}
