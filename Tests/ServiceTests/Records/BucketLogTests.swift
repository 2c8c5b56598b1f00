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
    func names(prefix: String?) throws {
        let home = try TemporaryDirectory()
        let bucket = BucketLog(try Self.place(below: home.path, prefix: prefix))
        try bucket.append(Self.line("one"), at: Self.time)
        let directory =
            "\(home.path)/gate-logs/" + (prefix.map { "\($0)/" } ?? "")
            + "AWSLogs/000000000000/elasticloadbalancing/local/2026/01/05"
        let stem = "000000000000_elasticloadbalancing_local_app.edge.78b889fe26824b20"
        let open = try #require(try TemporaryDirectory.files(below: home.path).first)
        #expect(open.hasPrefix("\(directory)/\(stem)_20260105T0940Z_127.0.0.1_"))
        #expect(open.hasSuffix(".log.part"))
        bucket.endInterval(at: Self.after(167))
        #expect(try TemporaryDirectory.files(below: home.path) == [open])
        bucket.endInterval(at: Self.after(168))
        let finished = try TemporaryDirectory.files(below: home.path)
        #expect(finished == [String(open.dropLast(5))])
        #expect(try TemporaryDirectory.text(of: finished[0]) == "one\n")
        #expect(try TemporaryDirectory.mode(of: finished[0]) == 0o600)
        #expect(try Self.place(.connection, below: home.path).stem == "conn_log_\(stem)")
    }

    @Test("Each interval with lines has a file, and none is written to again")
    func intervals() throws {
        let home = try TemporaryDirectory()
        let bucket = BucketLog(try Self.place(below: home.path))
        try bucket.append(Self.line("one"), at: Self.time)
        try bucket.append(Self.line("two"), at: Self.time)
        try bucket.append(Self.line("three"), at: Self.after(900))
        bucket.finish()
        let texts = try TemporaryDirectory.files(below: home.path).map(TemporaryDirectory.text)
        #expect(texts == ["one\ntwo\n", "three\n"])
    }

    @Test("What a killed gate left unfinished is finished, and what is not ours left alone")
    func leftovers() throws {
        let home = try TemporaryDirectory()
        let place = try Self.place(below: home.path)
        let directory = "\(place.files)/2026/01/04"
        try StateDirectory.makeDirectory(directory)
        for name in ["\(place.stem)_20260104T0940Z_127.0.0.1_abcdefgh.log.part", "other.log", "x.part"] {
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
    func bound() throws {
        let home = try TemporaryDirectory()
        let place = try Self.place(below: home.path)
        let bucket = BucketLog(place, limit: 20)
        for day in 0..<10 { try bucket.append(Self.line("day \(day)"), at: Self.after(86_400 * Int64(day))) }
        bucket.finish()
        let texts = try TemporaryDirectory.files(below: home.path).map(TemporaryDirectory.text)
        #expect(texts == ["day 7\n", "day 8\n", "day 9\n"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place.files)/2026/01").count == 3)
    }

    @Test("Without a bucket, or switched off, there is no place")
    func none() {
        for delivery in [LogDelivery(isEnabled: true), LogDelivery(isEnabled: false, bucket: "gate-logs")] {
            let balancer = Self.balancer { $0.access = delivery }
            #expect(BucketPlace(.access, of: balancer, below: "/nowhere") == nil)
        }
    }
}
