import Foundation
import GRDB
import Model

/// What the audit trail is told about a change before it has a number.
struct AuditDraft: Sendable {
    let time: Timestamp
    let author: Author
    let lines: [Plan.Line]
}

/// The rows of the audit trail; the lines of a change are JSON, which `json_each` takes apart.
enum AuditRows {
    static func insert(
        _ draft: AuditDraft,
        generation: UInt64,
        into database: Database
    ) throws -> ChangeRecord {
        let lines = try JSONEncoder().encode(draft.lines)
        try database.execute(
            sql: "INSERT INTO change (time, author, via, generation, lines) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                draft.time.microseconds, draft.author.name, draft.author.via, Int64(clamping: generation),
                String(decoding: lines, as: UTF8.self),
            ]
        )
        return ChangeRecord(
            number: database.lastInsertedRowID,
            time: draft.time,
            author: draft.author,
            generation: generation,
            lines: draft.lines
        )
    }

    static func newest(_ limit: Int, in database: Database) throws -> [ChangeRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM change ORDER BY number DESC LIMIT ?",
            arguments: [limit]
        ).map { row in
            let lines: String = try row.value("lines")
            return ChangeRecord(
                number: try row.value("number"),
                time: Timestamp(microseconds: try row.value("time")),
                author: Author(name: try row.value("author"), via: try row.value("via")),
                generation: UInt64(clamping: try row.value("generation") as Int64),
                lines: try JSONDecoder().decode([Plan.Line].self, from: Data(lines.utf8))
            )
        }
    }
}
