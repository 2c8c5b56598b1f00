import Foundation
import GRDB
import Glibc
import Model

/// The database of one gate; the only code that speaks SQL.
///
/// One connection, write-ahead logging, `synchronous = FULL`: when ``save(_:replacing:change:)`` returns,
/// the change survives a power cut. `sqlite3` may read beside it at any time.
final class Store: Sendable {
    private let queue: DatabaseQueue
    private let path: String

    /// Opens the database, making or migrating it.
    ///
    /// - Throws: ``OperatorError`` with `StateUnreadable` when the file is damaged, is no database, or was
    ///   written by a newer version.
    init(path: String) throws(OperatorError) {
        // SQLite would make the file readable for everyone the umask allows, and gives its log and shared
        // memory the mode of the file.
        guard let file = FileDescriptor(opening: path, flags: O_RDWR | O_CREAT) else {
            throw .system(errno, doing: "open", path: path)
        }
        _ = consume file

        self.path = path
        do {
            var configuration = GRDB.Configuration()
            configuration.journalMode = .wal
            // For the moment an operator's sqlite3 holds the write lock.
            configuration.busyMode = .timeout(5)
            configuration.label = "sekisho.store"
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // After opening: the library sets NORMAL when it switches to WAL, and with NORMAL an
            // acknowledged change could be lost with the power.
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let damage = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            guard damage == "ok" else { throw Self.damaged(path, detail: damage ?? "no answer") }
            let isNewer = try queue.read { try Migrations.migrator.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw OperatorError(
                    .stateUnreadable,
                    subject: path,
                    message: "\(path) was written by a newer version of sekisho.",
                    hint: "Run that version, or choose another state directory with --state DIR."
                )
            }
            try Migrations.migrator.migrate(queue)
            self.queue = queue
        } catch {
            throw Self.operatorError(error, path: path)
        }
    }

    /// Everything stored.
    func load() throws(OperatorError) -> StoredState {
        do {
            return try self.queue.read { try StateReader(database: $0).state() }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
    }

    /// Stores a state and the audit line of the change that made it, both or neither.
    ///
    /// Only rows that differ from `previous` are touched.
    func save(
        _ state: StoredState,
        replacing previous: StoredState,
        change: AuditDraft
    ) async throws(OperatorError) -> ChangeRecord {
        do {
            return try await self.queue.write { database in
                try StateWriter(database: database).write(state, replacing: previous)
                return try AuditRows.insert(change, generation: state.generation, into: database)
            }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
    }

    /// The newest changes, newest first.
    func changes(limit: Int) throws(OperatorError) -> [ChangeRecord] {
        do {
            return try self.queue.read { try AuditRows.newest(limit, in: $0) }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
    }

    /// A change and what it did.
    ///
    /// - Throws: ``OperatorError`` with `ChangeNotFound` if there is none of that number.
    func change(
        _ number: Int64
    ) throws(OperatorError) -> (record: ChangeRecord, delta: ConfigurationDelta?) {
        do {
            if let change = try self.queue.read({ try AuditRows.change(number, in: $0) }) { return change }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
        throw OperatorError(
            .changeNotFound,
            subject: "change \(number)",
            message: "There is no change \(number).",
            hint: "`sekisho changes` lists them."
        )
    }

    /// What changes did to one trust store, the newest in front.
    func trustStoreEdits(
        _ id: ResourceID
    ) throws(OperatorError) -> [(edit: ConfigurationDelta.Edit<TrustStore>, change: ChangeRecord)] {
        do {
            return try self.queue.read { try AuditRows.trustStoreEdits(id, in: $0) }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
    }

    /// The changes that are on trial, the one that ends first in front.
    func trials() throws(OperatorError) -> [PendingTrial] {
        do {
            return try self.queue.read { try AuditRows.trials(in: $0) }
        } catch {
            throw Self.operatorError(error, path: self.path)
        }
    }

    /// What SQLite is set to, for the test of durability.
    func synchronousLevel() throws -> Int? {
        try self.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    /// Closes the file; the write-ahead log is folded into it.
    func close() {
        try? self.queue.close()
    }

    /// The border between GRDB's errors and ours; SQL and its values stay behind.
    static func operatorError(_ error: any Error, path: String) -> OperatorError {
        if let error = error as? OperatorError { return error }
        guard let error = error as? DatabaseError else {
            return Self.damaged(
                path,
                detail: (error as? RowError)?.description ?? "a value is not what it should be"
            )
        }
        let detail = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            return .system(ENOSPC, doing: "write", path: path)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_PERM:
            return OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) cannot be read or written: \(detail).",
                hint: "Check the disk and the file's owner; nothing was changed."
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) is locked by another program.",
                hint: "End the sqlite3 session that holds it, and try again; nothing was changed."
            )
        default:
            return Self.damaged(path, detail: detail)
        }
    }

    private static func damaged(_ path: String, detail: String) -> OperatorError {
        OperatorError(
            .stateUnreadable,
            subject: path,
            message: "\(path) is damaged or is not a database of sekisho: \(detail).",
            hint:
                "Restore it from a backup, or move it away and run `sekisho apply` with the configuration again."
        )
    }
}

/// A stored value that the Model cannot hold: somebody edited the database.
struct RowError: Error, CustomStringConvertible {
    let description: String
}
