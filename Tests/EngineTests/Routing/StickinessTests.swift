import Glibc
import HTTP
import Model
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// Clients that stay with their targets, through a running engine.
@Suite("Stickiness", .ownThreads)
struct StickinessTests {
    private static let group = ResourceID(bits: 91)
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n"

    /// A target that says which one it is, with more header lines.
    private static func target(_ name: String, lines: String = "") throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                _ = try socket.receive(until: "\r\n\r\n")
                let body = name.utf8.count
                try socket.send("HTTP/1.1 200 OK\r\n\(lines)Content-Length: \(body)\r\n\r\n\(name)")
            }
        }
    }

    private static func served(
        _ targets: [Endpoint],
        drained: Set<Endpoint> = [],
        change: (inout TargetGroupAttributes) -> Void = { _ in }
    ) -> ServedTargetGroup {
        var attributes = TargetGroupAttributes()
        attributes.stickiness.isEnabled = true
        change(&attributes)
        return ServedTargetGroup(
            id: Self.group,
            targets: targets,
            drained: drained,
            healthCheck: HealthCheck(),
            isUsed: true,
            attributes: attributes
        )
    }

    private struct Answer {
        let head: String
        let body: String

        /// The `Set-Cookie` lines, in their order.
        var cookies: [String] {
            self.head.split(separator: "\r\n").filter { $0.hasPrefix("Set-Cookie: ") }
                .map { String($0.dropFirst("Set-Cookie: ".count)) }
        }

        func cookie(_ name: String) -> String? {
            self.cookies.first { $0.hasPrefix("\(name)=") }?.split(separator: ";").first.map(String.init)
        }
    }

    private static func ask(_ endpoint: Endpoint, cookie: String? = nil) throws -> Answer {
        let client = try RawSocket(to: endpoint)
        let line = cookie.map { "Cookie: \($0)\r\n" } ?? ""
        try client.send(Self.request + line + "Connection: close\r\n\r\n")
        let head = try client.receive(until: "\r\n\r\n")
        return Answer(head: head, body: String(decoding: client.receiveToEnd(), as: UTF8.self))
    }

    /// No check comes within these tests: all targets are new, and all of them get requests.
    private static func engine(workers: Int = 2) -> RunningEngine {
        RunningEngine(workers: workers, healthCheckSecond: .seconds(10_000))
    }

    @Test("A client comes back to its target, whichever worker it meets, and is given a new cookie each time")
    func stays() async throws {
        let targets = [try Self.target("one"), try Self.target("two"), try Self.target("three")]
        let endpoints = targets.map(\.endpoint)
        let engine = Self.engine()
        let listener = ServedListener.test(action: .forward(targetGroupID: Self.group, targets: endpoints))
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        let endpoint = try engine.endpoint(listener)
        let first = try Self.ask(endpoint)
        // Over plain HTTP no browser would keep a cookie for requests across sites.
        #expect(first.cookies.count == 1)
        #expect(first.cookies.first?.contains("; Expires=") == true)
        #expect(first.cookies.first?.hasSuffix("; Path=/") == true)
        let cookie = try #require(first.cookie("AWSALB"))
        for _ in 0..<12 {
            let again = try Self.ask(endpoint, cookie: "a=b; \(cookie)")
            #expect(again.body == first.body)
            #expect(again.cookie("AWSALB") != nil)
        }
        // Without it they are taken in turn.
        #expect(Set(try (0..<12).map { _ in try Self.ask(endpoint).body }).count == 3)
        #expect(engine.engine.counters().targetGroupCounters?[Self.group]?.nonStickyRequests == 13)
        await engine.stop()
    }

    @Test("A damaged cookie, and one of a group that it is not for, is as good as none")
    func damaged() async throws {
        let targets = [try Self.target("one"), try Self.target("two")]
        let endpoints = targets.map(\.endpoint)
        let engine = Self.engine(workers: 1)
        let listener = ServedListener.test(action: .forward(targetGroupID: Self.group, targets: endpoints))
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        let endpoint = try engine.endpoint(listener)
        let cookie = try #require(try Self.ask(endpoint).cookie("AWSALB"))
        let number = StickyCookie.number(of: endpoints[0], .ofThisProcess)
        let foreign = ByteBuffer(capacity: 64)
        StickyCookie(key: .ofThisProcess, group: ResourceID(bits: 1))
            .writeValue(number, until: .max, to: foreign)
        let flipped = String(cookie.dropLast()) + (cookie.last == "0" ? "1" : "0")
        for bad in [flipped, "AWSALB=\(String(decoding: foreign.bytes, as: UTF8.self))", "AWSALB="] {
            let bodies = try (0..<4).map { _ in try Self.ask(endpoint, cookie: bad).body }
            #expect(Set(bodies).count == 2, "\(bad)")
        }
        await engine.stop()
    }

    @Test("The cookie of requests across sites wins, and comes over TLS only")
    func acrossSites() async throws {
        let pki = try TestPKI()
        let targets = [try Self.target("one"), try Self.target("two")]
        let endpoints = targets.map(\.endpoint)
        let engine = Self.engine(workers: 1)
        let action = ServedAction.forward(targetGroupID: Self.group, targets: endpoints)
        let secure = ServedListener.test("secure", tls: pki.served(.off), action: action)
        let plain = ServedListener.test("plain", action: action)
        try await engine.run([secure, plain], targetGroups: [Self.served(endpoints)])
        let client = try SecureClient(to: engine.endpoint(secure), context: pki.context(nil))
        let answer = try #require(try client.get()).head
        #expect(answer.contains("Set-Cookie: AWSALBCORS="))
        #expect(answer.contains("; Path=/; SameSite=None; Secure\r\n"))

        let endpoint = try engine.endpoint(plain)
        let one = try Self.ask(endpoint)
        let other = try Self.ask(endpoint)
        #expect(one.body != other.body)
        let cross = try #require(other.cookie("AWSALB")).replacing("AWSALB=", with: "AWSALBCORS=")
        let both = "\(try #require(one.cookie("AWSALB"))); \(cross)"
        for _ in 0..<4 { #expect(try Self.ask(endpoint, cookie: both).body == other.body) }
        await engine.stop()
    }

    @Test("A cookie is over when its time is, and a client whose target is drained moves on")
    func moves() async throws {
        let targets = [try Self.target("one"), try Self.target("two")]
        let endpoints = targets.map(\.endpoint)
        let engine = Self.engine(workers: 1)
        let listener = ServedListener.test(action: .forward(targetGroupID: Self.group, targets: endpoints))
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        let endpoint = try engine.endpoint(listener)
        let number = StickyCookie.number(of: endpoints[0], .ofThisProcess)
        func cookie(until: UInt32) -> String {
            let out = ByteBuffer(capacity: 64)
            StickyCookie(key: .ofThisProcess, group: Self.group).writeValue(number, until: until, to: out)
            return "AWSALB=\(String(decoding: out.bytes, as: UTF8.self))"
        }
        let past = cookie(until: UInt32(truncatingIfNeeded: Clock.wall().seconds))
        #expect(Set(try (0..<4).map { _ in try Self.ask(endpoint, cookie: past).body }) == ["one", "two"])
        let good = cookie(until: .max)
        #expect(Set(try (0..<4).map { _ in try Self.ask(endpoint, cookie: good).body }) == ["one"])
        let drained = Self.served(endpoints, drained: [endpoints[0]])
        try await engine.run([listener], targetGroups: [drained])
        let moved = try Self.ask(endpoint, cookie: good)
        #expect(moved.body == "two")
        // It stays with the new one, also when the old one is back.
        try await engine.run([listener], targetGroups: [Self.served(endpoints)])
        let fresh = try #require(moved.cookie("AWSALB"))
        for _ in 0..<4 { #expect(try Self.ask(endpoint, cookie: fresh).body == "two") }
        await engine.stop()
    }

    @Test("A cookie of the target's own makes its client stay, with the attributes that the target gave it")
    func ofTheApplication() async throws {
        let lines = "Set-Cookie: other=1; Path=/x\r\nSet-Cookie: SESSION=abc; Path=/app; HttpOnly\r\n"
        let targets = [try Self.target("one", lines: lines), try Self.target("two", lines: lines)]
        let silent = try Self.target("silent")
        let endpoints = targets.map(\.endpoint)
        let engine = Self.engine(workers: 1)
        func listener(_ endpoints: [Endpoint]) -> ServedListener {
            .test(
                id: ResourceID(bits: 92),
                action: .forward(targetGroupID: Self.group, targets: endpoints)
            )
        }
        func group(_ endpoints: [Endpoint]) -> ServedTargetGroup {
            Self.served(endpoints) {
                $0.stickiness.kind = .appCookie
                $0.stickiness.appCookieName = "SESSION"
            }
        }
        try await engine.run([listener(endpoints)], targetGroups: [group(endpoints)])
        let endpoint = try engine.endpoint(listener(endpoints))
        let first = try Self.ask(endpoint)
        #expect(first.cookies.count == 3)
        #expect(first.cookies.last?.hasPrefix("AWSALBAPP-0=") == true)
        #expect(first.cookies.last?.hasSuffix("; Path=/app; HttpOnly") == true)
        let cookie = try #require(first.cookie("AWSALBAPP-0"))
        for _ in 0..<4 { #expect(try Self.ask(endpoint, cookie: cookie).body == first.body) }
        // Where the target sets none, neither do we.
        try await engine.run([listener([silent.endpoint])], targetGroups: [group([silent.endpoint])])
        #expect(try Self.ask(endpoint).cookies.isEmpty)
        await engine.stop()
    }
}
