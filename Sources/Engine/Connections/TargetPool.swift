import Model

/// Idle connections of one worker to the targets, newest first: the newest is the likeliest to be alive.
struct TargetPool {
    /// Connections of two protocols to one endpoint are not to be confused, nor of two groups that demand
    /// different things of its certificate.
    private struct Key: Hashable {
        let endpoint: Endpoint
        let isHTTP2: Bool
        let security: ObjectIdentifier?

        init(_ endpoint: Endpoint, isHTTP2: Bool, security: WorkerTargetTLS?) {
            self.endpoint = endpoint
            self.isHTTP2 = isHTTP2
            self.security = security.map(ObjectIdentifier.init)
        }

        init(_ connection: TargetConnection) {
            self.init(
                connection.endpoint,
                isHTTP2: connection.session != nil,
                security: connection.security
            )
        }
    }

    private var idle: [Key: [TargetConnection]] = [:]

    mutating func take(
        _ endpoint: Endpoint,
        isHTTP2: Bool,
        security: WorkerTargetTLS?
    ) -> TargetConnection? {
        self.idle[Key(endpoint, isHTTP2: isHTTP2, security: security)]?.popLast()
    }

    /// False when the pool is full for this target; then the caller closes the connection.
    mutating func put(_ connection: TargetConnection) -> Bool {
        guard self.idle[Key(connection), default: []].count < EngineLimits.idleTargetConnections else {
            return false
        }
        self.idle[Key(connection), default: []].append(connection)
        return true
    }

    mutating func remove(_ connection: TargetConnection) {
        self.idle[Key(connection)]?.removeAll { $0 === connection }
    }

    /// Takes out the connections to endpoints that are no longer targets, and those whose TLS is retired.
    mutating func removeAll(except endpoints: Set<Endpoint>) -> [TargetConnection] {
        let gone = self.idle.filter { key, connections in
            !endpoints.contains(key.endpoint) || connections.first?.security?.isRetired == true
        }
        for key in gone.keys { self.idle[key] = nil }
        return gone.values.flatMap { $0 }
    }
}
