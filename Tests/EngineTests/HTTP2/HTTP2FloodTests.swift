import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// What one client can make of HTTP/2 at the cost of others; each test tries exactly that.
@Suite("HTTP/2 floods", .ownThreads)
struct HTTP2FloodTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private static func silent() throws -> ScriptedTarget {
        try ScriptedTarget { socket in while try !socket.receive().isEmpty {} }
    }

    private static let floods: [(String, @Sendable (UInt32) -> [UInt8])] = [
        ("PING", { _ in HTTP2Client.frame(6, [0, 0, 0, 0, 0, 0, 0, 0]) }),
        ("SETTINGS", { _ in HTTP2Client.frame(4) }),
        ("WINDOW_UPDATE", { _ in HTTP2Client.frame(8, HTTP2Client.bytes(1)) }),
        ("unknown", { _ in HTTP2Client.frame(0x42) }),
        ("PRIORITY", { HTTP2Client.frame(2, stream: $0 * 2 + 1, HTTP2Client.bytes(0) + [1]) }),
        (
            "rapid reset",
            { index in
                let stream = index * 2 + 1
                return HTTP2Client.frame(1, flags: 5, stream: stream, HTTP2Client.block(HTTP2Client.fields()))
                    + HTTP2Client.frame(3, stream: stream, HTTP2Client.bytes(8))
            }
        ),
        (
            "CONTINUATION",
            { index in
                index == 0
                    ? HTTP2Client.frame(1, stream: 1, HTTP2Client.block(HTTP2Client.fields()))
                    : HTTP2Client.frame(9, stream: 1)
            }
        ),
        (
            "empty DATA",
            { index in
                index == 0
                    ? HTTP2Client.frame(
                        1,
                        flags: 4,
                        stream: 1,
                        HTTP2Client.block(HTTP2Client.fields("POST"))
                    )
                    : HTTP2Client.frame(0, stream: 1)
            }
        ),
    ]

    @Test("A flood of frames ends its connection, with the reason", arguments: 0..<floods.count)
    func flood(number: Int) async throws {
        let target = try Self.silent()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        let (name, frame) = Self.floods[number]
        // Written in pieces: the peer may be gone before the last.
        for piece in 0..<40 as Range<UInt32> {
            let frames = (0..<100 as Range<UInt32>).flatMap { frame(piece * 100 + $0) }
            guard (try? client.send(frames)) != nil else { break }
        }
        client.readToEnd()
        // ENHANCE_YOUR_CALM, or what the library says before us; a reset may take it away.
        if let code = client.goAway { #expect(code == 11 || code == 1, "\(name): \(code)") }
        let other = try HTTP2Client(to: engine.endpoint(listener))
        try other.send(HTTP2Client.frame(6, [1, 2, 3, 4, 5, 6, 7, 8]))
        var isAlive = false
        while let next = other.next() {
            if next.type == 6 {
                isAlive = true
                break
            }
        }
        #expect(isAlive)
        await engine.stop()
    }

    /// OpenSSL 3.0 would take any number of them (RFC 8446 4.6.3).
    @Test("A flood of KeyUpdates ends its connection; a few, and more with traffic, do not")
    func keyUpdates() async throws {
        let target = try ScriptedTarget.discarding()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: .forward(target.endpoint)
        )
        try await engine.run([listener])
        let honest = try HTTP2Client(to: engine.endpoint(listener))
        for _ in 0..<30 { #expect(try honest.updateKeys()) }
        #expect(try honest.get()?.isOK == true)
        // A MiB allows for one more than 32.
        for _ in 0..<17 {
            let body = [UInt8](repeating: 0x61, count: 16_000)
            let stream = try honest.request(HTTP2Client.fields("POST"), ends: false)
            for piece in 0..<4 {
                try honest.send(HTTP2Client.frame(0, flags: piece == 3 ? 1 : 0, stream: stream, body))
            }
            #expect(honest.answers([stream])[stream]?.isOK == true)
        }
        for _ in 0..<3 { #expect(try honest.updateKeys()) }
        #expect(try honest.get()?.isOK == true)
        let hostile = try HTTP2Client(to: engine.endpoint(listener))
        var updates = 0
        while updates < 5_000, (try? hostile.updateKeys()) == true { updates += 1 }
        hostile.readToEnd()
        #expect(throws: (any Error).self) {
            guard let answer = try hostile.get(), answer.isOK else { throw SecureClient.Refused(alert: nil) }
        }
        #expect(try honest.get()?.isOK == true)
        withExtendedLifetime(target) {}
        await engine.stop()
    }

    @Test("More than 128 streams at once are refused, and the others are not disturbed")
    func tooManyStreams() async throws {
        let target = try Self.silent()
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(tls: self.pki.served(.off), action: .forward(target.endpoint))
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        // Before it has said that it knows the limit, a client that passes it is told which stream to repeat.
        let streams = try (0..<130).map { _ in try client.request() }
        let refused = client.answers(Array(streams.suffix(2)))
        #expect(refused.values.allSatisfy { $0.reset == 7 } && refused.count == 2)
        #expect(client.goAway == nil)
        await engine.stop()
    }

    private static var impatient: LoadBalancerAttributes {
        var attributes = LoadBalancerAttributes()
        attributes.idleTimeoutSeconds = 1
        return attributes
    }

    /// A client that opens windows of nothing and waits makes us hold what its targets say.
    @Test("A client that takes nothing is let go after the idle time, one that takes a little is not")
    func slowReader() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: try .fixed(String(repeating: "a", count: 1_000)),
            attributes: Self.impatient
        )
        try await engine.run([listener])
        let noWindow: [UInt8] = [0, 4, 0, 0, 0, 0]
        let deaf = try HTTP2Client(to: engine.endpoint(listener), settings: noWindow)
        let stream = try deaf.request()
        let answer = deaf.answers([stream])[stream]
        #expect(answer?.reset != nil && answer?.body.isEmpty == true)
        deaf.readToEnd()

        let slow = try HTTP2Client(to: engine.endpoint(listener), settings: noWindow)
        let other = try slow.request()
        for _ in 0..<10 {
            try slow.send(HTTP2Client.frame(8, stream: other, HTTP2Client.bytes(100)))
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(slow.answers([other])[other]?.body.count == 1_000)
        await engine.stop()
    }

    /// `elbv2-api` 5.5.
    @Test("PING does not hold an idle connection open")
    func ping() async throws {
        let engine = RunningEngine(workers: 1)
        let listener = ServedListener.test(
            tls: self.pki.served(.off),
            action: try .fixed("hello"),
            attributes: Self.impatient
        )
        try await engine.run([listener])
        let client = try HTTP2Client(to: engine.endpoint(listener))
        #expect(try client.get()?.isOK == true)
        var pings = 0
        for _ in 0..<100 {
            guard (try? client.send(HTTP2Client.frame(6, [UInt8](repeating: 1, count: 8)))) != nil else {
                break
            }
            // Answers to PING, then GOAWAY, then the end.
            guard client.next() != nil, client.goAway == nil else { break }
            pings += 1
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(client.goAway == 0)
        #expect(pings < 60)
        await engine.stop()
    }
}
