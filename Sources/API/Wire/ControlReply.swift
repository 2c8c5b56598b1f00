import Model

/// One line from the gate: the answer to a call, or one update of a watch.
struct ControlReply: Hashable, Sendable {
    enum Body: Hashable, Sendable {
        case access(ControlAccess)
        case view(GateView)
        case plan(Plan)
        case receipt(ChangeReceipt)
        case changes([ChangeRecord])
        case explanation(Explanation)
        case clients(ClientList)
        case rehearsal([RehearsalReport])
        case preview(TrustStorePreview)
        case revisions([TrustStoreRevision])
        case revocations(RevocationAnswer)
        case requests(RequestPage)
        case counters(GateCounters)
        case records(PackedRecords)
        /// A watch is over because the gate stops.
        case end
        case error(OperatorError)
    }

    /// The request's.
    let id: Int
    let body: Body
}

extension ControlReply: Codable {
    private enum Key: String, CodingKey {
        case version = "v"
        case id, access, view, plan, receipt, changes, explanation, clients, rehearsal, counters, records,
            end, error
        case preview, revisions, revocations, requests
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == ControlProtocol.version else { throw ControlProtocol.mismatch(theirs: version) }
        self.id = try container.decode(Int.self, forKey: .id)
        if let records = try container.decodeIfPresent(PackedRecords.self, forKey: .records) {
            self.body = .records(records)
        } else if let counters = try container.decodeIfPresent(GateCounters.self, forKey: .counters) {
            self.body = .counters(counters)
        } else if let error = try container.decodeIfPresent(OperatorError.self, forKey: .error) {
            self.body = .error(error)
        } else if let receipt = try container.decodeIfPresent(ChangeReceipt.self, forKey: .receipt) {
            self.body = .receipt(receipt)
        } else if let plan = try container.decodeIfPresent(Plan.self, forKey: .plan) {
            self.body = .plan(plan)
        } else if let changes = try container.decodeIfPresent([ChangeRecord].self, forKey: .changes) {
            self.body = .changes(changes)
        } else if let explanation = try container.decodeIfPresent(Explanation.self, forKey: .explanation) {
            self.body = .explanation(explanation)
        } else if let clients = try container.decodeIfPresent(ClientList.self, forKey: .clients) {
            self.body = .clients(clients)
        } else if let reports = try container.decodeIfPresent([RehearsalReport].self, forKey: .rehearsal) {
            self.body = .rehearsal(reports)
        } else if let access = try container.decodeIfPresent(ControlAccess.self, forKey: .access) {
            self.body = .access(access)
        } else if let preview = try container.decodeIfPresent(TrustStorePreview.self, forKey: .preview) {
            self.body = .preview(preview)
        } else if let all = try container.decodeIfPresent([TrustStoreRevision].self, forKey: .revisions) {
            self.body = .revisions(all)
        } else if let found = try container.decodeIfPresent(RevocationAnswer.self, forKey: .revocations) {
            self.body = .revocations(found)
        } else if let requests = try container.decodeIfPresent(RequestPage.self, forKey: .requests) {
            self.body = .requests(requests)
        } else if container.contains(.end) {
            self.body = .end
        } else {
            self.body = .view(try container.decode(GateView.self, forKey: .view))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(ControlProtocol.version, forKey: .version)
        try container.encode(self.id, forKey: .id)
        switch self.body {
        case .access(let access): try container.encode(access, forKey: .access)
        case .view(let view): try container.encode(view, forKey: .view)
        case .plan(let plan): try container.encode(plan, forKey: .plan)
        case .receipt(let receipt): try container.encode(receipt, forKey: .receipt)
        case .changes(let changes): try container.encode(changes, forKey: .changes)
        case .explanation(let explanation): try container.encode(explanation, forKey: .explanation)
        case .clients(let clients): try container.encode(clients, forKey: .clients)
        case .rehearsal(let reports): try container.encode(reports, forKey: .rehearsal)
        case .preview(let preview): try container.encode(preview, forKey: .preview)
        case .revisions(let revisions): try container.encode(revisions, forKey: .revisions)
        case .requests(let page): try container.encode(page, forKey: .requests)
        case .revocations(let answer): try container.encode(answer, forKey: .revocations)
        case .counters(let counters): try container.encode(counters, forKey: .counters)
        case .records(let records): try container.encode(records, forKey: .records)
        case .end: try container.encode(true, forKey: .end)
        case .error(let error): try container.encode(error, forKey: .error)
        }
    }
}
