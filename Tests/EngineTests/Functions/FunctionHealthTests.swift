import Foundation
import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Functions that are checked, by a running engine whose seconds last 100 ms, and functions that are not.
@Suite("Health of functions", .ownThreads)
struct FunctionHealthTests {
    private static var check: HealthCheck {
        var check = HealthCheck.standardForFunctions
        check.path = "/up"
        check.intervalSeconds = 5
        check.timeoutSeconds = 4
        check.healthyThresholdCount = 2
        check.unhealthyThresholdCount = 2
        return check
    }

    private static var tuning: EngineTuning {
        var tuning = EngineTuning()
        tuning.healthCheckSecond = .milliseconds(100)
        return tuning
    }

    private static func answer(_ payload: String, _ framing: String) -> [UInt8] {
        switch framing {
        case "chunked":
            let chunk = "\(String(payload.utf8.count, radix: 16))\r\n\(payload)\r\n0\r\n\r\n"
            return Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)".utf8)
        case "interim":
            return Array("HTTP/1.1 103 Early Hints\r\n\r\n".utf8) + FunctionServer.response(payload)
        default:
            return FunctionServer.response(payload)
        }
    }

    @Test(
        "A check is an event of its own, and its answer's status is what counts",
        arguments: ["length", "chunked", "interim"]
    )
    func checked(framing: String) async throws {
        let status = Box(200)
        let server = try FunctionServer { _ in
            Self.answer(#"{"statusCode":\#(status.number.load(ordering: .relaxed))}"#, framing)
        }
        let gate = try await FunctionGate(
            server.group(id: FunctionGate.group, healthCheck: Self.check),
            tuning: Self.tuning
        )
        let healthy = try await gate.health { $0.healthy == 1 }
        #expect(healthy.healthy == 1 && healthy.total == 1 && healthy.others.isEmpty)
        #expect(healthy.function == FunctionHealth(endpoint: server.endpoint, isChecked: true))
        let event = try #require(server.invocations.first?.event)
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(event)) as? [String: Any])
        #expect(fields["headers"] as? [String: String] == ["user-agent": "ELB-HealthChecker/2.0"])
        #expect(fields["path"] as? String == "/up" && fields["httpMethod"] as? String == "GET")

        status.number.store(503, ordering: .relaxed)
        let sick = try await gate.health { $0.healthy == 0 }
        #expect(sick.others.first?.state == .unhealthy && sick.others.first?.target == server.endpoint)
        #expect(sick.others.first?.reason == .responseCodeMismatch)
        #expect(sick.checks?.first?.target == server.endpoint && sick.checks?.first?.since != nil)
        #expect(sick.others.first?.description == "Health checks failed with these codes: [503]")
        // There is no other function: it is invoked all the same.
        #expect(try gate.ask().hasPrefix("HTTP/1.1 503 "))
        status.number.store(200, ordering: .relaxed)
        #expect(try await gate.health { $0.healthy == 1 }.healthy == 1)
        await gate.engine.stop()
    }

    private final class Box: Sendable {
        let number: Atomic<Int>

        init(_ number: Int) {
            self.number = Atomic(number)
        }
    }

    @Test(
        "A function that fails is unhealthy, whatever else it says",
        arguments: [
            FunctionServer.response(#"{"statusCode":200}"#, headers: ["X-Amz-Function-Error: Unhandled"]),
            FunctionServer.response(#"{"statusCode":200}"#, status: "429 Too Many Requests"),
            FunctionServer.response("{}"),
            Array("HTTP/1.1 101 Switching Protocols\r\n\r\n".utf8),
        ]
    )
    func failing(answer: [UInt8]) async throws {
        try await self.expect(.failedHealthChecks, of: answer)
    }

    @Test("A function whose answer lacks a byte is waited for, and then unhealthy")
    func incomplete() async throws {
        try await self.expect(.timeout, of: FunctionServer.response(#"{"statusCode":200}"#).dropLast())
    }

    private func expect(_ reason: TargetHealth.Reason, of answer: [UInt8]) async throws {
        let server = try FunctionServer { _ in answer }
        let gate = try await FunctionGate(
            server.group(id: FunctionGate.group, healthCheck: Self.check),
            tuning: Self.tuning
        )
        let sick = try await gate.health { $0.others.first?.state == .unhealthy }
        #expect(sick.others.first?.reason == reason && sick.healthy == 0)
        await gate.engine.stop()
    }

    @Test("A function behind TLS is checked as it is invoked", arguments: [true, false])
    func secure(isTrusted: Bool) async throws {
        let pki = try TestPKI()
        let server = try FunctionServer(over: pki.served(.off), returning: { _ in #"{"statusCode":200}"# })
        let anchors = [(isTrusted ? pki.root : pki.otherRoot).certificatePEM]
        let gate = try await FunctionGate(
            server.group(
                id: FunctionGate.group,
                tls: ServedTargetTLS(
                    verification: ServedTargetTLS.Verification(anchors: anchors, serverName: "localhost")
                ),
                healthCheck: Self.check
            ),
            tuning: Self.tuning
        )
        if isTrusted {
            #expect(try await gate.health { $0.healthy == 1 }.healthy == 1)
        } else {
            let sick = try await gate.health { $0.others.first?.state == .unhealthy }
            #expect(
                sick.others.first?.description
                    == "Health checks failed: \(TargetTLSFailure.untrusted.sentence)"
            )
            #expect(server.invocations.isEmpty)
        }
        await gate.engine.stop()
    }

    @Test("Nobody checks a function that is not to be checked, and that is told")
    func unchecked() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let gate = try await FunctionGate(server.group(id: FunctionGate.group), tuning: Self.tuning)
        #expect(try gate.ask().hasPrefix("HTTP/1.1 200 "))
        let health = try await gate.health()
        #expect(health.healthy == 1 && health.total == 1 && health.function?.isChecked == false)
        #expect(server.invocations.count == 1)
        await gate.engine.stop()
    }
}
