import Model

/// One call of ``ControlPlane`` as it crosses the socket.
struct ControlRequest: Hashable, Sendable {
    enum Call: Hashable, Sendable {
        /// What may be asked on this socket.
        case access
        case view
        case plan(DesiredConfiguration)
        case apply(DesiredConfiguration, trial: TrialTerms?)
        case setMutualAuthentication(MutualAuthenticationChange)
        case setTarget(TargetOverride)
        case changeTrustStore(TrustStoreChange)
        case previewTrustStore(TrustStoreChange)
        case revisions(trustStore: String)
        case revocations(RevocationQuery)
        case requests(RequestQuery)
        case keep(change: Int64)
        case undo(change: Int64)
        case changes(limit: Int)
        case explain(ExplanationRequest)
        case clients(ClientQuery)
        case rehearse(RehearsalRequest)
        case watch(recentRecords: Int)
    }

    /// Chosen by the client, repeated in every reply; 0 stands for a request whose number was unreadable.
    let id: Int

    /// What the client says it is, for the audit trail.
    ///
    /// Who it is, the server sees for itself.
    let via: String

    let call: Call
}

extension ControlRequest: Codable {
    private enum Key: String, CodingKey {
        case version = "v"
        case id, via, call, arguments, trial
    }

    enum Name: String, CaseIterable, Codable, Sendable {
        case access, view, plan, apply, setMutualAuthentication, setTarget, changeTrustStore, keep, undo
        case changes, explain, clients, rehearse, watch, previewTrustStore, revisions, revocations
        case requests
    }

    /// What is asked, without the arguments.
    struct Head: Decodable {
        let id: Int
        let call: Name

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // Before all else: another version may name anything differently.
            let version = try container.decode(Int.self, forKey: .version)
            guard version == ControlProtocol.version else { throw ControlProtocol.mismatch(theirs: version) }
            self.id = try container.decode(Int.self, forKey: .id)
            self.call = try container.decode(Name.self, forKey: .call)
        }
    }

    private struct OneChange: Codable {
        let change: Int64
    }

    private struct OneTrustStore: Codable {
        let trustStore: String
    }

    private struct Changes: Codable {
        let limit: Int
    }

    private struct Watch: Codable {
        let recentRecords: Int
    }

    init(from decoder: any Decoder) throws {
        let head = try Head(from: decoder)
        let container = try decoder.container(keyedBy: Key.self)
        self.id = head.id
        self.via = try container.decode(String.self, forKey: .via)
        switch head.call {
        case .access: self.call = .access
        case .view: self.call = .view
        case .plan: self.call = .plan(try container.decode(DesiredConfiguration.self, forKey: .arguments))
        case .apply:
            self.call = .apply(
                try container.decode(DesiredConfiguration.self, forKey: .arguments),
                trial: try container.decodeIfPresent(TrialTerms.self, forKey: .trial)
            )
        case .setMutualAuthentication:
            self.call = .setMutualAuthentication(
                try container.decode(MutualAuthenticationChange.self, forKey: .arguments)
            )
        case .setTarget:
            self.call = .setTarget(try container.decode(TargetOverride.self, forKey: .arguments))
        case .keep:
            self.call = .keep(change: try container.decode(OneChange.self, forKey: .arguments).change)
        case .undo:
            self.call = .undo(change: try container.decode(OneChange.self, forKey: .arguments).change)
        case .changeTrustStore:
            self.call = .changeTrustStore(try container.decode(TrustStoreChange.self, forKey: .arguments))
        case .previewTrustStore:
            self.call = .previewTrustStore(try container.decode(TrustStoreChange.self, forKey: .arguments))
        case .revisions:
            let arguments = try container.decode(OneTrustStore.self, forKey: .arguments)
            self.call = .revisions(trustStore: arguments.trustStore)
        case .revocations:
            self.call = .revocations(try container.decode(RevocationQuery.self, forKey: .arguments))
        case .requests:
            self.call = .requests(try container.decode(RequestQuery.self, forKey: .arguments))
        case .changes:
            self.call = .changes(limit: try container.decode(Changes.self, forKey: .arguments).limit)
        case .explain:
            self.call = .explain(try container.decode(ExplanationRequest.self, forKey: .arguments))
        case .clients: self.call = .clients(try container.decode(ClientQuery.self, forKey: .arguments))
        case .rehearse:
            self.call = .rehearse(try container.decode(RehearsalRequest.self, forKey: .arguments))
        case .watch:
            let arguments = try container.decode(Watch.self, forKey: .arguments)
            self.call = .watch(recentRecords: arguments.recentRecords)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(ControlProtocol.version, forKey: .version)
        try container.encode(self.id, forKey: .id)
        try container.encode(self.via, forKey: .via)
        try container.encode(self.call.name, forKey: .call)
        switch self.call {
        case .access, .view: break
        case .plan(let desired):
            try container.encode(desired, forKey: .arguments)
        case .apply(let desired, let trial):
            try container.encode(desired, forKey: .arguments)
            try container.encodeIfPresent(trial, forKey: .trial)
        case .setMutualAuthentication(let change):
            try container.encode(change, forKey: .arguments)
        case .setTarget(let change):
            try container.encode(change, forKey: .arguments)
        case .keep(let change):
            try container.encode(OneChange(change: change), forKey: .arguments)
        case .undo(let change):
            try container.encode(OneChange(change: change), forKey: .arguments)
        case .changeTrustStore(let change):
            try container.encode(change, forKey: .arguments)
        case .previewTrustStore(let change):
            try container.encode(change, forKey: .arguments)
        case .revisions(let name):
            try container.encode(OneTrustStore(trustStore: name), forKey: .arguments)
        case .revocations(let query):
            try container.encode(query, forKey: .arguments)
        case .requests(let query):
            try container.encode(query, forKey: .arguments)
        case .changes(let limit):
            try container.encode(Changes(limit: limit), forKey: .arguments)
        case .explain(let request):
            try container.encode(request, forKey: .arguments)
        case .clients(let query):
            try container.encode(query, forKey: .arguments)
        case .rehearse(let request):
            try container.encode(request, forKey: .arguments)
        case .watch(let recentRecords):
            try container.encode(Watch(recentRecords: recentRecords), forKey: .arguments)
        }
    }
}

extension ControlRequest.Call {
    var name: ControlRequest.Name {
        switch self {
        case .access: .access
        case .view: .view
        case .plan: .plan
        case .apply: .apply
        case .setMutualAuthentication: .setMutualAuthentication
        case .setTarget: .setTarget
        case .changeTrustStore: .changeTrustStore
        case .previewTrustStore: .previewTrustStore
        case .revisions: .revisions
        case .revocations: .revocations
        case .requests: .requests
        case .keep: .keep
        case .undo: .undo
        case .changes: .changes
        case .explain: .explain
        case .clients: .clients
        case .rehearse: .rehearse
        case .watch: .watch
        }
    }
}
