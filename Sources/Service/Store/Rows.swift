import GRDB
import Model

/// What the database knows by an identifier.
protocol Identified {
    var id: ResourceID { get }
}

extension LoadBalancer: Identified {}
extension Listener: Identified {}
extension TrustStore: Identified {}
extension TargetGroup: Identified {}
extension ServerCertificate: Identified {}

/// A load balancer without its listeners, which have rows of their own.
struct LoadBalancerRow: Identified, Equatable {
    let id: ResourceID
    let name: String
    let type: LoadBalancer.Kind
    let address: IPAddress
    let http2: Bool
    let attributes: LoadBalancerAttributes
    let logs: LoadBalancerLogs
}

extension LoadBalancer {
    var row: LoadBalancerRow {
        LoadBalancerRow(
            id: self.id,
            name: self.name,
            type: self.type,
            address: self.address,
            http2: self.http2,
            attributes: self.attributes,
            logs: self.logs
        )
    }
}

struct TrustStoreRow: Identified, Equatable {
    let store: TrustStore
    let changedIn: UInt64

    var id: ResourceID { self.store.id }
}

struct ListenerRow: Identified, Equatable {
    let listener: Listener
    let loadBalancerID: ResourceID
    let changedIn: UInt64

    var id: ResourceID { self.listener.id }
}

extension StoredState {
    var trustStoreRows: [TrustStoreRow] {
        self.configuration.trustStores.map {
            TrustStoreRow(store: $0, changedIn: self.trustStoresChangedIn[$0.id] ?? self.generation)
        }
    }

    var listenerRows: [ListenerRow] {
        self.configuration.listeners.map { balancer, listener in
            ListenerRow(
                listener: listener,
                loadBalancerID: balancer.id,
                changedIn: self.listenersChangedIn[listener.id] ?? self.generation
            )
        }
    }
}

extension CertificateFacts {
    /// The columns that `certificate` and `caCertificate` share.
    var columns: [String: (any DatabaseValueConvertible)?] {
        [
            "subject": self.subject, "issuer": self.issuer, "serialNumber": self.serialNumber,
            "notBefore": self.notBefore.microseconds, "notAfter": self.notAfter.microseconds,
            "fingerprint": self.fingerprint, "keyDescription": self.keyDescription,
        ]
    }
}

extension Action {
    /// The columns of `listener` that say what it does.
    func columns() throws -> [String: (any DatabaseValueConvertible)?] {
        switch self {
        case .forward(let group):
            ["action": "forward", "targetGroup": group.description]
        case .fixedResponse(let response):
            [
                "action": "fixed-response", "statusCode": response.statusCode,
                "contentType": response.contentType, "messageBody": response.messageBody,
            ]
        case .weightedForward(let forward):
            ["action": "forward", "actionDetails": try StoredJSON.text(forward)]
        case .redirect(let redirect):
            ["action": "redirect", "actionDetails": try StoredJSON.text(redirect)]
        }
    }
}
