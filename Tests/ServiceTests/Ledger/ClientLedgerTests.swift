import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import Service

/// Who has come, by certificate.
@Suite("Client ledger")
struct ClientLedgerTests {
    private let home: TemporaryDirectory
    private let ledger: ClientLedger

    init() throws {
        self.home = try TemporaryDirectory()
        self.ledger = ClientLedger(path: self.home.file("ledger.sqlite"))
    }

    private func clients(_ change: (inout ClientQuery) -> Void = { _ in }) async throws -> ClientList {
        var query = ClientQuery()
        change(&query)
        return try await self.ledger.clients(query, at: SeenClients.now)
    }

    private func names(_ change: (inout ClientQuery) -> Void = { _ in }) async throws -> Set<String> {
        Set(try await self.clients(change).clients.map(\.facts.subject))
    }

    @Test("What is seen of a client adds up, also over writes and restarts")
    func sums() async throws {
        let later = Timestamp(seconds: SeenClients.now.seconds + 60)
        self.ledger.note([SeenClients.record(1), SeenClients.record(1, listener: "other")])
        self.ledger.flush()
        let reopened = ClientLedger(path: self.home.file("ledger.sqlite"))
        reopened.note([
            SeenClients.record(1, outcome: .refused(.expired), at: later, from: IPAddress(v4: 0x0A00_0001)),
            SeenClients.record(1, outcome: .failed(.timeout), at: later, from: IPAddress(v4: 0x0A00_0001)),
        ])
        let list = try await reopened.clients(ClientQuery(), at: later)
        let client = try #require(list.clients.first)
        #expect(list.matching == 1)
        #expect(client.handshakes == 2)
        #expect(client.refusals == ["ClientCertExpired": 1, "UnmappedConnectionError": 1])
        #expect(client.listeners == ["edge-8443": 3, "other": 1])
        #expect(client.firstSeen == SeenClients.now)
        #expect(client.lastSeen == later)
        #expect(client.places.map(\.address.description) == ["10.0.0.1", "127.0.0.1"])
        #expect(client.isVerified)
    }

    @Test("Connections without a certificate are nobody's")
    func nobody() async throws {
        self.ledger.note(Records.make(0..<5))
        #expect(try await self.clients { $0.verifiedOnly = false }.matching == 0)
    }

    @Test("Whom no listener has verified is not a verified client, and becomes one when one has")
    func verified() async throws {
        self.ledger.note([
            SeenClients.record(1, mode: .passthrough), SeenClients.record(2, outcome: .refused(.untrusted)),
        ])
        #expect(try await self.names().isEmpty)
        #expect(try await self.names { $0.verifiedOnly = false } == ["CN=client-1", "CN=client-2"])
        self.ledger.note([SeenClients.record(2)])
        #expect(try await self.names() == ["CN=client-2"])
        let list = try await self.clients()
        #expect(list.verified == 1 && list.unverified == 1)
    }

    /// Anybody can make certificates; clients that are known must not have to go for them.
    @Test("Strangers drive out strangers only, the longest unseen first")
    func eviction() throws {
        let store = try LedgerStore(path: self.home.file("small.sqlite"), verified: 3, unverified: 2)
        for number in 0..<4 { try store.merge([Self.seen(number)]) }
        for number in 10..<60 { try store.merge([Self.seen(number, outcome: .refused(.untrusted))]) }
        var query = ClientQuery()
        query.verifiedOnly = false
        let list = try store.clients(query, matching: .all, at: SeenClients.now)
        #expect(
            list.clients.map(\.facts.subject) == [
                "CN=client-59", "CN=client-58", "CN=client-3", "CN=client-2", "CN=client-1",
            ]
        )
    }

    private static func seen(_ number: Int, outcome: HandshakeOutcome = .success) throws -> KnownClient {
        let time = Timestamp(seconds: SeenClients.now.seconds + Int64(number))
        return try #require(KnownClient(SeenClients.record(number, outcome: outcome, at: time)))
    }

    @Test("Certificates that expire soon, and those of them that nobody has renewed")
    func expiring() async throws {
        self.ledger.note([
            SeenClients.record(1, subject: "CN=a", daysLeft: 3),
            SeenClients.record(2, subject: "CN=a", daysLeft: 300),
            SeenClients.record(3, subject: "CN=b", daysLeft: 5),
            SeenClients.record(4, subject: "CN=c", daysLeft: 9),
            SeenClients.record(5, subject: "CN=d", daysLeft: -1),
            // A stranger's certificate of the same name renews nobody's.
            SeenClients.record(6, outcome: .refused(.untrusted), subject: "CN=b", daysLeft: 900),
        ])
        #expect(try await self.names { $0.expiringWithinSeconds = 7 * SeenClients.day } == ["CN=a", "CN=b"])
        #expect(
            try await self.names {
                $0.expiringWithinSeconds = 7 * SeenClients.day
                $0.notRenewed = true
            } == ["CN=b"]
        )
    }

    @Test("Clients that have not come since")
    func unseen() async throws {
        let before = Timestamp(seconds: SeenClients.now.seconds - 10)
        self.ledger.note([SeenClients.record(1, at: before), SeenClients.record(2)])
        #expect(try await self.names { $0.lastSeenBefore = SeenClients.now } == ["CN=client-1"])
    }

    @Test(
        "A filter chooses among them, and its mistakes are told",
        arguments: [
            ("cn:client-1", ["CN=client-1"]),
            ("issuer:CN=ca-2", ["CN=client-2"]),
            ("reason:ClientCertExpired or client:10.0.0.0/8", ["CN=client-2", "CN=client-3"]),
            ("refused>0 listener:edge-*", ["CN=client-2"]),
            ("not listener:other", ["CN=client-1", "CN=client-2"]),
            ("client-3", ["CN=client-3"]),
        ]
    )
    func filter(text: String, expected: [String]) async throws {
        self.ledger.note([
            SeenClients.record(1), SeenClients.record(2),
            SeenClients.record(2, outcome: .refused(.expired)),
            SeenClients.record(3, from: IPAddress(v4: 0x0A00_0009), listener: "other"),
        ])
        #expect(try await self.names { $0.filter = text } == Set(expected))
        let error = await #expect(throws: OperatorError.self) {
            _ = try await self.clients { $0.filter = "isuer:x" }
        }
        #expect(error?.message.contains("issuer") == true)
    }

    @Test(
        "Clients are found by the CA that vouches for them, by its trust store and by their other names",
        arguments: [
            ("root~\"partner root\"", ["CN=client-1", "CN=client-2"]),
            ("root:\"CN=Fleet Root\"", ["CN=client-3"]),
            ("store:fleet", ["CN=client-2", "CN=client-3"]),
            ("san:DNS:a.test or san:spiffe://*", ["CN=client-1", "CN=client-2"]),
            ("not root:*", ["CN=client-4"]),
            ("a.test", ["CN=client-1"]),
        ]
    )
    func roots(text: String, expected: [String]) async throws {
        let later = Timestamp(seconds: SeenClients.now.seconds + 60)
        self.ledger.note([
            SeenClients.record(1, names: ["DNS:a.test"], root: "CN=Partner Root"),
            SeenClients.record(2, names: ["URI:spiffe://a/b"], root: "CN=Partner Root"),
            SeenClients.record(2, at: later, root: "CN=Partner Root", trustStore: "fleet"),
            SeenClients.record(3, root: "CN=Fleet Root", trustStore: "fleet"),
            SeenClients.record(4),
        ])
        #expect(try await self.names { $0.filter = text } == Set(expected))
    }

    @Test("Of the CAs of a client the newest are kept, and of its names the first")
    func manyRootsAndNames() async throws {
        for number in 0..<LedgerLimits.roots + 3 {
            let time = Timestamp(seconds: SeenClients.now.seconds + Int64(number))
            let names = (0..<20).map { "DNS:\($0).test" }
            self.ledger.note([SeenClients.record(1, at: time, names: names, root: "CN=root \(number)")])
            self.ledger.flush()
        }
        self.ledger.note([
            SeenClients.record(2, names: ["DNS:a", "DNS:" + String(repeating: "x", count: 600), "DNS:b"])
        ])
        let clients = try await self.clients().clients
        let one = try #require(clients.first { $0.facts.subject == "CN=client-1" })
        #expect(
            one.roots.map(\.anchor.subject) == ["CN=root 6", "CN=root 5", "CN=root 4", "CN=root 3"]
        )
        #expect(one.alternativeNames == (0..<LedgerLimits.alternativeNames).map { "DNS:\($0).test" })
        #expect(clients.first { $0.facts.subject == "CN=client-2" }?.alternativeNames == ["DNS:a"])
    }

    @Test("A ledger of before names and roots were kept goes on, and learns them")
    func migration() async throws {
        let path = self.home.file("former.sqlite")
        let ledger = ClientLedger(path: path)
        ledger.note([SeenClients.record(1), SeenClients.record(2)])
        ledger.flush()
        let queue = try DatabaseQueue(path: path)
        try await queue.write { database in
            try database.execute(
                sql: """
                    ALTER TABLE client DROP COLUMN alternativeNames;
                    ALTER TABLE client DROP COLUMN roots;
                    DELETE FROM grdb_migrations WHERE identifier <> '1 clients';
                    """
            )
        }
        try queue.close()
        let reopened = ClientLedger(path: path)
        reopened.note([SeenClients.record(1, names: ["DNS:a.test"], root: "CN=root")])
        let clients = try await reopened.clients(ClientQuery(), at: SeenClients.now).clients
        #expect(clients.count == 2)
        let one = try #require(clients.first { $0.facts.subject == "CN=client-1" })
        #expect(one.handshakes == 2)
        #expect(one.alternativeNames == ["DNS:a.test"])
        #expect(one.roots.map(\.anchor.trustStore) == ["partners"])
    }

    @Test("What a query may ask is bounded")
    func bounds() async {
        for limit in [0, -1, LedgerLimits.page + 1] {
            await #expect(throws: OperatorError.self) { _ = try await self.clients { $0.limit = limit } }
        }
        for seconds in [0, -1, Int64.max] {
            await #expect(throws: OperatorError.self) {
                _ = try await self.clients { $0.expiringWithinSeconds = seconds }
            }
        }
    }

    @Test("Names of any length take bounded room, and are told apart by what they are")
    func longNames() async throws {
        let long = "CN=" + String(repeating: "x", count: 60_000)
        self.ledger.note([SeenClients.record(1, subject: long), SeenClients.record(2, subject: long)])
        let list = try await self.clients()
        #expect(list.matching == 2)
        #expect(list.clients.allSatisfy { $0.facts.subject.utf8.count < LedgerLimits.nameBytes + 4 })
    }

    @Test("More clients than may wait are counted, not kept")
    func full() async throws {
        self.ledger.note((0..<LedgerLimits.waiting + 7).map { SeenClients.record($0) })
        #expect(self.ledger.health.lost == 7)
        #expect(try await self.clients { $0.limit = 1 }.matching == LedgerLimits.waiting)
    }

    @Test("A database that is none is told of, left as it is, and keeps nobody from serving")
    func damaged() async throws {
        let path = self.home.file("damaged.sqlite")
        let rubbish = Data(repeating: 7, count: 4_096)
        try rubbish.write(to: URL(fileURLWithPath: path))
        let ledger = ClientLedger(path: path)
        ledger.note([SeenClients.record(1)])
        #expect(ledger.health.failure != nil)
        #expect(ledger.health.lost == 1)
        await #expect(throws: OperatorError.self) {
            _ = try await ledger.clients(ClientQuery(), at: SeenClients.now)
        }
        #expect(try TemporaryDirectory.contents(of: path) == rubbish)
    }
}
