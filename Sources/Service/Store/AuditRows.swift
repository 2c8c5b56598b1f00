import Foundation
import GRDB
import Model

/// What the audit trail is told about a change before it has a number.
struct AuditDraft: Sendable {
    let time: Timestamp
    let author: Author
    let lines: [Plan.Line]
    var origin: ChangeRecord.Origin?
    /// nil for a change of nothing, which cannot be taken back.
    var delta: ConfigurationDelta?
    /// See ``TrialTerms/maximumRefusalPercent``.
    var maximumRefusalPercent: Int?
    /// The change whose trial this one ends.
    var endsTrial: Int64?
}

/// The rows of the audit trail and of trials; what is not a column is JSON, which `json_each` takes apart.
enum AuditRows {
    /// Changes that can be taken back; what older ones did is told only by their lines.
    private static let undoable: Int64 = 1_000

    static func insert(
        _ draft: AuditDraft,
        generation: UInt64,
        into database: Database
    ) throws -> ChangeRecord {
        try database.execute(
            sql: """
                INSERT INTO change (time, author, via, generation, lines, delta, origin)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                draft.time.microseconds, draft.author.name, draft.author.via, Int64(clamping: generation),
                try StoredJSON.text(draft.lines), try draft.delta.map(StoredJSON.text),
                try draft.origin.map(StoredJSON.text),
            ]
        )
        let number = database.lastInsertedRowID
        if case .trial(let deadline) = draft.origin {
            try database.execute(
                sql: "INSERT INTO trial (change, deadline, maximumRefusalPercent) VALUES (?, ?, ?)",
                arguments: [number, deadline.microseconds, draft.maximumRefusalPercent]
            )
        }
        if let ended = draft.endsTrial {
            try database.execute(sql: "DELETE FROM trial WHERE change = ?", arguments: [ended])
        }
        try database.execute(
            sql: """
                UPDATE change SET delta = NULL
                WHERE number <= ? AND delta IS NOT NULL AND number NOT IN (SELECT change FROM trial)
                """,
            arguments: [number - Self.undoable]
        )
        return ChangeRecord(
            number: number,
            time: draft.time,
            author: draft.author,
            generation: generation,
            lines: draft.lines,
            origin: draft.origin
        )
    }

    static func newest(_ limit: Int, in database: Database) throws -> [ChangeRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM change ORDER BY number DESC LIMIT ?",
            arguments: [limit]
        ).map(self.record)
    }

    /// A change with what it did; nil if there is none of that number.
    static func change(
        _ number: Int64,
        in database: Database
    ) throws -> (record: ChangeRecord, delta: ConfigurationDelta?)? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT * FROM change WHERE number = ?",
            arguments: [number]
        )
        return try row.map { (try self.record($0), try self.delta($0)) }
    }

    /// What changes did to one trust store, the newest in front; only those that can still be taken back.
    static func trustStoreEdits(
        _ id: ResourceID,
        in database: Database
    ) throws -> [(edit: ConfigurationDelta.Edit<TrustStore>, change: ChangeRecord)] {
        var edits: [(edit: ConfigurationDelta.Edit<TrustStore>, change: ChangeRecord)] = []
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT * FROM change WHERE json_array_length(delta, '$.trustStores') > 0
                ORDER BY number DESC
                """
        )
        while edits.count < TrustStoreRevision.listed, let row = try rows.next() {
            let found = try self.delta(row)?.trustStores.filter { ($0.after ?? $0.before)?.id == id } ?? []
            for edit in found where edit.before?.revision != edit.after?.revision {
                edits.append((edit, try self.record(row)))
            }
        }
        return edits
    }

    static func trials(in database: Database) throws -> [PendingTrial] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM trial JOIN change ON number = trial.change ORDER BY deadline"
        ).map { row in
            guard let delta = try self.delta(row) else {
                throw RowError(description: "column delta of a trial is empty")
            }
            let record = try self.record(row)
            return PendingTrial(
                trial: Trial(
                    change: record.number,
                    author: record.author,
                    startedAt: record.time,
                    deadline: Timestamp(microseconds: try row.value("deadline")),
                    lines: record.lines,
                    maximumRefusalPercent: try row.optional("maximumRefusalPercent")
                ),
                delta: delta
            )
        }
    }

    private static func record(_ row: Row) throws -> ChangeRecord {
        ChangeRecord(
            number: try row.value("number"),
            time: Timestamp(microseconds: try row.value("time")),
            author: Author(name: try row.value("author"), via: try row.value("via")),
            generation: UInt64(clamping: try row.value("generation") as Int64),
            lines: try StoredJSON.value(row.value("lines")),
            origin: try (row.optional("origin") as String?).map(StoredJSON.value)
        )
    }

    private static func delta(_ row: Row) throws -> ConfigurationDelta? {
        try (row.optional("delta") as String?).map(StoredJSON.value)
    }
}
