import Foundation
import Model
import TestSupport
import Testing

@testable import Engine

/// An engine whose one listener forwards to a function, and logs.
struct FunctionGate {
    static let group = ResourceID(bits: 0x6B4E_CAE2_63D5_4E74)

    let engine: RunningEngine
    let listener: ServedListener

    init(_ group: ServedTargetGroup, tuning: EngineTuning = EngineTuning()) async throws {
        self.engine = RunningEngine(workers: 1, tuning: tuning)
        self.listener = ServedListener.test(
            action: .forward(targetGroupID: Self.group, targets: []),
            accessLog: AccessLogTests.log
        )
        try await self.run(group)
    }

    func run(_ group: ServedTargetGroup) async throws {
        try await self.engine.run([self.listener], targetGroups: [group])
    }

    /// The whole response to a request.
    func ask(_ request: String = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") throws -> String {
        try self.ask(Array(request.utf8))
    }

    func ask(_ request: [UInt8]) throws -> String {
        let client = try RawSocket(to: self.engine.endpoint(self.listener))
        try client.send(request)
        return String(decoding: client.receiveToEnd(), as: UTF8.self)
    }

    /// The fields of the newest line of the access log, once there are so many.
    func logged(_ count: Int) async throws -> [String: String] {
        AccessLogTests.fields(try #require(await self.engine.accessLines(count: count).last))
    }

    /// What is known of the function, once it is as described, at most 30 s.
    func health(where matches: (TargetGroupHealth) -> Bool = { _ in true }) async throws -> TargetGroupHealth
    {
        for _ in 0..<3_000 {
            if let health = self.health, matches(health) { return health }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try #require(self.health)
    }

    private var health: TargetGroupHealth? { self.engine.engine.counters().targetGroups?[Self.group] }
}
