import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What the access log says of a function that gave no answer.
@Suite("Error reasons of functions", .ownThreads)
struct FunctionErrorReasonTests {
    private static let answers: [(answer: [UInt8], status: String, reason: String)] = [
        (FunctionServer.response("{}"), "502", "LambdaInvalidResponse"),
        (
            FunctionServer.response("{}", headers: ["X-Amz-Function-Error: Unhandled"]), "502",
            "LambdaUnhandled"
        ),
        (FunctionServer.response("{}", status: "403 Forbidden"), "502", "LambdaAccessDenied"),
        (FunctionServer.response("{}", status: "404 Not Found"), "502", "LambdaResourceNotFound"),
        (FunctionServer.response("{}", status: "429 Too Many Requests"), "502", "LambdaThrottling"),
        (FunctionServer.response("{}", status: "500 Error"), "502", "LambdaServiceException"),
        (FunctionServer.response("{}", status: "413 Too Large"), "413", "LambdaRequestTooLarge"),
        (
            FunctionServer.response(
                "{}",
                status: "400 Bad Request",
                headers: ["X-Amzn-ErrorType: InvalidRequestContentException"]
            ), "400", "LambdaBadRequest"
        ),
        (
            FunctionServer.response(
                "{}",
                status: "502 Bad Gateway",
                headers: ["X-Amzn-ErrorType: KMSAccessDeniedException"]
            ), "502", "LambdaKMSAccessDeniedException"
        ),
        (
            FunctionServer.response(String(repeating: " ", count: EngineLimits.functionResponseBytes + 1)),
            "502", "LambdaResponseTooLarge"
        ),
        (Array("no HTTP\r\n\r\n".utf8), "502", "LambdaConnectionError"),
    ]

    @Test("Each answer that is none has ALB's reason")
    func answers() async throws {
        for (answer, status, reason) in Self.answers {
            let server = try FunctionServer { _ in answer }
            let gate = try await FunctionGate(server.group(id: FunctionGate.group))
            #expect(try gate.ask().hasPrefix("HTTP/1.1 \(status) "))
            let line = try await gate.logged(1)
            #expect(line["status"] == status && line["error"] == reason)
            await gate.engine.stop()
        }
    }

    @Test(
        "Each request that no function can be given has ALB's reason",
        arguments: [
            (
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "400",
                "LambdaWebsocketNotSupported"
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "413",
                "LambdaRequestTooLarge"
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u{FF}\r\nConnection: close\r\n\r\n", "400",
                "LambdaBadRequest"
            ),
        ]
    )
    func requests(request: String, status: String, reason: String) async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let gate = try await FunctionGate(server.group(id: FunctionGate.group))
        // As Latin-1, which is not UTF-8.
        let answer = try gate.ask(request.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        let line = try await gate.logged(1)
        #expect(line["status"] == status && line["error"] == reason)
        #expect(server.invocations.isEmpty)
        await gate.engine.stop()
    }

    @Test("Nobody there is an error of the connection, and an answer has no reason")
    func connections() async throws {
        let gone = try ScriptedTarget { _ in }
        gone.refuseConnections()
        let server = try FunctionServer(returning: { _ in #"{"statusCode":404}"# })
        let gate = try await FunctionGate(server.group(id: FunctionGate.group, at: gone.endpoint))
        #expect(try gate.ask().hasPrefix("HTTP/1.1 502 "))
        #expect(try await gate.logged(1)["error"] == "LambdaConnectionError")
        try await gate.run(server.group(id: FunctionGate.group))
        #expect(try gate.ask().hasPrefix("HTTP/1.1 404 "))
        let line = try await gate.logged(2)
        #expect(line["error"] == "-" && line["targetStatus"] == "404")
        await gate.engine.stop()
    }
}
