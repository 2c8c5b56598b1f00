import Foundation
import Model
import Testing

/// Counters cross from one version of the program to another: a console may look at an older gate.
@Suite("Counters")
struct CountersTests {
    /// Without a key, as a program says it that does not know it.
    private func without<Value: Codable>(_ keys: [String], _ value: Value) throws -> Value {
        let data = try JSONEncoder().encode(value)
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in keys { object[key] = nil }
        return try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: object))
    }

    @Test("What an older gate does not tell is not known, and the rest is")
    func older() throws {
        var listener = ListenerCounters()
        listener.handshakes = 3
        listener.onExpiredLists = 2
        listener.resumed = 1
        let read = try self.without(["onExpiredLists", "resumed"], listener)
        #expect(read.handshakes == 3 && read.onExpiredLists == nil && read.resumed == nil)
        var group = TargetGroupCounters()
        group.nonStickyRequests = 4
        group.failsOpen = true
        group.requestsPerTarget = 1.5
        let known = try self.without(["failsOpen", "requestsPerTarget"], group)
        #expect(known.nonStickyRequests == 4 && known.failsOpen == nil && known.requestsPerTarget == nil)
    }

    @Test("Shares of workers add up, those that tell nothing among them")
    func sum() {
        var sum = ListenerCounters()
        sum.add(ListenerCounters())
        #expect(sum.onExpiredLists == nil && sum.resumed == nil)
        var share = ListenerCounters()
        share.onExpiredLists = 2
        share.resumed = 3
        sum.add(share)
        sum.add(share)
        #expect(sum.onExpiredLists == 4 && sum.resumed == 6)
    }
}
