import Foundation
import Model

/// The gate's end of ``PackedRecords``; one for each watch.
struct RecordPacker {
    /// What was sent before, by its place.
    private struct Table<Value: Hashable & Encodable> {
        private var places: [Value: Int] = [:]
        private var bounds = PackedTableBounds()

        /// Writes the place of a value, counted from `first`, and the value where the other end lacks it.
        mutating func write(_ value: Value, first: Int, to bytes: inout [UInt8]) throws {
            if let place = self.places[value] {
                bytes.appendCount(UInt64(first + place))
                return
            }
            let json = try JSONEncoder().encode(value)
            // The place is said as it was before both ends made room.
            bytes.appendCount(UInt64(first + self.bounds.count))
            bytes.appendBlock(json)
            if self.bounds.add(bytes: json.count) { self.places = [:] }
            self.places[value] = self.bounds.count - 1
        }
    }

    private var commons = Table<ConnectionRecord>()
    private var leaves = Table<CertificateFacts>()

    /// A batch as one message, or as several where it is long.
    mutating func pack(_ batch: RecordBatch) throws(OperatorError) -> [PackedRecords] {
        var messages: [PackedRecords] = []
        var bytes = Self.head(batch)
        var (number, time): (UInt64, Int64) = (0, 0)
        do {
            for numbered in batch.records {
                if bytes.count >= PackedRecords.batchBytes {
                    messages.append(PackedRecords(bytes: bytes))
                    bytes = Self.head(batch)
                    (number, time) = (0, 0)
                }
                try self.write(numbered.record, to: &bytes)
                bytes.appendCount(numbered.number &- number)
                bytes.appendDistance(numbered.record.time.microseconds &- time)
                (number, time) = (numbered.number, numbered.record.time.microseconds)
                try Self.writeOwn(numbered.record, to: &bytes)
            }
        } catch {
            throw OperatorError(
                .internalFailure,
                subject: "control socket",
                message: "A connection record could not be encoded for the control socket.",
                hint: nil
            )
        }
        return messages + [PackedRecords(bytes: bytes)]
    }

    private static func head(_ batch: RecordBatch) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(batch.records.count * 64)
        bytes.appendCount(batch.lost)
        return bytes
    }

    /// What a record shares with others.
    private mutating func write(_ record: ConnectionRecord, to bytes: inout [UInt8]) throws {
        try self.commons.write(record.common, first: 0, to: &bytes)
        if let leaf = record.tls?.leaf {
            try self.leaves.write(leaf, first: 1, to: &bytes)
        } else {
            bytes.appendCount(0)
        }
    }

    /// What a record has for itself.
    private static func writeOwn(_ record: ConnectionRecord, to bytes: inout [UInt8]) throws {
        if let v4 = record.client.address.v4 {
            bytes.append(4)
            bytes.appendBits(v4)
        } else {
            bytes.append(6)
            bytes.appendBits(record.client.address.v6.high)
            bytes.appendBits(record.client.address.v6.low)
        }
        bytes.appendBits(record.client.port)
        bytes.appendCount(record.tls?.latencyMicroseconds.map { UInt64(max(0, $0)) + 1 } ?? 0)
        bytes.appendCount(record.repeated ?? 0)
        bytes.appendBits(record.traceID.high)
        bytes.appendBits(record.traceID.low)
        if let trace = record.tls?.trace {
            bytes.appendBlock(try JSONEncoder().encode(trace))
        } else {
            bytes.appendCount(0)
        }
    }
}

extension ConnectionRecord {
    /// The record without what it shares with no other, and without what is not encoded.
    fileprivate var common: ConnectionRecord {
        var record = self
        record.time = Timestamp(microseconds: 0)
        record.client = Endpoint(address: .loopback, port: 0)
        record.traceID = TraceID(high: 0, low: 0)
        record.repeated = nil
        if var tls = record.tls {
            tls.latencyMicroseconds = nil
            tls.leaf = nil
            tls.trace = nil
            tls.presentedChain = []
            tls.alternativeNames = []
            tls.anchor = nil
            record.tls = tls
        }
        return record
    }
}

extension [UInt8] {
    fileprivate mutating func appendCount(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.append(UInt8(rest))
    }

    /// A small value is short in either direction: 0, −1, 1, −2 and so on.
    fileprivate mutating func appendDistance(_ value: Int64) {
        self.appendCount(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    /// In network order.
    fileprivate mutating func appendBits(_ value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            self.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate mutating func appendBlock(_ block: Data) {
        self.appendCount(UInt64(block.count))
        self.append(contentsOf: block)
    }
}
