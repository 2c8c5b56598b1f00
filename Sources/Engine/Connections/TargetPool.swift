import Model

/// Idle connections of one worker to the targets, newest first: the newest is the likeliest to be alive.
struct TargetPool {
    private var idle: [Endpoint: [TargetConnection]] = [:]

    mutating func take(_ endpoint: Endpoint) -> TargetConnection? {
        self.idle[endpoint]?.popLast()
    }

    /// False when the pool is full for this target; then the caller closes the connection.
    mutating func put(_ connection: TargetConnection) -> Bool {
        guard self.idle[connection.endpoint, default: []].count < EngineLimits.idleTargetConnections else {
            return false
        }
        self.idle[connection.endpoint, default: []].append(connection)
        return true
    }

    mutating func remove(_ connection: TargetConnection) {
        self.idle[connection.endpoint]?.removeAll { $0 === connection }
    }

    /// Takes out the connections to endpoints that are no longer targets.
    mutating func removeAll(except endpoints: Set<Endpoint>) -> [TargetConnection] {
        let gone = self.idle.filter { !endpoints.contains($0.key) }
        for endpoint in gone.keys { self.idle[endpoint] = nil }
        return gone.values.flatMap { $0 }
    }
}
