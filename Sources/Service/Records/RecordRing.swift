import Model

/// The newest records, by number; bounded in count and in bytes.
///
/// Numbers of the records it holds have no gaps, so a record's place follows from its number. Memory grows
/// with what is kept, in chunks, and old chunks go whole.
struct RecordRing {
    private static let chunkRecords = 1_024

    private let kept: Int
    private let keptBytes: Int
    private var chunks: [[NumberedRecord]] = []
    /// The number that the first record of the first chunk has or would have.
    private var chunksFirst: UInt64 = 1
    private var bytes = 0

    /// The oldest record that is kept.
    private(set) var first: UInt64 = 1

    /// The number the next record gets; numbers begin at 1.
    private(set) var next: UInt64 = 1

    init(kept: Int, keptBytes: Int) {
        self.kept = max(1, kept)
        self.keptBytes = keptBytes
    }

    mutating func append(_ record: ConnectionRecord) {
        if self.chunks.isEmpty || self.chunks[self.chunks.count - 1].count == Self.chunkRecords {
            var chunk: [NumberedRecord] = []
            chunk.reserveCapacity(min(Self.chunkRecords, self.kept))
            self.chunks.append(chunk)
        }
        self.chunks[self.chunks.count - 1].append(NumberedRecord(number: self.next, record: record))
        self.next += 1
        self.bytes += Self.cost(record)
        while self.next - self.first > self.kept
            || (self.bytes > self.keptBytes && self.next - self.first > 1)
        {
            self.dropFirst()
        }
    }

    /// Records from a number on, oldest first; begins later where that one is gone.
    func records(from number: UInt64, limit: Int) -> [NumberedRecord] {
        var number = max(number, self.first)
        // A number may be anything that somebody has typed.
        guard number < self.next else { return [] }
        let end = number + min(self.next - number, UInt64(max(0, limit)))
        var records: [NumberedRecord] = []
        records.reserveCapacity(Int(end - number))
        while number < end {
            let offset = Int(number - self.chunksFirst)
            let chunk = self.chunks[offset / Self.chunkRecords]
            let start = offset % Self.chunkRecords
            let stop = min(chunk.count, start + Int(end - number))
            records += chunk[start..<stop]
            number += UInt64(stop - start)
        }
        return records
    }

    /// The number of the newest record that is so.
    func number(where isWanted: (ConnectionRecord) -> Bool) -> UInt64? {
        for chunk in self.chunks.reversed() {
            if let record = chunk.last(where: { isWanted($0.record) }) {
                return record.number >= self.first ? record.number : nil
            }
        }
        return nil
    }

    /// Lets go of how a client was refused; that it was is kept.
    mutating func forgetTrace(_ number: UInt64) {
        guard (self.first..<self.next).contains(number) else { return }
        let offset = Int(number - self.chunksFirst)
        let (chunk, place) = (offset / Self.chunkRecords, offset % Self.chunkRecords)
        var record = self.chunks[chunk][place].record
        record.tls?.trace = nil
        self.chunks[chunk][place] = NumberedRecord(number: number, record: record)
    }

    private mutating func dropFirst() {
        let offset = Int(self.first - self.chunksFirst)
        self.bytes -= Self.cost(self.chunks[0][offset].record)
        self.first += 1
        if offset + 1 == Self.chunkRecords {
            self.chunks.removeFirst()
            self.chunksFirst += UInt64(Self.chunkRecords)
        }
    }

    /// About what a record takes in memory: its fixed part, and the text a stranger chose.
    private static func cost(_ record: ConnectionRecord) -> Int {
        let leaf = record.tls?.leaf
        return 512 + (leaf?.subject.utf8.count ?? 0) + (leaf?.issuer.utf8.count ?? 0)
            + (leaf?.serialNumber.utf8.count ?? 0) + (record.tls?.serverName?.utf8.count ?? 0)
    }
}
