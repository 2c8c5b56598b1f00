import HTTP
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// HTTP/2 towards targets over TLS, where it must be agreed on.
@Suite("HTTP/2 targets over TLS", .ownThreads)
struct TargetTLSHTTP2Tests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func run(
        _ target: Endpoint,
        _ version: TargetGroup.ProtocolVersion
    ) async throws -> (engine: RunningEngine, group: ResourceID, endpoint: Endpoint) {
        // No check comes while a test counts connections.
        let engine = RunningEngine(workers: 1, healthCheckSecond: .seconds(10_000))
        let id = ResourceID.random()
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: .forward(targetGroupID: id, targets: [target])
        )
        let group = TargetTLSTests.Gate.served(id, target, ServedTargetTLS(), version)
        try await engine.run([listener], targetGroups: [group])
        return (engine, id, try engine.endpoint(listener))
    }

    @Test("Requests go through whole, on one connection, and say that they came by TLS")
    func roundTrip() async throws {
        let target = try HTTP2Target(tls: self.pki.served(.off)) { request in
            HTTP2Target.Reply(body: Array("got ".utf8) + request.body)
        }
        let (engine, _, endpoint) = try await self.run(target.endpoint, .http2)
        let client = try HTTP2Client(to: endpoint)
        for _ in 0..<3 {
            let stream = try client.request(HTTP2Client.fields("POST", "/a"), ends: false)
            try client.send(HTTP2Client.frame(0, flags: 1, stream: stream, Array("hello".utf8)))
            #expect(client.answers([stream])[stream]?.text == "got hello")
        }
        #expect(target.requests.map(\.body) == Array(repeating: Array("hello".utf8), count: 3))
        #expect(target.connectionCount == 1)
        await engine.stop()
    }

    @Test(
        "A target that does not agree on HTTP/2 is 502",
        arguments: [TargetGroup.ProtocolVersion.http2, .grpc]
    )
    func disagreement(version: TargetGroup.ProtocolVersion) async throws {
        let tls = self.pki.served(.off)
        let target = try SecureTarget.echo(
            ServedTLS(
                certificateChain: tls.certificateChain,
                privateKey: tls.privateKey,
                clientPolicy: .off,
                offersHTTP2: false
            )
        )
        let (engine, group, endpoint) = try await self.run(target.endpoint, version)
        let client = try HTTP2Client(to: endpoint)
        let stream = try client.request(HTTP2Client.fields("POST", "/a"))
        #expect(client.answers([stream])[stream]?.text.contains("502 Bad Gateway") == true)
        let errors = engine.engine.counters().targetGroups?[group]?.tlsErrors
        #expect(errors?.map(\.lastFailure) == [.noHTTP2])
        await engine.stop()
    }
}
