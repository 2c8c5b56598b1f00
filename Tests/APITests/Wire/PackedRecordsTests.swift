import Foundation
import Model
import Testing

@testable import API

/// What a watch's records become on their way, at both ends.
@Suite("Packed records")
struct PackedRecordsTests {
    private static func leaf(_ client: Int, name: String = "CN=client") -> CertificateFacts {
        CertificateFacts(
            subject: "\(name)-\(client)",
            issuer: "CN=Partner CA",
            serialNumber: String(client, radix: 16),
            notBefore: Timestamp(seconds: 1),
            notAfter: Timestamp(seconds: 2),
            fingerprint: "fingerprint \(client)",
            keyDescription: "P-256"
        )
    }

    private static func record(
        _ number: UInt64,
        leaf: CertificateFacts? = nil,
        change: (inout ConnectionRecord) -> Void = { _ in }
    ) -> NumberedRecord {
        var record = ConnectionRecord(
            time: Timestamp(microseconds: 1_790_000_000_000_000 + Int64(number % 1_000_000) * 200),
            listenerID: ResourceID(bits: 1),
            listenerName: "edge",
            client: Endpoint(address: IPAddress(v4: 0xCB00_7100 + UInt32(number % 200)), port: 40_000),
            listenerPort: 443,
            tls: ConnectionRecord.TLSDetails(
                mode: .verify,
                outcome: leaf == nil ? .refused(.untrusted) : .success,
                version: "TLSv1.3",
                cipher: "TLS_AES_256_GCM_SHA384",
                keyExchange: "X25519",
                latencyMicroseconds: leaf == nil ? nil : 2_000,
                serverName: "api.example.com",
                leaf: leaf,
                chainCount: 2,
                isResumed: false
            ),
            traceID: TraceID(high: 1, low: number),
            loadBalancerPath: "app/edge/1",
            nodeAddress: .loopback
        )
        change(&record)
        return NumberedRecord(number: number, record: record)
    }

    private static let trace = VerificationTrace(
        time: Timestamp(seconds: 0),
        trustStore: "clients",
        trustStoreRevision: 1,
        refusal: .untrusted,
        presented: [],
        presentedCount: 1,
        steps: [],
        path: ["CN=client"],
        candidates: [],
        otherTrustStores: ["partners"],
        sentence: "Refused.",
        remedy: "Do something."
    )

    /// Every kind of record that there is, with numbers that are missing and times that go back.
    private static let all: [NumberedRecord] = [
        record(1, leaf: leaf(1)),
        record(5, leaf: leaf(2)),
        record(6, leaf: leaf(1)) { $0.time = Timestamp(microseconds: -5) },
        record(7) { $0.tls = nil },
        record(8) { $0.tls?.trace = trace },
        record(9, leaf: leaf(3)) { $0.tls?.cut = .policyChanged },
        record(10, leaf: leaf(3)) { $0.tls?.observed = .crlHit },
        record(11) { $0.repeated = 12_345 },
        record(12) { $0.client = Endpoint(address: IPAddress(v6: .max, 7), port: .max) },
        record(13, leaf: leaf(1)) { $0.tls?.latencyMicroseconds = 0 },
        record(.max) { $0.traceID = TraceID(high: .max, low: .max) },
    ]

    /// Packs and unpacks batch by batch, as the two ends of one watch.
    private static func carried(_ batches: [RecordBatch]) throws -> [RecordBatch] {
        var (packer, unpacker) = (RecordPacker(), RecordUnpacker())
        return try batches.flatMap { batch in
            try packer.pack(batch).map { message in
                let line = try ControlProtocol.encode(ControlReply(id: 1, body: .records(message)))
                let reply = try ControlProtocol.decode(ControlReply.self, from: line)
                guard case .records(let packed) = reply.body else { throw CancellationError() }
                return try unpacker.unpack(packed)
            }
        }
    }

    @Test("Records come out as they went in, whichever came before them")
    func roundTrip() throws {
        let batches = [
            RecordBatch(records: Self.all, lost: 0),
            RecordBatch(records: [], lost: 7),
            RecordBatch(records: Self.all.reversed(), lost: .max),
        ]
        let carried = try Self.carried(batches)
        #expect(carried == batches)
    }

    @Test("What clients presented stays with the gate")
    func presented() throws {
        let record = Self.record(1, leaf: Self.leaf(1)) {
            $0.tls?.presentedChain = [[1, 2, 3]]
            $0.tls?.alternativeNames = ["DNS:client"]
            $0.tls?.anchor = TrustAnchor(subject: "CN=Root", fingerprint: "ab", trustStore: "t")
        }
        let carried = try Self.carried([RecordBatch(records: [record], lost: 0)])
        #expect(carried.first?.records == [Self.record(1, leaf: Self.leaf(1))])
    }

    @Test("What many records share is sent once: each has some forty bytes")
    func size() throws {
        var packer = RecordPacker()
        let first = (1...UInt64(100)).map { Self.record($0, leaf: Self.leaf(Int($0 % 10))) }
        _ = try packer.pack(RecordBatch(records: first, lost: 0))
        let more = (101...UInt64(1_100)).map { Self.record($0, leaf: Self.leaf(Int($0 % 10))) }
        let messages = try packer.pack(RecordBatch(records: more, lost: 0))
        #expect(messages.count == 1)
        #expect(messages[0].bytes.count < 40 * more.count)
    }

    @Test("Tables that strangers fill are forgotten at both ends at once", arguments: [1, 4_096])
    func forgetting(nameBytes: Int) throws {
        let name = "CN=" + String(repeating: "x", count: nameBytes)
        let count = nameBytes == 1 ? PackedTableBounds.entryLimit * 2 + 10 : 5_000
        let records = (1...count).map { number in
            Self.record(UInt64(number), leaf: Self.leaf(number / 2 * 2 % 12_001, name: name))
        }
        let batches = stride(from: 0, to: count, by: 1_000).map { start in
            RecordBatch(records: Array(records[start..<min(start + 1_000, count)]), lost: 0)
        }
        let carried = try Self.carried(batches)
        #expect(carried.flatMap(\.records) == records)
    }

    @Test("A batch with long names goes in several messages")
    func longNames() throws {
        var packer = RecordPacker()
        let name = "CN=" + String(repeating: "\u{1}", count: 65_536)
        let records = (1...40).map { Self.record(UInt64($0), leaf: Self.leaf($0, name: name)) }
        let messages = try packer.pack(RecordBatch(records: records, lost: 3))
        #expect(messages.count > 1)
        let longest = messages.map(\.bytes.count).max() ?? 0
        #expect(longest < PackedRecords.batchBytes * 2)
        var unpacker = RecordUnpacker()
        let batches = try messages.map { try unpacker.unpack($0) }
        #expect(batches.flatMap(\.records) == records)
        #expect(batches.allSatisfy { $0.lost == 3 })
    }

    @Test("What is cut short or damaged is refused or read, and nothing worse")
    func damaged() throws {
        var packer = RecordPacker()
        let bytes = try packer.pack(RecordBatch(records: Self.all, lost: 300))[0].bytes
        for end in bytes.indices {
            var unpacker = RecordUnpacker()
            let batch = try? unpacker.unpack(PackedRecords(bytes: Array(bytes[..<end])))
            if let batch { #expect(Self.all.starts(with: batch.records)) }
        }
        var refused = 0
        for place in bytes.indices {
            for flip: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[place] ^= flip
                var unpacker = RecordUnpacker()
                do throws(OperatorError) {
                    _ = try unpacker.unpack(PackedRecords(bytes: damaged))
                } catch {
                    #expect(error.code == .protocolMismatch)
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count / 2)
    }
}
