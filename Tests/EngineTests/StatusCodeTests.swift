import Glibc
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// The status codes that are the load balancer's own, in the answer and in the access log (`elbv2-api` 5.4).
///
/// Those of routing, functions and TLS towards targets have their tests where these are tested.
@Suite("Status codes", .ownThreads)
struct StatusCodeTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    private static let upload = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"

    private static func status(_ answer: String) -> String {
        answer.hasPrefix("HTTP/1.1 ") ? String(answer.dropFirst(9).prefix(3)) : answer
    }

    private static func impatient() -> LoadBalancerAttributes {
        var attributes = LoadBalancerAttributes.standard
        attributes.idleTimeoutSeconds = 1
        return attributes
    }

    @Test("A request that may not be passed on has its code, and no target hears of it")
    func requests() async throws {
        let addresses = Array(repeating: "192.0.2.1", count: 31).joined(separator: ", ")
        let long = String(repeating: "a", count: 16_384)
        let requests = [
            ("GET / HTTP/1.1\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", "400"),
            ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "405"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n", "413"),
            ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", "414"),
            ("GET /?\(long) HTTP/1.1\r\nHost: a\r\n\r\n", "414"),
            ("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \(addresses)\r\n\r\n", "463"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501"),
            ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "501"),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505"),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
        ]
        let target = try ScriptedTarget.echo()
        let listener = AccessLogTests.listener(.forward(target.endpoint))
        let lines = try await AccessLogTests.lines(requests.count, of: listener) { endpoint in
            for (request, status) in requests {
                let answer = try AccessLogTests.exchange(request, at: endpoint)
                #expect(Self.status(answer) == status, "\(request.prefix(60))")
            }
        }
        #expect(lines.map { $0["status"] } == requests.map { $0.1 })
        #expect(target.connectionCount == 0)
    }

    @Test("A client that ends before its body is whole is 400, heard or not", arguments: [true, false])
    func shortUpload(isReset: Bool) async throws {
        let target = try ScriptedTarget { _ = $0.receiveToEnd() }
        let listener = AccessLogTests.listener(.forward(target.endpoint))
        let lines = try await AccessLogTests.lines(1, of: listener) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send(Self.upload)
            #expect(try await RelayTests.waits { target.connectionCount == 1 })
            if isReset { return client.reset() }
            client.finishSending()
            #expect(Self.status(String(decoding: client.receiveToEnd(), as: UTF8.self)) == "400")
        }
        #expect(lines[0]["status"] == "400" && lines[0]["targetStatus"] == "-")
    }

    @Test("A body that does not come within the idle time is 408")
    func slowUpload() async throws {
        let target = try ScriptedTarget { _ = $0.receiveToEnd() }
        let listener = AccessLogTests.listener(.forward(target.endpoint), attributes: Self.impatient())
        let lines = try await AccessLogTests.lines(1, of: listener) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send(Self.upload)
            #expect(Self.status(String(decoding: client.receiveToEnd(), as: UTF8.self)) == "408")
        }
        #expect(lines[0]["status"] == "408")
    }

    @Test(
        "A target that ends without an answer, or answers with none that can be read, is 502",
        arguments: [
            nil, "", "NONSENSE\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            Self.head(33_000) + "\r\n", Self.head(33_000),
        ] as [String?]
    )
    func badAnswer(answer: String?) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            guard let answer else { return socket.resetOnClose() }
            try socket.send(answer)
        }
        let listener = AccessLogTests.listener(.forward(target.endpoint))
        let lines = try await AccessLogTests.lines(1, of: listener) { endpoint in
            let answer = try AccessLogTests.exchange(Self.get, at: endpoint)
            #expect(Self.status(answer) == "502")
        }
        #expect(lines[0]["status"] == "502" && lines[0]["targetStatus"] == "-")
        #expect(lines[0]["target"] == target.endpoint.description)
    }

    /// The head of a response, without its empty line, of so many bytes.
    private static func head(_ count: Int) -> String {
        var head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
        while head.utf8.count < count {
            let rest = min(8_000, count - head.utf8.count)
            head += "X: \(String(repeating: "x", count: max(1, rest - 5)))\r\n"
        }
        return head
    }

    @Test("A response head of just 32 KiB goes through")
    func longestHead() async throws {
        let head = Self.head(EngineLimits.responseHeadBytes - 2) + "\r\n"
        try #require(head.utf8.count == EngineLimits.responseHeadBytes)
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            try socket.send(head)
        }
        let listener = AccessLogTests.listener(.forward(target.endpoint))
        let lines = try await AccessLogTests.lines(1, of: listener) { endpoint in
            let answer = try AccessLogTests.exchange(Self.get, at: endpoint)
            #expect(Self.status(answer) == "200")
        }
        #expect(lines[0]["targetStatus"] == "200")
    }

    @Test("A target that does not take the connection in time is 504, and has no times")
    func fullTarget() async throws {
        let target = try FullTarget()
        var tuning = EngineTuning()
        tuning.connectTimeout = .milliseconds(300)
        let listener = AccessLogTests.listener(.forward(target.endpoint))
        let engine = RunningEngine(tuning: tuning)
        let lines = try await AccessLogTests.lines(1, of: listener, engine: engine) { endpoint in
            let answer = try AccessLogTests.exchange(Self.get, at: endpoint)
            #expect(Self.status(answer) == "504")
        }
        #expect(lines[0]["status"] == "504" && lines[0]["requestTime"] == "-1")
    }

    /// The client has the status of the head by then; the log tells what came of it, as ALB's does.
    @Test(
        "A response that stays short of its length is never taken for a whole one",
        arguments: [true, false],
        [0, 1]
    )
    func shortResponse(isStalling: Bool, minorVersion: Int) async throws {
        let target = try ScriptedTarget { socket in
            _ = try socket.receive(until: "\r\n\r\n")
            // HTTP/1.0 gets such a body without a length, to the end of the connection.
            try socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")
            if isStalling { _ = socket.receiveToEnd() }
        }
        let listener = AccessLogTests.listener(.forward(target.endpoint), attributes: Self.impatient())
        let lines = try await AccessLogTests.lines(1, of: listener) { endpoint in
            let client = try RawSocket(to: endpoint)
            try client.send("GET / HTTP/1.\(minorVersion)\r\nHost: a\r\n\r\n")
            var (all, wasReset) = ("", false)
            do {
                while case let bytes = try client.receive(), !bytes.isEmpty {
                    all += String(decoding: bytes, as: UTF8.self)
                }
            } catch { wasReset = true }
            #expect(Self.status(all) == "200" && all.contains("short") && !all.contains("\r\n0\r\n"))
            #expect(wasReset == (minorVersion == 0))
        }
        #expect(lines[0]["status"] == (isStalling ? "504" : "502") && lines[0]["targetStatus"] == "200")
    }
}

/// A target whose queue of connections is full: it neither takes nor refuses another.
private final class FullTarget {
    let endpoint: Endpoint
    private let descriptor: Int32
    private let waiting: RawSocket

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // Without an address it gets a free port; a backlog of 0 holds one connection.
        try #require(listen(descriptor, 0) == 0)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.descriptor = descriptor
        self.endpoint = Endpoint(address: .loopback, port: UInt16(bigEndian: address.sin_port))
        self.waiting = try RawSocket(to: self.endpoint)
    }

    deinit {
        close(self.descriptor)
    }
}
