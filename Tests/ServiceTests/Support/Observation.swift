import Foundation
import GRDB
import TestSupport

@testable import Service

/// Everything a refused change must leave alone: what the database says, and which keys there are.
struct Observation: Equatable {
    let rows: [String]
    let files: [String: Data]

    init(_ gate: TestGate) throws {
        let queue = try DatabaseQueue(path: gate.directory.databasePath)
        self.rows = try queue.read { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT rowid, * FROM \"\(table)\" ORDER BY rowid")
                    .map { "\(table): \($0)" }
            }
        }
        self.files = try TemporaryDirectory.files(below: gate.directory.keysPath)
            .reduce(into: [:]) { $0[$1] = try TemporaryDirectory.contents(of: $1) }
    }
}

extension TestGate {
    /// What an operator with `sqlite3` could do beside the gate.
    func run(_ sql: String) throws {
        try DatabaseQueue(path: self.directory.databasePath).write { try $0.execute(sql: sql) }
    }
}
