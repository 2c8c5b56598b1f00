import GRDB
import Model

/// Writes a state as rows, within a transaction of the caller's.
///
/// What changed is deleted first and inserted afterwards, so that two resources may swap a unique name;
/// references are checked when the transaction ends.
struct StateWriter {
    let database: Database

    func write(_ state: StoredState, replacing previous: StoredState) throws {
        let new = state.configuration
        let old = previous.configuration

        let balancers = Difference(old.loadBalancers.map(\.row), new.loadBalancers.map(\.row))
        let stores = Difference(previous.trustStoreRows, state.trustStoreRows)
        let groups = Difference(old.targetGroups, new.targetGroups)
        let certificates = Difference(old.certificates, new.certificates)
        let listeners = Difference(previous.listenerRows, state.listenerRows)

        try self.delete("listener", listeners.gone)
        try self.delete("loadBalancer", balancers.gone)
        try self.delete("trustStore", stores.gone)
        try self.delete("targetGroup", groups.gone)
        try self.delete("certificate", certificates.gone)

        try certificates.fresh.forEach(self.insert)
        try groups.fresh.forEach(self.insert)
        try stores.fresh.forEach(self.insert)
        try balancers.fresh.forEach(self.insert)
        try listeners.fresh.forEach(self.insert)

        try self.database.execute(
            sql: "UPDATE gate SET generation = ?, workers = ?",
            arguments: [Int64(clamping: state.generation), new.workers]
        )
    }

    private func delete(_ table: String, _ ids: [ResourceID]) throws {
        for id in ids {
            try self.database.execute(sql: "DELETE FROM \(table) WHERE id = ?", arguments: [id.description])
        }
    }

    private func insert(_ certificate: ServerCertificate) throws {
        try self.insert(
            "certificate",
            ["id": certificate.id.description, "chainPEM": certificate.chainPEM, "path": certificate.source],
            certificate.leaf.columns
        )
    }

    private func insert(_ group: TargetGroup) throws {
        try self.insert(
            "targetGroup",
            [
                "id": group.id.description, "name": group.name, "protocol": group.protocol.rawValue,
                "algorithm": group.algorithm.rawValue,
                "healthCheck": group.healthCheck == HealthCheck()
                    ? nil : try StoredJSON.text(group.healthCheck),
                "proxyProtocolV2": group.proxyProtocolV2 ? 1 : 0,
                "protocolVersion": group.protocolVersion.rawValue,
                "attributes": group.attributes == TargetGroupAttributes(for: group.protocol)
                    ? nil : try StoredJSON.text(group.attributes),
                "clientCertificate": group.tls?.clientCertificateID?.description,
                "targetVerification": try group.tls?.verification.map { try StoredJSON.text($0) },
                "function": try group.function.map(StoredJSON.text),
            ]
        )
        for (position, target) in group.targets.enumerated() {
            try self.insert(
                "target",
                [
                    "targetGroup": group.id.description, "position": position,
                    "address": target.id.description, "port": Int64(target.port),
                    "drained": group.drained.contains(target) ? 1 : 0,
                ]
            )
        }
    }

    private func insert(_ row: TrustStoreRow) throws {
        let store = row.store
        try self.insert(
            "trustStore",
            [
                "id": store.id.description, "name": store.name, "revision": store.revision,
                "path": store.source.path, "digest": store.source.digest,
                "readAt": store.source.readAt.microseconds, "changedIn": Int64(clamping: row.changedIn),
                "nextRevocationID": store.nextRevocationID,
                "expiredLists": store.expiredLists == .use ? nil : store.expiredLists.description,
                "isWatched": store.isWatched ? 1 : 0,
            ]
        )
        for list in store.revocationLists { try self.insert(list, of: store) }
        for (position, certificate) in store.certificates.enumerated() {
            try self.insert(
                "caCertificate",
                ["trustStore": store.id.description, "position": position, "pem": certificate.pem],
                certificate.facts.columns
            )
        }
    }

    private func insert(_ list: RevocationList, of store: TrustStore) throws {
        try self.insert(
            "revocationList",
            [
                "trustStore": store.id.description, "id": list.id, "issuer": list.facts.issuer,
                "number": list.facts.number, "entries": list.facts.entries,
                "thisUpdate": list.facts.thisUpdate.microseconds,
                "nextUpdate": list.facts.nextUpdate?.microseconds, "fingerprint": list.facts.fingerprint,
                "path": list.source.path, "digest": list.source.digest,
                "readAt": list.source.readAt.microseconds, "signers": try StoredJSON.text(list.signers),
                "notices": try StoredJSON.text(list.notices),
            ]
        )
    }

    private func insert(_ row: LoadBalancerRow) throws {
        try self.insert(
            "loadBalancer",
            [
                "id": row.id.description, "name": row.name, "type": row.type.rawValue,
                "address": row.address.description, "http2": row.http2,
                "attributes": row.attributes == .standard ? nil : try StoredJSON.text(row.attributes),
                "logs": row.logs == .none ? nil : try StoredJSON.text(row.logs),
            ]
        )
    }

    private func insert(_ row: ListenerRow) throws {
        let listener = row.listener
        let authentication = listener.mutualAuthentication
        try self.insert(
            "listener",
            [
                "id": listener.id.description, "loadBalancer": row.loadBalancerID.description,
                "name": listener.name, "port": Int64(listener.port),
                "protocol": listener.protocol.rawValue, "certificate": listener.certificateID?.description,
                "mode": authentication.mode.rawValue,
                "trustStore": authentication.trustStoreID?.description,
                "ignoreClientCertificateExpiry": authentication.ignoreClientCertificateExpiry ? 1 : 0,
                "advertiseTrustStoreCaNames": authentication.advertiseTrustStoreCaNames ? 1 : 0,
                "requirements": authentication.requirements == .standard
                    ? nil : try StoredJSON.text(authentication.requirements),
                "sessionResumption": try authentication.sessionResumption.map { try StoredJSON.text($0) },
                "identityHeaders": listener.identityHeaders == .standard
                    ? nil : try StoredJSON.text(listener.identityHeaders),
                "changedIn": Int64(clamping: row.changedIn), "sslPolicy": listener.sslPolicy?.name,
                "namePolicies": listener.namePolicies.isEmpty
                    ? nil : try StoredJSON.text(listener.namePolicies),
                "relay": listener.relay == .standard ? nil : try StoredJSON.text(listener.relay),
                "proxyProtocolSources": listener.proxyProtocolSources.isEmpty
                    ? nil : try StoredJSON.text(listener.proxyProtocolSources),
            ],
            listener.defaultAction.columns()
        )
        for rule in listener.rules {
            try self.insert(
                "rule",
                [
                    "id": rule.id.description, "listener": listener.id.description,
                    "priority": rule.priority, "conditions": try StoredJSON.text(rule.conditions),
                    "action": try StoredJSON.text(rule.action),
                    "transforms": rule.transforms == .none ? nil : try StoredJSON.text(rule.transforms),
                ]
            )
        }
        for (position, certificate) in listener.additionalCertificateIDs.enumerated() {
            try self.insert(
                "listenerCertificate",
                [
                    "listener": listener.id.description, "position": position,
                    "certificate": certificate.description,
                ]
            )
        }
    }

    /// Column names are ours, values are bound.
    private func insert(
        _ table: String,
        _ columns: [String: (any DatabaseValueConvertible)?],
        _ more: [String: (any DatabaseValueConvertible)?] = [:]
    ) throws {
        let all = columns.merging(more) { first, _ in first }.map { ($0.key, $0.value) }
        let names = all.map(\.0).joined(separator: ", ")
        let marks = databaseQuestionMarks(count: all.count)
        try self.database.execute(
            sql: "INSERT INTO \(table) (\(names)) VALUES (\(marks))",
            arguments: StatementArguments(all.map(\.1))
        )
    }
}

/// Which rows have to go and which to come: a changed one is in both.
private struct Difference<Element: Identified & Equatable> {
    let gone: [ResourceID]
    let fresh: [Element]

    init(_ old: [Element], _ new: [Element]) {
        let before = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.gone = old.filter { after[$0.id] != $0 }.map(\.id)
        self.fresh = new.filter { before[$0.id] != $0 }
    }
}
