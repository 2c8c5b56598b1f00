import Model
import Synchronization

/// Whose connections are counted together: an IPv4 address, or the /64 of an IPv6 address.
struct ConnectionSource: Hashable, Sendable {
    private let bits: UInt64
    private let isIPv6: Bool

    init(_ address: IPAddress) {
        self.bits = address.v4.map(UInt64.init) ?? address.v6.high
        self.isIPv6 = address.isIPv6
    }
}

/// How many connections each source has open, in all workers together.
///
/// A source is here only while it has one, so there are never more than ``EngineLimits/connections``. Taken
/// and given back once for each connection: the lock costs nothing beside an accept.
final class SourceTable: Sendable {
    private let counts = Mutex<[ConnectionSource: Int]>([:])

    /// Takes a place, unless the source has as many as the limit.
    func take(_ source: ConnectionSource, limit: Int) -> Bool {
        self.counts.withLock { counts in
            let count = counts[source, default: 0]
            guard count < limit else { return false }
            counts[source] = count + 1
            return true
        }
    }

    func giveBack(_ source: ConnectionSource) {
        self.counts.withLock { counts in
            guard let count = counts[source] else { return }
            counts[source] = count > 1 ? count - 1 : nil
        }
    }

    /// Sources with a connection.
    var sourceCount: Int { self.counts.withLock { $0.count } }
}
