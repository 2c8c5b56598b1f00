import HTTP
import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// The table against the definition: the first rule, in order of priority, all of whose conditions hold.
@Suite("Rule table", .ownThreads)
struct RuleTableTests {
    /// A table, and requests put to it.
    private struct Asker {
        let rules: [ServedRule]
        let table: RuleTable

        init(_ rules: [ServedRule]) throws {
            self.rules = rules.sorted { $0.priority < $1.priority }
            self.table = try RuleTable(.test(action: try .fixed("default"), rules: rules))
        }

        /// What the table answers, and what trying every rule in turn does; as indices.
        func ask(_ head: String, from peer: IPAddress = .loopback) -> (found: Int?, expected: Int?) {
            let request = RequestHead()
            let scratch = ByteBuffer(capacity: 1)
            return Array(head.utf8).withUnsafeBytes { head in
                guard case .complete = request.parse(head) else { return (-1, -2) }
                let asked = RuleRequest(
                    head: head,
                    request: request,
                    method: request.method(in: head),
                    host: request.hostName(in: head),
                    path: request.path(in: head),
                    query: request.query(in: head),
                    peer: peer,
                    isVerified: false,
                    identity: nil,
                    scratch: scratch
                )
                let found = self.table.find(asked)
                return (
                    found.flatMap { rule in self.table.rules.firstIndex { $0 === rule } },
                    self.table.rules.firstIndex { $0.holds(for: asked) }
                )
            }
        }

        func priority(_ head: String, from peer: IPAddress = .loopback) -> Int? {
            let (found, expected) = self.ask(head, from: peer)
            #expect(found == expected)
            return found.map { self.rules[$0].priority }
        }
    }

    private static func rule(_ priority: Int, _ conditions: RuleCondition...) throws -> ServedRule {
        ServedRule(priority: priority, conditions: conditions, action: try .fixed("\(priority)"))
    }

    private static func get(_ path: String, host: String = "a.test", more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(more)\r\n"
    }

    @Test("The lowest priority wins, whatever its rule is found by")
    func priorities() throws {
        let asker = try Asker([
            Self.rule(50, .pathPattern(values: ["/*"])),
            Self.rule(40, .hostHeader(values: ["a.test"])),
            Self.rule(30, .hostHeader(values: ["a.test"]), .pathPattern(values: ["/x/*"])),
            Self.rule(20, .pathPattern(values: ["/x/y", "/z"])),
            Self.rule(10, .httpRequestMethod(values: ["PUT"])),
        ])
        #expect(asker.priority(Self.get("/x/y")) == 20)
        #expect(asker.priority(Self.get("/x/z")) == 30)
        #expect(asker.priority(Self.get("/q")) == 40)
        #expect(asker.priority(Self.get("/q", host: "b.test")) == 50)
        #expect(asker.priority("PUT /x/y HTTP/1.1\r\nHost: a.test\r\n\r\n") == 10)
        #expect(asker.priority("OPTIONS * HTTP/1.1\r\nHost: b.test\r\n\r\n") == nil)
    }

    @Test("All conditions must hold, and one value of each is enough")
    func conditions() throws {
        let inside = try #require(AddressRange("10.0.0.0/8"))
        let asker = try Asker([
            Self.rule(
                1,
                .hostHeader(values: ["b.test", "A.Test"]),
                .pathPattern(values: ["/x", "/y/?"]),
                .httpHeader(name: "x-env", values: ["blue*"]),
                .queryString(values: [
                    QueryPattern(key: "v", value: "1"), QueryPattern(key: nil, value: "on"),
                ]),
                .sourceIP(values: [inside])
            )
        ])
        let peer = try #require(IPAddress("10.1.2.3"))
        let blue = "X-Env: BLUE-7\r\n"
        #expect(asker.priority(Self.get("/x?V=1", more: blue), from: peer) == 1)
        #expect(asker.priority(Self.get("/y/1?any=ON", host: "B.TEST:80", more: blue), from: peer) == 1)
        #expect(asker.priority(Self.get("/x?v=2", more: blue), from: peer) == nil)
        #expect(asker.priority(Self.get("/x", more: blue), from: peer) == nil)
        #expect(asker.priority(Self.get("/X?v=1", more: blue), from: peer) == nil)
        #expect(asker.priority(Self.get("/x?v=1", host: "c.test", more: blue), from: peer) == nil)
        #expect(asker.priority(Self.get("/x?v=1", more: "X-Env: green\r\n"), from: peer) == nil)
        #expect(asker.priority(Self.get("/x?v=1", more: blue)) == nil)
        // What a client says about itself is not where it comes from.
        #expect(asker.priority(Self.get("/x?v=1", more: blue + "X-Forwarded-For: 10.1.2.3\r\n")) == nil)
    }

    /// Every kind of key, with patterns that are nearly keys, against requests that nearly match them.
    @Test("The table finds what trying every rule would find", arguments: 0..<20)
    func agrees(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let hosts = ["a.test", "b.test", "*.test", "A.test", "?.test"]
        let paths = ["/", "/a", "/a/*", "/a*", "/a/b", "*", "/b/*/c", "/a/", "/?", "/ab/*", "/a/b/*", "*b"]
        var rules: [ServedRule] = []
        for priority in 1...60 {
            var conditions: [RuleCondition] = []
            if random.next() % 2 == 0 {
                conditions.append(.hostHeader(values: random.some(of: hosts, atMost: 2)))
            }
            if random.next() % 3 > 0 {
                conditions.append(.pathPattern(values: random.some(of: paths, atMost: 3)))
            }
            if conditions.isEmpty { conditions.append(.httpRequestMethod(values: ["PUT"])) }
            rules.append(
                ServedRule(priority: priority, conditions: conditions, action: try .fixed("\(priority)"))
            )
        }
        // Rules that match nearly everything would hide the rest: each round leaves out the best of it.
        while !rules.isEmpty {
            let asker = try Asker(rules)
            var used: Set<Int> = []
            for host in ["a.test", "B.TEST", "ab.test", "c.net"] {
                for path in ["/", "/a", "/a/", "/ab", "/a/b", "/a/b/c", "/b/x/c", "/b/c", "/ab/b", "/c"] {
                    if let priority = asker.priority(Self.get(path, host: host)) { used.insert(priority) }
                }
            }
            if used.isEmpty { break }
            rules.removeAll { used.contains($0.priority) }
        }
    }

    /// A rule is looked at only where it stands in the way: among a thousand, one comparison is enough.
    @Test("A thousand rules with hosts and paths are not walked")
    func thousand() throws {
        let rules = try (1...1_000).map {
            try Self.rule($0, .hostHeader(values: ["h\($0).test"]), .pathPattern(values: ["/p/*"]))
        }
        let asker = try Asker(rules)
        #expect(asker.priority(Self.get("/p/x", host: "h777.test")) == 777)
        #expect(asker.table.candidateCount(host: "h777.test", path: "/p/x") == 1)
        #expect(asker.table.candidateCount(host: "h0.test", path: "/p/x") == 0)
    }
}

/// Numbers that are the same in every run.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func some<Element>(of all: [Element], atMost count: Int) -> [Element] {
        (0...Int(self.next() % UInt64(count))).map { _ in all[Int(self.next() % UInt64(all.count))] }
    }
}
