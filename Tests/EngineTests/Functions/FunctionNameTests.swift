import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Functions whose host has a name.
@Suite("Names of functions' hosts", .ownThreads)
struct FunctionNameTests {
    @Test("A name is looked up before the change is in force, and connections outlive a change")
    func found() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let authority = "localhost:\(server.endpoint.port)"
        let gate = try await FunctionGate(server.group(id: FunctionGate.group, authority: authority))
        #expect(try gate.ask().hasPrefix("HTTP/1.1 200 "))
        #expect(server.invocations.first?.header("host") == authority)
        #expect(try await gate.health().function?.endpoint == server.endpoint)
        try await gate.run(server.group(id: FunctionGate.group, authority: authority, qualifier: "live"))
        #expect(try gate.ask().hasPrefix("HTTP/1.1 200 "))
        #expect(server.invocations.last?.requestLine.contains("Qualifier=live") == true)
        #expect(server.connectionCount == 1)
        await gate.engine.stop()
    }

    /// RFC 6761 6.4: `invalid` is never a name that anybody has.
    @Test("A name without an address is 502 and told, until a change brings one that has")
    func missing() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let gate = try await FunctionGate(
            server.group(id: FunctionGate.group, authority: "nobody.invalid:8080")
        )
        #expect(try gate.ask().hasPrefix("HTTP/1.1 502 "))
        #expect(try await gate.logged(1)["error"] == "LambdaConnectionError")
        let health = try await gate.health { $0.function?.lookupFailure != nil }
        #expect(health.healthy == 0 && health.total == 1 && health.function?.endpoint == nil)
        #expect(health.others.first?.state == .unhealthy)
        #expect(health.others.first?.description?.hasPrefix("nobody.invalid has no address: ") == true)
        try await gate.run(
            server.group(id: FunctionGate.group, authority: "localhost:\(server.endpoint.port)")
        )
        #expect(try gate.ask().hasPrefix("HTTP/1.1 200 "))
        await gate.engine.stop()
    }

    @Test("The last good address stays in use while a name is not found, and while it is among others")
    func memory() throws {
        let host = FunctionHost(try #require(BaseURL("https://fn.example.net")))
        let addresses = (1...3).map { IPAddress(v4: 0x0A00_0000 + $0) }
        #expect(host.endpoint == nil && !host.isSettled)
        host.move(to: [addresses[1], addresses[0]])
        #expect(host.endpoint == Endpoint(address: addresses[1], port: 443))
        host.note("Temporary failure in name resolution")
        #expect(host.endpoint?.address == addresses[1])
        #expect(host.health(isChecked: true).lookupFailure == "Temporary failure in name resolution")
        host.move(to: addresses)
        #expect(host.endpoint?.address == addresses[1])
        #expect(host.health(isChecked: true).lookupFailure == nil)
        host.move(to: [addresses[2]])
        #expect(host.endpoint?.address == addresses[2])
    }
}
