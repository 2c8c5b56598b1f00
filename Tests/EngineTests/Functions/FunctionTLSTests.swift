import Model
import Synchronization
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Functions that are invoked over TLS; whoever cannot show the right certificate hears of no request.
@Suite("Functions over TLS", .ownThreads)
struct FunctionTLSTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private func verifying(_ name: String?, anchors: [String]? = nil) -> ServedTargetTLS {
        ServedTargetTLS(
            verification: ServedTargetTLS.Verification(
                anchors: anchors ?? [self.pki.root.certificatePEM],
                serverName: name
            )
        )
    }

    private func shown(_ certificate: IssuedCertificate) -> ServedTLS {
        ServedTLS(
            certificateChain: certificate.chainPEM,
            privateKey: certificate.privateKey,
            clientPolicy: .off
        )
    }

    @Test("Invocations go over TLS, and share a connection that a change of something else does not end")
    func roundTrip() async throws {
        let server = try FunctionServer(
            over: self.pki.served(.off),
            returning: { #"{"statusCode":200,"body":"\#($0.event.count)"}"# }
        )
        let authority = "localhost:\(server.endpoint.port)"
        let tls = self.verifying("localhost")
        let gate = try await FunctionGate(
            server.group(id: FunctionGate.group, authority: authority, tls: tls)
        )
        let body = String(repeating: "a", count: 300_000)
        let request =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
        #expect(try gate.ask(request).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try await gate.logged(1)["error"] == "-")
        try await gate.run(
            server.group(id: FunctionGate.group, authority: authority, tls: tls, qualifier: "live")
        )
        #expect(try gate.ask().hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(server.invocations.count == 2 && server.connectionCount == 1)
        #expect(server.invocations.first?.header("host") == authority)
        #expect((server.invocations.first?.event.count ?? 0) > body.utf8.count)
        #expect(try await gate.health().tlsErrors == nil)
        await gate.engine.stop()
    }

    @Test(
        "A server that cannot be verified is 502 with its reason, and is sent nothing",
        arguments: [TargetTLSFailure.untrusted, .wrongName, .expired]
    )
    func unverified(flaw: TargetTLSFailure) async throws {
        var request = self.pki.request(commonName: "localhost")
        request.extendedKeyUsage = [.serverAuth]
        request.dnsNames = [flaw == .wrongName ? "other.example.net" : "localhost"]
        if flaw == .expired {
            request.notBefore = TestPKI.days(-20, from: self.pki.now)
            request.notAfter = TestPKI.days(-10, from: self.pki.now)
        }
        let issuer = flaw == .untrusted ? self.pki.otherRoot : self.pki.root
        let server = try FunctionServer(
            over: self.shown(try issuer.issue(request)),
            returning: { _ in #"{"statusCode":200}"# }
        )
        try await self.expect(
            flaw,
            of: server.group(
                id: FunctionGate.group,
                authority: "localhost:\(server.endpoint.port)",
                tls: self.verifying("localhost")
            )
        )
        #expect(server.invocations.isEmpty)
    }

    @Test("A server without TLS is 502 with its reason, and is sent nothing")
    func clearText() async throws {
        let heard = Mutex<[UInt8]>([])
        let target = try ScriptedTarget { socket in
            let bytes = try socket.receive()
            heard.withLock { $0 += bytes }
        }
        let server = try FunctionServer(returning: { _ in "" })
        try await self.expect(
            .closed,
            of: server.group(
                id: FunctionGate.group,
                at: target.endpoint,
                tls: self.verifying("localhost")
            )
        )
        #expect(!String(decoding: heard.withLock { $0 }, as: UTF8.self).contains("secret"))
    }

    private func expect(_ failure: TargetTLSFailure, of group: ServedTargetGroup) async throws {
        let gate = try await FunctionGate(group)
        let answer = try gate.ask(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"
        )
        #expect(answer.hasPrefix("HTTP/1.1 502 "))
        let line = try await gate.logged(1)
        #expect(line["status"] == "502" && line["targetStatus"] == "-")
        #expect(line["error"] == "LambdaConnectionError")
        #expect(try await gate.health().tlsErrors?.first?.lastFailure == failure)
        await gate.engine.stop()
    }

    @Test("A server that is silent in its handshake is 504, with the reason")
    func silent() async throws {
        let silent = try ScriptedTarget { socket in
            while try !socket.receive().isEmpty {}
        }
        let server = try FunctionServer(returning: { _ in "" })
        var tuning = EngineTuning()
        tuning.connectTimeout = .milliseconds(300)
        let gate = try await FunctionGate(
            server.group(id: FunctionGate.group, at: silent.endpoint, tls: self.verifying("localhost")),
            tuning: tuning
        )
        #expect(try gate.ask().hasPrefix("HTTP/1.1 504 "))
        #expect(try await gate.logged(1)["error"] == "LambdaConnectionTimeout")
        await gate.engine.stop()
    }

    @Test("A URL of https that nothing verifies is not served at all")
    func unguarded() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        for tls in [ServedTargetTLS(), self.verifying("localhost", anchors: [])] {
            await #expect(throws: OperatorError.self) {
                _ = try await FunctionGate(server.group(id: FunctionGate.group, tls: tls))
            }
        }
    }
}
