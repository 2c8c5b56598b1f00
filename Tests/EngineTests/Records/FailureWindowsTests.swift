import Model
import TestTraits
import Testing

@testable import Engine

@Suite("Failures that are counted together", .ownThreads)
struct FailureWindowsTests {
    private let address = IPAddress(v4: 0xC000_0201)

    private func key(
        _ mark: Int = 1,
        _ outcome: HandshakeOutcome = .refused(.untrusted)
    ) -> FailureWindows.Key {
        FailureWindows.Key(listener: ResourceID(bits: 1), address: self.address, mark: mark, outcome: outcome)
    }

    private func record(_ number: UInt64) -> ConnectionRecord {
        ConnectionRecord(
            time: Timestamp(seconds: Int64(number)),
            listenerID: ResourceID(bits: 1),
            listenerName: "front",
            client: Endpoint(address: self.address, port: UInt16(number)),
            listenerPort: 443,
            tls: nil,
            traceID: TraceID(high: 0, low: number),
            loadBalancerPath: "app/a/1",
            nodeAddress: .loopback
        )
    }

    /// One failure; whether it was told.
    private func fail(_ windows: inout FailureWindows, _ number: UInt64, _ key: FailureWindows.Key) -> Bool {
        let record = self.record(number)
        guard windows.isTold(key, time: record.time, client: record.client, traceID: record.traceID) else {
            return false
        }
        windows.note(key, record, now: 0)
        return true
    }

    @Test("The first few are told, the rest by one record that names the last and how many")
    func rest() throws {
        var windows = FailureWindows(length: .seconds(10))
        let told = (1...9).map { self.fail(&windows, $0, self.key()) }
        #expect(told.count { $0 } == EngineLimits.failuresToldSingly)
        #expect(windows.nextEnd == 10_000)
        #expect(windows.end(now: 9_999).isEmpty)
        let rest = try #require(windows.end(now: 10_000).first)
        #expect((rest.repeated, rest.attempts) == (6, 6))
        #expect(rest.traceID == TraceID(high: 0, low: 9))
        #expect((rest.client.port, rest.time) == (9, Timestamp(seconds: 9)))
        #expect(windows.nextEnd == nil)
        // The next window begins anew.
        #expect(self.fail(&windows, 10, self.key()))
    }

    @Test("Other certificates, outcomes and addresses are other clients; a few failures need no more records")
    func others() {
        var windows = FailureWindows(length: .seconds(10))
        for number: UInt64 in 1...3 {
            #expect(self.fail(&windows, number, self.key(1)))
            #expect(self.fail(&windows, number, self.key(2)))
            #expect(self.fail(&windows, number, self.key(1, .refused(.expired))))
        }
        #expect(windows.end(now: .max).isEmpty)
    }

    @Test("Beyond the bound every failure is told")
    func bound() {
        var windows = FailureWindows(length: .seconds(10))
        for mark in 0..<EngineLimits.failureWindows { #expect(self.fail(&windows, 1, self.key(mark))) }
        for _ in 0..<9 { #expect(self.fail(&windows, 1, self.key(-1))) }
        #expect(windows.end(now: .max).isEmpty)
    }
}
