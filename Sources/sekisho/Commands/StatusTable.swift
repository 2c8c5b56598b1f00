import Model

/// The listeners of a gate in columns.
enum StatusTable {
    static func lines(_ view: GateView) -> [String] {
        let head = ["LISTENER", "ADDRESS", "PROTOCOL", "MTLS", "TRUST STORE", "ACTION", "STATE"]
        let rows = view.configuration.listeners.map { balancer, listener in
            [
                listener.name,
                "\(Endpoint(address: balancer.address, port: listener.port))",
                listener.protocol.rawValue,
                Self.mode(of: listener),
                Self.trustStore(of: listener, in: view.configuration),
                Self.action(of: listener, in: view.configuration),
                view.failedListeners[listener.id].map { "FAILED: \($0.message)" } ?? "serving",
            ]
        }
        guard !rows.isEmpty else { return ["No listeners. `sekisho apply FILE` declares some."] }
        return Self.columns([head] + rows)
    }

    /// Rows as lines, each column as wide as its widest cell.
    static func columns(_ table: [[String]]) -> [String] {
        let widths = (table.first ?? []).indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return cells.joined(separator: "  ").trimmed
        }
    }

    /// The mode, and those that some names have instead.
    private static func mode(of listener: Listener) -> String {
        guard listener.protocol.terminatesTLS else { return "-" }
        let named = listener.namePolicies.map {
            "\($0.names.joined(separator: " ")): \($0.mutualAuthentication.modeText)"
        }
        let mutual = listener.mutualAuthentication
        let resumption = mutual.mode == .off ? nil : mutual.sessionResumption?.words
        return ([mutual.modeText] + named + [resumption].compactMap(\.self)).joined(separator: ", ")
    }

    private static func trustStore(of listener: Listener, in configuration: Configuration) -> String {
        guard listener.mutualAuthentication.mode == .verify,
            let id = listener.mutualAuthentication.trustStoreID
        else { return "-" }
        return configuration.trustStore(id)?.name ?? "missing"
    }

    private static func action(of listener: Listener, in configuration: Configuration) -> String {
        let action =
            switch listener.defaultAction {
            case .forward(let id): "forward \(configuration.targetGroup(id)?.name ?? "missing")"
            case .fixedResponse(let response): "fixed-response \(response.statusCode)"
            case .redirect(let redirect): "redirect \(redirect.statusCode.code)"
            case .weightedForward(let forward): forward.words(in: configuration)
            }
        switch listener.rules.count {
        case 0: return action
        case 1: return "1 rule, else \(action)"
        case let count: return "\(count) rules, else \(action)"
        }
    }
}
