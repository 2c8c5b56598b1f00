import Foundation
import Model

/// A console's end of ``PackedRecords``; one for each watch.
struct RecordUnpacker {
    private struct Malformed: Error {}

    /// What has come so far, by its place.
    private struct Table<Value: Decodable> {
        private var values: [Value] = []
        private var bounds = PackedTableBounds()

        mutating func read(_ place: UInt64, from reader: inout Reader) throws -> Value {
            if place < self.values.count { return self.values[Int(place)] }
            guard place == self.values.count else { throw Malformed() }
            let json = try reader.block()
            let value = try JSONDecoder().decode(Value.self, from: Data(json))
            if self.bounds.add(bytes: json.count) { self.values = [] }
            self.values.append(value)
            return value
        }
    }

    private var commons = Table<ConnectionRecord>()
    private var leaves = Table<CertificateFacts>()

    mutating func unpack(_ packed: PackedRecords) throws(OperatorError) -> RecordBatch {
        do {
            var reader = Reader(packed.bytes)
            let lost = try reader.count()
            var records: [NumberedRecord] = []
            // A record has forty bytes; whatever follows, no more room is asked for than that.
            records.reserveCapacity(packed.bytes.count / 32)
            var (number, time): (UInt64, Int64) = (0, 0)
            while !reader.isAtEnd {
                var record = try self.commons.read(try reader.count(), from: &reader)
                let leaf = try reader.count()
                if leaf > 0 { record.tls?.leaf = try self.leaves.read(leaf - 1, from: &reader) }
                number &+= try reader.count()
                time &+= try reader.distance()
                record.time = Timestamp(microseconds: time)
                try Self.readOwn(&record, from: &reader)
                records.append(NumberedRecord(number: number, record: record))
            }
            return RecordBatch(records: records, lost: lost)
        } catch {
            throw OperatorError(
                .protocolMismatch,
                subject: "control socket",
                message: "The gate sent connection records that cannot be read.",
                hint: "Use the sekisho binary that the gate was started with."
            )
        }
    }

    private static func readOwn(_ record: inout ConnectionRecord, from reader: inout Reader) throws {
        let address: IPAddress =
            switch try reader.byte() {
            case 4: IPAddress(v4: try reader.bits())
            case 6: IPAddress(v6: try reader.bits(), try reader.bits())
            default: throw Malformed()
            }
        record.client = Endpoint(address: address, port: try reader.bits())
        let latency = try reader.count()
        if latency > 0 { record.tls?.latencyMicroseconds = Int64(clamping: latency - 1) }
        let attempts = try reader.count()
        if attempts > 0 { record.repeated = attempts }
        record.traceID = TraceID(high: try reader.bits(), low: try reader.bits())
        let trace = try reader.block()
        if !trace.isEmpty {
            record.tls?.trace = try JSONDecoder().decode(VerificationTrace.self, from: Data(trace))
        }
    }

    /// Bytes that are read from front to back, and end where they end.
    private struct Reader {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { self.position == self.bytes.count }

        mutating func byte() throws -> UInt8 {
            guard self.position < self.bytes.count else { throw Malformed() }
            defer { self.position += 1 }
            return self.bytes[self.position]
        }

        mutating func count() throws -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), through: 63, by: 7) {
                let byte = try self.byte()
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
            }
            throw Malformed()
        }

        mutating func distance() throws -> Int64 {
            let value = try self.count()
            return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
        }

        mutating func bits<Value: FixedWidthInteger & UnsignedInteger>() throws -> Value {
            var value: Value = 0
            for _ in 0..<(Value.bitWidth / 8) { value = value << 8 | Value(try self.byte()) }
            return value
        }

        mutating func block() throws -> ArraySlice<UInt8> {
            let length = try self.count()
            guard length <= self.bytes.count - self.position else { throw Malformed() }
            defer { self.position += Int(length) }
            return self.bytes[self.position..<(self.position + Int(length))]
        }
    }
}
