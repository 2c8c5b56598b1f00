import Foundation
import Model
import TestSupport
import Testing

@testable import Service

@Suite("Bucket log")
struct BucketLogTests {
    private static func balancer(_ logs: (inout LoadBalancerLogs) -> Void) -> LoadBalancer {
        var delivery = LoadBalancerLogs.none
        logs(&delivery)
        return LoadBalancer(
            id: ResourceID(bits: 0x78B8_89FE_2682_4B20),
            name: "edge",
            type: .application,
            address: .loopback,
            listeners: [],
            logs: delivery
        )
    }

    private static func place(
        _ log: BucketPlace.Log = .access,
        below path: String,
        prefix: String? = nil
    ) throws -> BucketPlace {
        let delivery = LogDelivery(isEnabled: true, bucket: "gate-logs", prefix: prefix)
        let balancer = Self.balancer {
            $0.access = delivery
            $0.connection = delivery
        }
        return try #require(BucketPlace(log, of: balancer, below: path))
    }

    /// 2026-01-05T09:37:12Z.
    private static let time = Timestamp(seconds: 1_767_605_832)

    private static func after(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: Self.time.seconds + seconds)
    }

    private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

    @Test("Files are named as ALB names them, by the end of their five minutes", arguments: [nil, "web/eu"])
    func names(prefix: String?) async throws {
        let home = try TemporaryDirectory()
        let bucket = BucketLog(try Self.place(below: home.path, prefix: prefix))
        try bucket.append(Self.line("one"), at: Self.time)
        let directory =
            "\(home.path)/gate-logs/" + (prefix.map { "\($0)/" } ?? "")
            + "AWSLogs/000000000000/elasticloadbalancing/local/2026/01/05"
        let stem = "000000000000_elasticloadbalancing_local_app.edge.78b889fe26824b20"
        let open = try #require(try TemporaryDirectory.files(below: home.path).first)
        #expect(open.hasPrefix("\(directory)/\(stem)_20260105T0940Z_127.0.0.1_"))
        #expect(open.hasSuffix(".log.gz.part"))
        // A gate that is killed now leaves it like this.
        #expect(try await TemporaryDirectory.unzippedText(of: open) == "one\n")
        bucket.endInterval(at: Self.after(167))
        #expect(try TemporaryDirectory.files(below: home.path) == [open])
        bucket.endInterval(at: Self.after(168))
        let finished = try TemporaryDirectory.files(below: home.path)
        #expect(finished == [String(open.dropLast(5))])
        #expect(try await TemporaryDirectory.unzippedText(of: finished[0]) == "one\n")
        #expect(try TemporaryDirectory.mode(of: finished[0]) == 0o600)
        #expect(try Self.place(.connection, below: home.path).stem == "conn_log_\(stem)")
    }

    @Test("Each interval with lines has a file, and none is written to again")
    func intervals() async throws {
        let home = try TemporaryDirectory()
        let bucket = BucketLog(try Self.place(below: home.path))
        try bucket.append(Self.line("one"), at: Self.time)
        try bucket.append(Self.line("two"), at: Self.time)
        try bucket.append(Self.line("three"), at: Self.after(900))
        bucket.finish()
        let texts = try await TemporaryDirectory.unzippedTexts(below: home.path)
        #expect(texts == ["one\ntwo\n", "three\n"])
    }

    @Test("What a killed gate left unfinished is finished, and what is not ours left alone")
    func leftovers() throws {
        let home = try TemporaryDirectory()
        let place = try Self.place(below: home.path)
        let directory = "\(place.files)/2026/01/04"
        try StateDirectory.makeDirectory(directory)
        for name in ["\(place.stem)_20260104T0940Z_127.0.0.1_abcdefgh.log.gz.part", "other.log", "x.part"] {
            try Data("left\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        let bucket = BucketLog(place, limit: 1)
        bucket.finish()
        // The limit of one byte takes ours, and only ours.
        #expect(
            try TemporaryDirectory.files(below: home.path) == [
                "\(directory)/other.log", "\(directory)/x.part",
            ]
        )
    }

    @Test("The oldest files go when all are too large, with their directories")
    func bound() async throws {
        let home = try TemporaryDirectory()
        let place = try Self.place(below: home.path)
        let member = try #require(Gzip.member(Self.line("day 0"))).count
        let bucket = BucketLog(place, limit: member * 3 + 2)
        for day in 0..<10 { try bucket.append(Self.line("day \(day)"), at: Self.after(86_400 * Int64(day))) }
        bucket.finish()
        let texts = try await TemporaryDirectory.unzippedTexts(below: home.path)
        #expect(texts == ["day 7\n", "day 8\n", "day 9\n"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place.files)/2026/01").count == 3)
    }

    @Test("Lines that compress badly, and a megabyte that does well, come back as they went in")
    func compression() async throws {
        let home = try TemporaryDirectory()
        let bucket = BucketLog(try Self.place(below: home.path))
        let random = String(
            (0..<50_000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0x20...0x7E))) }
        )
        let regular = String(repeating: "GET /orders 200 0.001\n", count: 50_000)
        try bucket.append(Array((random + "\n").utf8), at: Self.time)
        try bucket.append(Array(regular.utf8), at: Self.time)
        bucket.finish()
        let file = try #require(try TemporaryDirectory.files(below: home.path).first)
        #expect(try await TemporaryDirectory.unzippedText(of: file) == random + "\n" + regular)
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
        #expect((size ?? .max) < 100_000)
    }

    @Test("Without a bucket, or switched off, there is no place")
    func none() {
        for delivery in [LogDelivery(isEnabled: true), LogDelivery(isEnabled: false, bucket: "gate-logs")] {
            let balancer = Self.balancer { $0.access = delivery }
            #expect(BucketPlace(.access, of: balancer, below: "/nowhere") == nil)
        }
    }
}
