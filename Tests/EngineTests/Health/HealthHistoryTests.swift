import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// How checks add up to a state; with ELBv2's thresholds of 5 and 2.
@Suite("Health history", .ownThreads)
struct HealthHistoryTests {
    struct Course: Sendable, CustomTestStringConvertible {
        /// One letter a check: p passed, f failed, t timed out, i could not be made.
        let checks: String
        let state: HealthHistory.State

        var testDescription: String { "\(self.checks) is \(self.state)" }
    }

    /// Of one letter of a course.
    private static func outcome(_ letter: Character) -> CheckOutcome {
        switch letter {
        case "p": .passed
        case "t": .timedOut
        case "i": .impossible
        default: .failed
        }
    }

    static let courses = [
        Course(checks: "", state: .initial),
        Course(checks: "p", state: .healthy),
        Course(checks: "f", state: .initial),
        Course(checks: "ii", state: .initial),
        Course(checks: "fp", state: .healthy),
        Course(checks: "ff", state: .unhealthy),
        Course(checks: "pf", state: .healthy),
        Course(checks: "pfpf", state: .healthy),
        Course(checks: "pft", state: .unhealthy),
        Course(checks: "pfif", state: .unhealthy),
        Course(checks: "ffpppp", state: .unhealthy),
        Course(checks: "ffppppfp", state: .unhealthy),
        Course(checks: "ffppppp", state: .healthy),
    ]

    @Test("Checks add up", arguments: Self.courses)
    func course(_ course: Course) {
        var history = HealthHistory()
        var changes = 0
        for check in course.checks {
            if history.record(Self.outcome(check), thresholds: HealthCheck()) { changes += 1 }
        }
        #expect(history.state == course.state)
        #expect((changes == 0) == (course.state == .initial))
    }

    @Test(
        "The last checks are told as soon as one of them has failed, and thirty at most",
        arguments: [
            ("", nil), ("ppp", nil), ("pfi", "+x"), ("ppft", "++xx"),
            ("f" + String(repeating: "p", count: 29), "x" + String(repeating: "+", count: 29)),
            ("f" + String(repeating: "p", count: 30), nil),
            (String(repeating: "f", count: 40), String(repeating: "x", count: TargetChecks.kept)),
        ] as [(String, String?)]
    )
    func outcomes(checks: String, told: String?) {
        var history = HealthHistory()
        for check in checks {
            _ = history.record(Self.outcome(check), thresholds: HealthCheck())
        }
        #expect(history.outcomes == told)
    }

    @Test("An unhealthy target is told with the reason of its last failure")
    func reason() {
        var history = HealthHistory()
        _ = history.record(.timedOut, thresholds: HealthCheck())
        _ = history.record(.mismatched(503), thresholds: HealthCheck())
        let health = history.health(of: Endpoint(address: .loopback, port: 80))
        #expect(health.reason == .responseCodeMismatch)
        #expect(health.description == "Health checks failed with these codes: [503]")
    }

    @Test("A new target is registered, then checked, or cannot be checked")
    func beginnings() {
        let endpoint = Endpoint(address: .loopback, port: 80)
        var history = HealthHistory()
        #expect(history.health(of: endpoint).reason == .registrationInProgress)
        history.begin()
        #expect(history.health(of: endpoint).reason == .initialHealthChecking)
        _ = history.record(.impossible, thresholds: HealthCheck())
        #expect(history.health(of: endpoint).state == .unavailable)
        #expect(history.health(of: endpoint).reason == .internalError)
        _ = history.record(.passed, thresholds: HealthCheck())
        #expect(history.health(of: endpoint).state == .healthy)
    }
}
