import Foundation
import GRDB
import Model

/// The database of the ledger; used by one queue.
///
/// It is not the gate's: what strangers can fill must not share a file, a lock or a disk error with the
/// configuration. A transaction is not synced, because losing the last of them loses no decision.
final class LedgerStore: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    private let verified: Int
    private let unverified: Int

    /// Opens the database; `verified` and `unverified` are how many of each it keeps.
    init(
        path: String,
        verified: Int = LedgerLimits.verified,
        unverified: Int = LedgerLimits.unverified
    ) throws(OperatorError) {
        self.verified = verified
        self.unverified = unverified
        // As for the gate's database: SQLite would let everyone read it.
        guard let file = FileDescriptor(opening: path, flags: O_RDWR | O_CREAT) else {
            throw .system(errno, doing: "open", path: path)
        }
        _ = consume file
        self.path = path
        do {
            var configuration = GRDB.Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(1)
            configuration.label = "sekisho.ledger"
            self.queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrator.migrate(self.queue)
        } catch {
            throw Store.operatorError(error, path: path)
        }
    }

    /// Adds what was seen of clients, and lets those go that are too many.
    func merge(_ clients: [KnownClient]) throws(OperatorError) {
        do {
            try self.queue.write { database in
                for client in clients { try Self.merge(client, in: database) }
                try Self.evict(isVerified: true, beyond: self.verified, in: database)
                try Self.evict(isVerified: false, beyond: self.unverified, in: database)
            }
        } catch {
            throw Store.operatorError(error, path: self.path)
        }
    }

    /// Looks at every client that the query's own conditions let through, newest first.
    func clients(
        _ query: ClientQuery,
        matching filter: Filter,
        at now: Timestamp
    ) throws(OperatorError) -> ClientList {
        do {
            return try self.queue.read { database in
                let (clients, matching) = try Self.clients(query, matching: filter, at: now, in: database)
                return ClientList(
                    clients: clients,
                    matching: matching,
                    verified: try Self.count(isVerified: true, in: database),
                    unverified: try Self.count(isVerified: false, in: database)
                )
            }
        } catch {
            throw Store.operatorError(error, path: self.path)
        }
    }

    /// Without a filter the database counts; with one, every row has to be read.
    private static func clients(
        _ query: ClientQuery,
        matching filter: Filter,
        at now: Timestamp,
        in database: Database
    ) throws -> (clients: [KnownClient], matching: Int) {
        let (condition, arguments) = self.condition(query, at: now)
        let sql = "SELECT * FROM client WHERE \(condition) ORDER BY lastSeen DESC"
        guard !filter.isEmpty else {
            let count = "SELECT count(*) FROM client WHERE \(condition)"
            return (
                try Row.fetchAll(database, sql: "\(sql) LIMIT \(query.limit)", arguments: arguments)
                    .map(self.client),
                try Int.fetchOne(database, sql: count, arguments: arguments) ?? 0
            )
        }
        var clients: [KnownClient] = []
        var matching = 0
        let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
        while let row = try rows.next() {
            let client = try self.client(row)
            guard filter.matches(client) else { continue }
            matching += 1
            if clients.count < query.limit { clients.append(client) }
        }
        return (clients, matching)
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 clients") { database in
            // Times are microseconds since 1970; the last three columns are JSON.
            try database.execute(
                sql: """
                    CREATE TABLE client (
                        fingerprint TEXT NOT NULL UNIQUE,
                        subject TEXT NOT NULL,
                        issuer TEXT NOT NULL,
                        serialNumber TEXT NOT NULL,
                        notBefore INTEGER NOT NULL,
                        notAfter INTEGER NOT NULL,
                        keyDescription TEXT NOT NULL,
                        isVerified INTEGER NOT NULL,
                        firstSeen INTEGER NOT NULL,
                        lastSeen INTEGER NOT NULL,
                        handshakes INTEGER NOT NULL,
                        tlsVersion TEXT,
                        refusals TEXT NOT NULL,
                        listeners TEXT NOT NULL,
                        places TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX clientBySight ON client (isVerified, lastSeen);
                    CREATE INDEX clientBySubject ON client (subject, notAfter);
                    """
            )
        }
        migrator.registerMigration("2 names and roots") { database in
            // Both are JSON.
            try database.execute(
                sql: """
                    ALTER TABLE client ADD COLUMN alternativeNames TEXT NOT NULL DEFAULT '[]';
                    ALTER TABLE client ADD COLUMN roots TEXT NOT NULL DEFAULT '[]';
                    """
            )
        }
        return migrator
    }

    private static func merge(_ seen: KnownClient, in database: Database) throws {
        let known = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM client WHERE fingerprint = ?"),
            arguments: [seen.facts.fingerprint]
        )
        var client = try known.map(self.client) ?? seen
        if known != nil { client.merge(seen) }
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO client VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (fingerprint) DO UPDATE SET
                    isVerified = excluded.isVerified, firstSeen = excluded.firstSeen,
                    lastSeen = excluded.lastSeen, handshakes = excluded.handshakes,
                    tlsVersion = excluded.tlsVersion, refusals = excluded.refusals,
                    listeners = excluded.listeners, places = excluded.places,
                    alternativeNames = excluded.alternativeNames, roots = excluded.roots
                """
        )
        try statement.execute(arguments: [
            client.facts.fingerprint, Self.cut(client.facts.subject), Self.cut(client.facts.issuer),
            Self.cut(client.facts.serialNumber), client.facts.notBefore.microseconds,
            client.facts.notAfter.microseconds, client.facts.keyDescription, client.isVerified,
            client.firstSeen.microseconds, client.lastSeen.microseconds, Int64(clamping: client.handshakes),
            client.tlsVersion, try StoredJSON.text(client.refusals), try StoredJSON.text(client.listeners),
            try StoredJSON.text(client.places), try StoredJSON.text(client.alternativeNames),
            try StoredJSON.text(client.roots),
        ])
    }

    private static func evict(isVerified: Bool, beyond limit: Int, in database: Database) throws {
        let surplus = try self.count(isVerified: isVerified, in: database) - limit
        guard surplus > 0 else { return }
        try database.execute(
            sql: """
                DELETE FROM client WHERE rowid IN
                    (SELECT rowid FROM client WHERE isVerified = ? ORDER BY lastSeen LIMIT ?)
                """,
            arguments: [isVerified, surplus]
        )
    }

    private static func count(isVerified: Bool, in database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM client WHERE isVerified = ?",
            arguments: [isVerified]
        ) ?? 0
    }

    private static func condition(
        _ query: ClientQuery,
        at now: Timestamp
    ) -> (sql: String, arguments: StatementArguments) {
        var conditions = ["true"]
        var arguments = StatementArguments()
        if query.verifiedOnly { conditions.append("isVerified") }
        if let seconds = query.expiringWithinSeconds {
            conditions.append("notAfter BETWEEN ? AND ?")
            arguments += [now.microseconds, now.microseconds + seconds * 1_000_000]
        }
        if let moment = query.lastSeenBefore {
            conditions.append("lastSeen < ?")
            arguments += [moment.microseconds]
        }
        if query.notRenewed {
            conditions.append(
                """
                NOT EXISTS (SELECT 1 FROM client AS other WHERE other.subject = client.subject
                    AND other.notAfter > client.notAfter AND other.isVerified >= client.isVerified)
                """
            )
        }
        return (conditions.joined(separator: " AND "), arguments)
    }

    private static func client(_ row: Row) throws -> KnownClient {
        KnownClient(
            facts: try row.facts(),
            alternativeNames: try StoredJSON.value(row.value("alternativeNames")),
            isVerified: try row.value("isVerified"),
            roots: try StoredJSON.value(row.value("roots")),
            firstSeen: Timestamp(microseconds: try row.value("firstSeen")),
            lastSeen: Timestamp(microseconds: try row.value("lastSeen")),
            handshakes: UInt64(clamping: try row.value("handshakes") as Int64),
            refusals: try StoredJSON.value(row.value("refusals")),
            listeners: try StoredJSON.value(row.value("listeners")),
            places: try StoredJSON.value(row.value("places")),
            tlsVersion: try row.optional("tlsVersion")
        )
    }

    /// A name within its bound; what was cut shows.
    private static func cut(_ name: String) -> String {
        guard name.utf8.count > LedgerLimits.nameBytes else { return name }
        return String(decoding: name.utf8.prefix(LedgerLimits.nameBytes), as: UTF8.self) + "…"
    }
}
