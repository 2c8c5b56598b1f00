import GRDB
import Model

/// Reads a state from its rows; a value the Model cannot hold is an error that names table and column.
struct StateReader {
    let database: Database

    func state() throws -> StoredState {
        guard let gate = try Row.fetchOne(self.database, sql: "SELECT * FROM gate") else {
            throw RowError(description: "gate has no row")
        }
        let stores = try self.trustStores()
        let listeners = try self.listeners()
        return StoredState(
            generation: UInt64(clamping: try gate.value("generation") as Int64),
            configuration: Model.Configuration(
                workers: try gate.optional("workers"),
                loadBalancers: try self.loadBalancers(listeners),
                trustStores: stores.map(\.store),
                targetGroups: try self.targetGroups(),
                certificates: try self.certificates()
            ),
            listenersChangedIn: Dictionary(
                listeners.map { ($0.id, $0.changedIn) },
                uniquingKeysWith: { first, _ in first }
            ),
            trustStoresChangedIn: Dictionary(
                stores.map { ($0.id, $0.changedIn) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    private func loadBalancers(_ listeners: [ListenerRow]) throws -> [LoadBalancer] {
        let byBalancer = Dictionary(grouping: listeners, by: \.loadBalancerID)
        return try self.rows("loadBalancer").map { row in
            let id = try row.id()
            return LoadBalancer(
                id: id,
                name: try row.value("name"),
                type: try row.word("type"),
                address: try row.address("address"),
                listeners: byBalancer[id, default: []].map(\.listener),
                http2: try row.value("http2"),
                attributes: try (row.optional("attributes") as String?).map(StoredJSON.value) ?? .standard,
                logs: try (row.optional("logs") as String?).map(StoredJSON.value) ?? .none
            )
        }
    }

    private func listeners() throws -> [ListenerRow] {
        let certificates = Dictionary(
            grouping: try Row.fetchAll(
                self.database,
                sql: "SELECT * FROM listenerCertificate ORDER BY listener, position"
            ),
            by: { $0["listener"] as String? }
        )
        let rules = Dictionary(
            grouping: try Row.fetchAll(
                self.database,
                sql: "SELECT * FROM rule ORDER BY listener, priority"
            ),
            by: { $0["listener"] as String? }
        )
        return try Row.fetchAll(self.database, sql: "SELECT * FROM listener ORDER BY port, name").map { row in
            let listener = Listener(
                id: try row.id(),
                name: try row.value("name"),
                port: try row.port("port"),
                protocol: try row.word("protocol"),
                certificateID: try row.optionalID("certificate"),
                mutualAuthentication: MutualAuthentication(
                    mode: try row.word("mode"),
                    trustStoreID: try row.optionalID("trustStore"),
                    ignoreClientCertificateExpiry: try row.value("ignoreClientCertificateExpiry"),
                    advertiseTrustStoreCaNames: try row.value("advertiseTrustStoreCaNames"),
                    requirements: try (row.optional("requirements") as String?).map(StoredJSON.value)
                        ?? .standard,
                    sessionResumption: try (row.optional("sessionResumption") as String?)
                        .map(StoredJSON.value)
                ),
                defaultAction: try self.action(row),
                sslPolicy: try self.sslPolicy(row),
                additionalCertificateIDs: try certificates[row.value("id"), default: []].map {
                    try $0.id("certificate")
                },
                rules: try rules[row.value("id"), default: []].map { row in
                    Rule(
                        id: try row.id(),
                        priority: try row.value("priority"),
                        conditions: try StoredJSON.value(row.value("conditions")),
                        action: try StoredJSON.value(row.value("action")),
                        transforms: try (row.optional("transforms") as String?).map(StoredJSON.value) ?? .none
                    )
                },
                namePolicies: try (row.optional("namePolicies") as String?).map(StoredJSON.value) ?? [],
                relay: try (row.optional("relay") as String?).map(StoredJSON.value) ?? .standard,
                proxyProtocolSources: try (row.optional("proxyProtocolSources") as String?)
                    .map(StoredJSON.value) ?? [],
                identityHeaders: try (row.optional("identityHeaders") as String?).map(StoredJSON.value)
                    ?? .standard
            )
            return ListenerRow(
                listener: listener,
                loadBalancerID: try row.id("loadBalancer"),
                changedIn: UInt64(clamping: try row.value("changedIn") as Int64)
            )
        }
    }

    private func sslPolicy(_ row: Row) throws -> SecurityPolicy? {
        guard let name: String = try row.optional("sslPolicy") else { return nil }
        guard let policy = SecurityPolicy.named(name) else {
            throw RowError(description: "column sslPolicy holds the unknown policy \(name)")
        }
        return policy
    }

    private func action(_ row: Row) throws -> Action {
        let action: String = try row.value("action")
        if action == "forward" {
            if let group = try row.optionalID("targetGroup") { return .forward(targetGroupID: group) }
            return .weightedForward(try StoredJSON.value(row.value("actionDetails")))
        }
        if action == "redirect" {
            return .redirect(try StoredJSON.value(row.value("actionDetails")))
        }
        return .fixedResponse(
            try FixedResponse(
                statusCode: try row.value("statusCode"),
                contentType: try row.value("contentType"),
                messageBody: try row.value("messageBody")
            )
        )
    }

    private func trustStores() throws -> [TrustStoreRow] {
        let authorities = Dictionary(
            grouping: try Row.fetchAll(
                self.database,
                sql: "SELECT * FROM caCertificate ORDER BY trustStore, position"
            ),
            by: { $0["trustStore"] as String? }
        )
        let lists = Dictionary(
            grouping: try Row.fetchAll(
                self.database,
                sql: "SELECT * FROM revocationList ORDER BY trustStore, id"
            ),
            by: { $0["trustStore"] as String? }
        )
        return try self.rows("trustStore").map { row in
            let id = try row.id()
            let store = TrustStore(
                id: id,
                name: try row.value("name"),
                revision: try row.value("revision"),
                certificates: try authorities[id.description, default: []].map {
                    CACertificate(facts: try $0.facts(), pem: try $0.value("pem"))
                },
                source: try row.source(),
                revocationLists: try lists[id.description, default: []].map { try $0.revocationList() },
                nextRevocationID: try row.value("nextRevocationID"),
                expiredLists: try self.expiredLists(row),
                isWatched: try row.value("isWatched")
            )
            return TrustStoreRow(
                store: store,
                changedIn: UInt64(clamping: try row.value("changedIn") as Int64)
            )
        }
    }

    private func expiredLists(_ row: Row) throws -> ExpiredListPolicy {
        guard let text: String = try row.optional("expiredLists") else { return .use }
        guard let policy = ExpiredListPolicy(text) else {
            throw RowError(description: "column expiredLists holds the unknown policy \(text)")
        }
        return policy
    }

    private func targetGroups() throws -> [TargetGroup] {
        let targets = Dictionary(
            grouping: try Row.fetchAll(
                self.database,
                sql: "SELECT * FROM target ORDER BY targetGroup, position"
            ),
            by: { $0["targetGroup"] as String? }
        )
        return try self.rows("targetGroup").map { row in
            let id = try row.id()
            let kind: TargetGroup.TargetProtocol = try row.word("protocol")
            let rows = targets[id.description, default: []]
            let function: LambdaFunction? = try (row.optional("function") as String?).map(StoredJSON.value)
            return TargetGroup(
                id: id,
                name: try row.value("name"),
                protocol: kind,
                targets: try rows.map(self.target),
                healthCheck: try (row.optional("healthCheck") as String?).map(StoredJSON.value)
                    ?? HealthCheck(),
                algorithm: try row.word("algorithm"),
                proxyProtocolV2: try row.value("proxyProtocolV2"),
                protocolVersion: try row.word("protocolVersion"),
                attributes: try (row.optional("attributes") as String?).map(StoredJSON.value),
                tls: kind.usesTLS || function?.baseURL.isTLS == true ? try self.targetTLS(row) : nil,
                drained: try rows.filter { try $0.value("drained") }.map(self.target),
                function: function
            )
        }
    }

    private func targetTLS(_ row: Row) throws -> TargetTLS {
        TargetTLS(
            clientCertificateID: try row.optionalID("clientCertificate"),
            verification: try (row.optional("targetVerification") as String?).map(StoredJSON.value)
        )
    }

    private func target(_ row: Row) throws -> Target {
        Target(id: try row.address("address"), port: try row.port("port"))
    }

    private func certificates() throws -> [ServerCertificate] {
        try self.rows("certificate").map { row in
            ServerCertificate(
                id: try row.id(),
                chainPEM: try row.value("chainPEM"),
                leaf: try row.facts(),
                source: try row.value("path")
            )
        }
    }

    private func rows(_ table: String) throws -> [Row] {
        try Row.fetchAll(self.database, sql: "SELECT * FROM \(table)")
    }
}

extension Row {
    /// A column that must be there; GRDB's subscript would stop the process instead of throwing.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        let stored: DatabaseValue = self[column] ?? .null
        guard let value = Value.fromDatabaseValue(stored) else {
            throw RowError(description: "column \(column) holds no \(Value.self)")
        }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        let stored: DatabaseValue = self[column] ?? .null
        return stored.isNull ? nil : try self.value(column)
    }

    fileprivate func id(_ column: String = "id") throws -> ResourceID {
        guard let id = ResourceID(try self.value(column) as String) else {
            throw RowError(description: "column \(column) holds no identifier")
        }
        return id
    }

    fileprivate func optionalID(_ column: String) throws -> ResourceID? {
        let stored: DatabaseValue = self[column] ?? .null
        return stored.isNull ? nil : try self.id(column)
    }

    fileprivate func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
        let text: String = try self.value(column)
        guard let word = Word(rawValue: text) else {
            throw RowError(description: "column \(column) holds the unknown word \(text)")
        }
        return word
    }

    fileprivate func address(_ column: String) throws -> IPAddress {
        guard let address = IPAddress(try self.value(column) as String) else {
            throw RowError(description: "column \(column) holds no address")
        }
        return address
    }

    fileprivate func port(_ column: String) throws -> UInt16 {
        guard let port = UInt16(exactly: try self.value(column) as Int64) else {
            throw RowError(description: "column \(column) holds no port")
        }
        return port
    }

    fileprivate func source() throws -> BundleSource {
        BundleSource(
            path: try self.value("path"),
            digest: try self.value("digest"),
            readAt: Timestamp(microseconds: try self.value("readAt"))
        )
    }

    fileprivate func revocationList() throws -> RevocationList {
        RevocationList(
            id: try self.value("id"),
            facts: RevocationList.Facts(
                issuer: try self.value("issuer"),
                number: try self.optional("number"),
                entries: try self.value("entries"),
                thisUpdate: Timestamp(microseconds: try self.value("thisUpdate")),
                nextUpdate: (try self.optional("nextUpdate") as Int64?).map { Timestamp(microseconds: $0) },
                fingerprint: try self.value("fingerprint")
            ),
            source: try self.source(),
            signers: try StoredJSON.value(self.value("signers")),
            notices: try StoredJSON.value(self.value("notices"))
        )
    }

    func facts() throws -> CertificateFacts {
        CertificateFacts(
            subject: try self.value("subject"),
            issuer: try self.value("issuer"),
            serialNumber: try self.value("serialNumber"),
            notBefore: Timestamp(microseconds: try self.value("notBefore")),
            notAfter: Timestamp(microseconds: try self.value("notAfter")),
            fingerprint: try self.value("fingerprint"),
            keyDescription: try self.value("keyDescription")
        )
    }
}
