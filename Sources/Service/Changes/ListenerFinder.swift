import Model

/// Finds the listener an operator means: by name, long name (ARN), identifier, or port.
struct ListenerFinder {
    let configuration: Model.Configuration

    func find(
        _ text: String
    ) throws(OperatorError) -> (loadBalancer: LoadBalancer, listener: Listener) {
        let all = self.configuration.listeners
        // A name is what the operator gave, so it goes before whatever else it could be read as.
        if let match = all.first(where: { $0.listener.name == text }) { return match }
        if let match = all.first(where: { ResourceARN.listener($0.listener, of: $0.loadBalancer) == text }) {
            return match
        }
        if let match = all.first(where: { $0.listener.id.description == text }) { return match }
        if let port = UInt16(text) {
            let matches = all.filter { $0.listener.port == port }
            if matches.count == 1 { return matches[0] }
            if matches.count > 1 {
                let names = matches.map(\.listener.name).joined(separator: ", ")
                throw OperatorError(
                    .listenerNotFound,
                    subject: text,
                    message: "Port \(port) is the port of several listeners: \(names).",
                    hint: "Name the one you mean."
                )
            }
        }
        throw OperatorError(
            .listenerNotFound,
            subject: text,
            message: "There is no listener \"\(text)\".",
            hint: Suggestion.known(
                all.map(\.listener.name),
                nearest: text,
                none: "Declare one with `sekisho apply` first."
            )
        )
    }
}
