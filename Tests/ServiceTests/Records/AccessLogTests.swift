import Foundation
import Model
import TestSupport
import Testing

@testable import Service

/// The access log's way to its files, and what the attributes of load balancers make of it.
@Suite("Access log files")
struct AccessLogTests {
    private static func lines(_ text: String, path: String = "app/edge/1", count: Int = 1) -> AccessLines {
        AccessLines(loadBalancerPath: path, bytes: Array(text.utf8), count: count)
    }

    private static func edge(_ change: (inout LoadBalancerLogs) -> Void) throws -> DesiredConfiguration {
        try Declarations.edge().with { change(&$0.loadBalancers[0].logs) }
    }

    @Test("The file is made with the first line, for its owner alone")
    func plainFile() throws {
        let home = try TemporaryDirectory()
        let log = AccessLog(path: "\(home.path)/access.log")
        log.flush()
        #expect(try TemporaryDirectory.files(below: home.path).isEmpty)
        log.publish([Self.lines("a\nb\n", count: 2), Self.lines("c\n", path: "app/other/2")])
        log.flush()
        #expect(try TemporaryDirectory.text(of: "\(home.path)/access.log") == "a\nb\nc\n")
        #expect(try TemporaryDirectory.mode(of: "\(home.path)/access.log") == 0o600)
        #expect(log.health == LogHealth(name: "access log", lost: 0, failure: nil))
    }

    @Test("A place that cannot be written loses lines and says why, until it can")
    func unwritable() throws {
        let home = try TemporaryDirectory()
        let log = AccessLog(path: "\(home.path)/logs/access.log")
        log.publish([Self.lines("a\nb\n", count: 2)])
        log.flush()
        #expect(log.health.lost == 2)
        #expect(log.health.failure?.message.contains("\(home.path)/logs/access.log") == true)
        try StateDirectory.makeDirectory("\(home.path)/logs")
        log.publish([Self.lines("c\n")])
        log.flush()
        #expect(log.health == LogHealth(name: "access log", lost: 2, failure: nil))
    }

    @Test("Lines that wait are bounded in bytes; what is beyond is counted")
    func overflow() throws {
        let home = try TemporaryDirectory()
        let writer = LogWriter(
            name: "access log",
            file: RotatedFile(later: "\(home.path)/log"),
            waitingBytes: 10,
            clock: { Timestamp(seconds: 0) }
        )
        writer.append((0..<4).map { LogWriter.Chunk(path: "p", bytes: Array("\($0)xx\n".utf8), count: 1) })
        writer.flush()
        #expect(writer.health.lost == 2)
        #expect(try TemporaryDirectory.text(of: "\(home.path)/log") == "0xx\n1xx\n")
    }

    @Test("A bucket gets its load balancer's lines, and its last file when the gate stops")
    func bucket() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.edge {
            $0.access = LogDelivery(isEnabled: true, bucket: "gate-logs", prefix: "web")
            $0.connection = LogDelivery(isEnabled: true, bucket: "gate-logs")
        }
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            let plan = try await gate.apply(wanted).plan.lines.map(\.description)
            #expect(plan.contains { $0.contains("load balancer edge") })
            let served = try #require(gate.plane.running?.listeners)
            #expect(served.allSatisfy { $0.accessLog != nil })
            #expect(
                served.contains { $0.accessLog?.certificateARNs.first?.hasPrefix("arn:aws:acm:") == true }
            )
            let path = try #require(served.first?.loadBalancerPath)
            gate.accessLog.publish([
                Self.lines("ours\n", path: path), Self.lines("theirs\n", path: "app/x/1"),
            ])
            await gate.service.stop(grace: .zero)
            let buckets = "\(gate.directory.bucketsPath)/gate-logs"
            let files = try TemporaryDirectory.files(below: buckets)
            #expect(files.map { $0.split(separator: "/").last ?? "" }.contains("ELBAccessLogTestFile"))
            #expect(files.map { $0.split(separator: "/").last ?? "" }.contains("ELBConnectionLogTestFile"))
            let logs = files.filter { $0.hasSuffix(".log.gz") }
            #expect(logs.count == 1)
            #expect(try await TemporaryDirectory.unzippedText(of: try #require(logs.first)) == "ours\n")
            #expect(logs.first?.hasPrefix("\(buckets)/web/AWSLogs/") == true)
        }

        // Stored, and found again.
        let again = try await TestGate.reopened(home)
        try await again.service.start()
        #expect(try await again.apply(wanted).plan.isEmpty)
        let off = try await again.apply(Declarations.edge()).plan.lines.map(\.description).joined()
        #expect(off.contains("access_logs.s3.enabled true -> false, access_logs.s3.bucket gate-logs -> none"))
        #expect(again.plane.running?.listeners.allSatisfy { $0.accessLog == nil } == true)
        await again.service.stop(grace: .zero)
    }

    @Test("A bucket that cannot be written is refused with the change that names it")
    func unusableBucket() async throws {
        let gate = try TestGate()
        try await gate.service.start()
        try StateDirectory.makeDirectory(gate.directory.bucketsPath)
        try Data().write(to: URL(fileURLWithPath: "\(gate.directory.bucketsPath)/gate-logs"))
        let wanted = try Self.edge { $0.access = LogDelivery(isEnabled: true, bucket: "gate-logs") }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "loadBalancers[0].attributes.access_logs.s3.bucket")
        #expect(try await gate.service.view().generation == 0)
        await gate.service.stop(grace: .zero)
    }

    @Test(
        "What is no bucket or prefix, or could lead out of one, is refused",
        arguments: [
            ("..", nil, "bucket"), ("Ab", nil, "bucket"), ("a..b", nil, "bucket"), ("a/b", nil, "bucket"),
            ("-ab", nil, "bucket"), (nil, "web", "prefix"), ("abc", "../x", "prefix"),
            ("abc", "/x", "prefix"),
            ("abc", "x//y", "prefix"), ("abc", "x/AWSLogs", "prefix"), ("abc", "a b", "prefix"),
            ("abc", ".", "prefix"), ("abc", "", "prefix"),
        ] as [(String?, String?, String)]
    )
    func mistakes(bucket: String?, prefix: String?, field: String) async throws {
        let gate = try TestGate()
        try await gate.service.start()
        let wanted = try Self.edge {
            $0.access = LogDelivery(isEnabled: true, bucket: bucket, prefix: prefix)
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == "loadBalancers[0].attributes.access_logs.s3.\(field)")
        await gate.service.stop(grace: .zero)
    }

    @Test("A copy of the connection log needs a bucket, and a network load balancer has no such logs")
    func restrictions() async throws {
        let gate = try TestGate()
        try await gate.service.start()
        let placeless = try Self.edge { $0.connection = LogDelivery(isEnabled: true) }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(placeless) }
        #expect(error?.subject == "loadBalancers[0].attributes.connection_logs.s3.bucket")
        var logs = LoadBalancerLogs.none
        logs.access.isEnabled = true
        let network = try Declarations.edge().with { [logs] in
            $0.loadBalancers.append(
                DesiredLoadBalancer(
                    name: "net",
                    type: .network,
                    address: .loopback,
                    listeners: [],
                    logs: logs
                )
            )
        }
        let second = await #expect(throws: OperatorError.self) { try await gate.apply(network) }
        #expect(second?.subject == "loadBalancers[1].attributes")
        await gate.service.stop(grace: .zero)
    }
}
