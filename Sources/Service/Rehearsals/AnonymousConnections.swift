import Model

/// Connections without a certificate that got through on one listener, by the name that was asked for.
///
/// They only grow. Clients invent names: when there are too many, those that were asked for least are counted
/// with the clients that asked for none.
struct AnonymousConnections: Hashable {
    private var byName: [String: UInt64] = [:]
    private var others: UInt64 = 0

    mutating func note(_ serverName: String?) {
        guard let serverName else {
            self.others += 1
            return
        }
        let name = serverName.lowercased()
        self.byName[name, default: 0] += 1
        guard self.byName.count > RehearsalLimits.anonymousNames else { return }
        let least = self.byName.filter { $0.key != name }.sorted { $0.value < $1.value }
        for (name, count) in least.prefix(RehearsalLimits.anonymousNames / 2) {
            self.byName[name] = nil
            self.others += count
        }
    }

    /// Those since an earlier moment whose names fit.
    func count(since before: AnonymousConnections?, where fits: (String?) -> Bool) -> UInt64 {
        var count = fits(nil) ? Self.difference(self.others, before?.others) : 0
        for (name, connections) in self.byName where fits(name) {
            count += Self.difference(connections, before?.byName[name])
        }
        return count
    }

    private static func difference(_ now: UInt64, _ before: UInt64?) -> UInt64 {
        now - min(now, before ?? 0)
    }
}
