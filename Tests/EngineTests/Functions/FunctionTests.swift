import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Requests that a function answers, through the engine.
@Suite("Functions", .ownThreads)
struct FunctionTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private static let group = ResourceID(bits: 0x6B4E_CAE2_63D5_4E74)

    /// An engine whose one listener forwards to the function.
    private func run(
        _ group: ServedTargetGroup,
        tls: ServedTLS? = nil,
        tuning: EngineTuning = EngineTuning(),
        attributes: LoadBalancerAttributes = .standard
    ) async throws -> (RunningEngine, Endpoint) {
        let engine = RunningEngine(workers: 1, tuning: tuning)
        let listener = ServedListener.test(
            tls: tls,
            action: .forward(targetGroupID: Self.group, targets: []),
            attributes: attributes
        )
        try await engine.run([listener], targetGroups: [group])
        return (engine, try engine.endpoint(listener))
    }

    /// A function that answers with the event it was given.
    private static func mirror() throws -> FunctionServer {
        try FunctionServer { invocation in
            let body = Data(invocation.event).base64EncodedString()
            return #"{"statusCode":200,"isBase64Encoded":true,"headers":{"X-Fn":"1"},"body":"\#(body)"}"#
        }
    }

    private func event(_ response: String) throws -> [String: Any] {
        let body = try #require(response.range(of: "\r\n\r\n").map { response[$0.upperBound...] })
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    private func ask(_ endpoint: Endpoint, _ request: String) throws -> String {
        let client = try RawSocket(to: endpoint)
        try client.send(request)
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    @Test("A request is invoked as documented, and the answer becomes the response")
    func roundTrip() async throws {
        let server = try Self.mirror()
        let (engine, endpoint) = try await self.run(
            server.group(id: Self.group, name: "orders-7", qualifier: "live")
        )
        let response = try self.ask(
            endpoint,
            "POST /orders?page=2 HTTP/1.1\r\nHost: Edge.example.net\r\nContent-Type: application/json\r\n"
                + "Content-Length: 7\r\nConnection: close\r\n\r\n{\"n\":1}"
        )
        #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(response.contains("\r\nX-Fn: 1\r\n"))
        let invocation = try #require(server.invocations.first)
        #expect(
            invocation.requestLine
                == "POST /2015-03-31/functions/orders-7/invocations?Qualifier=live HTTP/1.1"
        )
        #expect(invocation.header("host") == "\(server.endpoint)")
        #expect(invocation.header("x-amz-invocation-type") == "RequestResponse")
        #expect(invocation.header("content-type") == "application/json")
        #expect(invocation.header("authorization") == nil)
        let event = try self.event(response)
        #expect(event["httpMethod"] as? String == "POST")
        #expect(event["path"] as? String == "/orders")
        #expect(event["body"] as? String == "{\"n\":1}")
        let headers = try #require(event["headers"] as? [String: String])
        #expect(headers["x-forwarded-for"] == "127.0.0.1")
        #expect(headers["x-forwarded-proto"] == "http")
        #expect(headers["x-forwarded-port"] == "\(endpoint.port)")
        #expect(headers["x-amzn-trace-id"]?.hasPrefix("Root=1-") == true)
        #expect(headers["host"] == "edge.example.net:\(endpoint.port)")
        await engine.stop()
    }

    @Test("Requests of one connection, and of several, share connections to the function")
    func keepAlive() async throws {
        let server = try Self.mirror()
        let (engine, endpoint) = try await self.run(server.group(id: Self.group))
        let client = try RawSocket(to: endpoint)
        for number in 0..<3 {
            try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try client.receive(until: "\r\n\r\n")
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }?.dropFirst(
                16
            )
            let body = try client.receive(exactly: Int(length ?? "") ?? 0)
            #expect(String(decoding: body, as: UTF8.self).contains("\"path\":\"/\(number)\""))
        }
        // Pipelined behind a body in chunks, whose event has none of its framing.
        try client.send(
            "POST /c HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        let rest = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(rest.contains("\"body\":\"abc\"") && rest.contains("\"path\":\"/last\""))
        #expect(!rest.contains("\"transfer-encoding\""))
        #expect(server.invocations.count == 5)
        #expect(server.connectionCount == 1)
        await engine.stop()
    }

    @Test("HEAD gets the head of the answer, and the next request its own")
    func head() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200,"body":"12345"}"# })
        let (engine, endpoint) = try await self.run(server.group(id: Self.group))
        let response = try self.ask(
            endpoint,
            "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        #expect(response.components(separatedBy: "Content-Length: 5\r\n\r\n").count == 3)
        #expect(response.hasSuffix("\r\n\r\n12345"))
        #expect(response.components(separatedBy: "12345").count == 2)
        await engine.stop()
    }

    /// The scenario of the project: the function sees who called, and nobody can pretend to.
    @Test("The function gets the identity of the handshake, in verify and passthrough, and no forged one")
    func identity() async throws {
        for (policy, count) in [(self.pki.verification(), 5), (ClientPolicy.passthrough, 1), (.off, 0)] {
            let server = try Self.mirror()
            let (engine, endpoint) = try await self.run(
                server.group(id: Self.group),
                tls: self.pki.served(policy)
            )
            let client = try SecureClient(to: endpoint, context: self.pki.context(self.pki.client(.valid)))
            try client.send(
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-Amzn-Mtls-Clientcert-Subject: CN=forged\r\n"
                    + "x_amzn_mtls_clientcert: forged\r\nX-AMZN-MTLS-CLIENTCERT: forged\r\nConnection: close\r\n\r\n"
            )
            let response = client.receiveToEnd()
            #expect(!response.contains("forged"))
            let headers = try #require(try self.event(response)["headers"] as? [String: String])
            let names = headers.keys.filter { $0.hasPrefix("x-amzn-mtls-") }
            #expect(names.count == count)
            if policy.mode == .verify {
                #expect(headers["x-amzn-mtls-clientcert-subject"]?.contains("CN=") == true)
            }
            #expect(headers["x-forwarded-proto"] == "https")
            await engine.stop()
        }
    }

    @Test("Clients of HTTP/2 are answered by functions too")
    func http2() async throws {
        let server = try Self.mirror()
        let (engine, endpoint) = try await self.run(
            server.group(id: Self.group),
            tls: self.pki.served(self.pki.verification())
        )
        let client = try HTTP2Client(to: endpoint, self.pki.client(.valid))
        let stream = try client.request(
            HTTP2Client.fields("POST", "/two?a=b") + [("content-type", "text/plain")],
            ends: false
        )
        try client.send(HTTP2Client.frame(0, stream: stream, Array("hel".utf8)))
        try client.send(HTTP2Client.frame(0, flags: 1, stream: stream, Array("lo".utf8)))
        let answer = try #require(client.answers([stream])[stream])
        #expect(answer.text.contains("\"path\":\"/two\"") && answer.text.contains("\"body\":\"hello\""))
        #expect(answer.text.contains("\"x-amzn-mtls-clientcert-leaf\":"))
        await engine.stop()
    }

    @Test("A body of the limit arrives whole, one beyond it is answered 413 however it comes")
    func requestSizes() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let (engine, endpoint) = try await self.run(server.group(id: Self.group))
        let limit = EngineLimits.functionRequestBytes
        let body = String(repeating: "a", count: limit)
        let head = { (fields: String) in
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nConnection: close\r\n\(fields)\r\n\r\n"
        }
        #expect(
            try self.ask(endpoint, head("Content-Length: \(limit)") + body).hasPrefix("HTTP/1.1 200 ")
        )
        #expect((server.invocations.first?.event.count ?? 0) > limit)
        #expect(try self.ask(endpoint, head("Content-Length: \(limit + 1)")).hasPrefix("HTTP/1.1 413 "))
        let chunk = "\(String(limit / 2 + 1, radix: 16))\r\n\(body.prefix(limit / 2 + 1))\r\n"
        let client = try RawSocket(to: endpoint)
        try client.send(head("Transfer-Encoding: chunked") + chunk + chunk)
        #expect(try client.receive(until: "\r\n").hasPrefix("HTTP/1.1 413 "))
        #expect(server.invocations.count == 1)
        await engine.stop()
    }

    @Test("An answer of the limit is passed on whole, one beyond it is answered 502 however it comes")
    func responseSizes() async throws {
        let limit = EngineLimits.functionResponseBytes
        let payload: @Sendable (Int) -> String = { count in
            let frame = #"{"statusCode":200,"body":""}"#
            return frame.replacing(
                "\"\"",
                with: "\"\(String(repeating: "b", count: count - frame.utf8.count))\""
            )
        }
        let server = try FunctionServer { invocation in
            let path = String(decoding: invocation.event, as: UTF8.self)
            let count = path.contains("/over") ? limit + 1 : limit
            guard path.contains("chunked") else { return FunctionServer.response(payload(count)) }
            // Split in the middle, the rest behind a refusal must not reach anybody.
            let half = payload(count).utf8.count / 2
            let text = payload(count)
            return Array(
                ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(half, radix: 16))\r\n"
                    + "\(text.prefix(half))\r\n\(String(count - half, radix: 16))\r\n\(text.dropFirst(half))\r\n"
                    + "3\r\nend\r\n0\r\n\r\n").utf8
            )
        }
        let (engine, endpoint) = try await self.run(server.group(id: Self.group))
        let ask = { (path: String) in
            try self.ask(endpoint, "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
        let whole = try ask("/at")
        #expect(whole.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(whole.hasSuffix(String(repeating: "b", count: limit - 29)))
        #expect(try ask("/over").hasPrefix("HTTP/1.1 502 "))
        let client = try RawSocket(to: endpoint)
        try client.send("GET /over/chunked HTTP/1.1\r\nHost: a\r\n\r\nGET /at HTTP/1.1\r\nHost: a\r\n")
        try client.send("Connection: close\r\n\r\n")
        let both = String(decoding: client.receiveToEnd(), as: UTF8.self)
        #expect(both.hasPrefix("HTTP/1.1 502 ") && both.components(separatedBy: "HTTP/1.1 ").count == 3)
        #expect(both.contains("HTTP/1.1 200 OK\r\n") && both.hasSuffix("bbb"))
        await engine.stop()
    }

    private static let failures: [(answer: [UInt8], status: Int)] = [
        (FunctionServer.response("{}"), 502),
        (
            FunctionServer.response(#"{"errorMessage":"x"}"#, headers: ["X-Amz-Function-Error: Unhandled"]),
            502
        ),
        (
            FunctionServer.response(#"{"statusCode":200}"#, headers: ["X-Amz-Function-Error: Handled"]), 502
        ),
        (FunctionServer.response("{}", status: "403 Forbidden"), 502),
        (FunctionServer.response("{}", status: "429 Too Many Requests"), 502),
        (
            FunctionServer.response(
                "{}",
                status: "413 Large",
                headers: ["X-Amzn-ErrorType: RequestTooLargeException"]
            ), 413
        ),
        (FunctionServer.response("{}", status: "202 Accepted"), 502),
        (Array("not HTTP\r\n\r\n".utf8), 502),
        (Array("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"statusCode\":200}".utf8), 502),
    ]

    @Test("What is no answer is told the client as an error, and nothing of it gets through")
    func failures() async throws {
        for (answer, status) in Self.failures {
            let target = try ScriptedTarget { socket in
                _ = try socket.receive(until: "\r\n\r\n")
                try socket.send(answer)
            }
            let server = try FunctionServer(returning: { _ in "" })
            let group = try server.group(id: Self.group, at: target.endpoint)
            let (engine, endpoint) = try await self.run(group)
            let response = try self.ask(endpoint, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(response.hasPrefix("HTTP/1.1 \(status) "), Comment(rawValue: response))
            #expect(!response.contains("statusCode"))
            await engine.stop()
        }
    }

    @Test("Nobody there is 502, and a handshake for WebSocket is 400")
    func refusals() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        let gone = try ScriptedTarget { _ in }
        gone.refuseConnections()
        let (engine, endpoint) = try await self.run(server.group(id: Self.group, at: gone.endpoint))
        #expect(
            try self.ask(endpoint, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .hasPrefix("HTTP/1.1 502 ")
        )
        let upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"
        #expect(try self.ask(endpoint, upgrade).hasPrefix("HTTP/1.1 400 "))
        let foreign = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xE9] + Array("\r\n\r\n".utf8)
        let client = try RawSocket(to: endpoint)
        try client.send(foreign)
        #expect(try client.receive(until: "\r\n").hasPrefix("HTTP/1.1 400 "))
        await engine.stop()
    }

    @Test("A client that sends its body too slowly is cut off, and the function never hears of it")
    func slowClient() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        var tuning = EngineTuning()
        tuning.paceWindow = .milliseconds(200)
        var attributes = LoadBalancerAttributes.standard
        attributes.requestBytesPerSecond = 1_000_000
        let (engine, endpoint) = try await self.run(
            server.group(id: Self.group),
            tuning: tuning,
            attributes: attributes
        )
        let client = try RawSocket(to: endpoint)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        var answer: [UInt8] = []
        client.setTimeout(seconds: 1)
        for _ in 0..<30 where answer.isEmpty {
            try? client.send("x")
            answer = (try? client.receive()) ?? []
        }
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        #expect(server.invocations.isEmpty)
        await engine.stop()
    }

    @Test("Bodies that are gathered are booked: a worker without memory left cuts who needs more")
    func memory() async throws {
        let server = try FunctionServer(returning: { _ in #"{"statusCode":200}"# })
        var tuning = EngineTuning()
        tuning.bufferedBytes = 200_000
        let (engine, endpoint) = try await self.run(server.group(id: Self.group), tuning: tuning)
        let client = try RawSocket(to: endpoint)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
        try? client.send([UInt8](repeating: 0x61, count: 900_000))
        #expect(client.receiveToEnd().isEmpty)
        let small = try self.ask(endpoint, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(small.hasPrefix("HTTP/1.1 200 "))
        #expect(server.invocations.count == 1)
        await engine.stop()
    }
}
