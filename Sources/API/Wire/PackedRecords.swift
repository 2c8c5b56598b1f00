import Foundation

/// Connection records as a watch sends them: what many share is sent once, the rest of each takes some
/// forty bytes.
///
/// Reading a record as JSON costs ten times what a console has for it when it follows thousands of
/// handshakes a second.
///
///     records = lost record…
///     record  = common leaf number time client latency attempts traceID trace
///
/// - Counts, places and lengths are LEB128: seven bits a byte, the lowest first.
/// - `common` and `leaf` are places in tables that both ends keep for as long as the watch lasts; a place
///   that was not used before is followed by what is put there, as a length and JSON. Place 0 of leaves is
///   none.
/// - `number` and `time` are told as their distances from the record before.
struct PackedRecords: Hashable, Sendable {
    let bytes: [UInt8]

    /// Bytes after which a batch goes on in another line; one record may be longer.
    static let batchBytes = 1 << 20
}

extension PackedRecords: Codable {
    init(from decoder: any Decoder) throws {
        self.bytes = Array(try decoder.singleValueContainer().decode(Data.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(self.bytes))
    }
}

/// When both ends of a watch forget a table: strangers decide how many certificates there are, and how long
/// the names in them.
struct PackedTableBounds {
    static let entryLimit = 16_384
    static let byteLimit = 8 << 20

    private(set) var count = 0
    private var bytes = 0

    /// Books an entry of so many bytes; true when all others have to go first.
    mutating func add(bytes: Int) -> Bool {
        let isFull = self.count == Self.entryLimit || self.bytes + bytes > Self.byteLimit
        if isFull, self.count > 0 { self = PackedTableBounds() }
        self.count += 1
        self.bytes += bytes
        return isFull
    }
}
