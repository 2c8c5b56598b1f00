import HTTP
import Model

/// From a request to the action that is its own: the listener's rules, then its default action.
extension Worker {
    /// Decides what happens to the request that has just been parsed, and does it.
    ///
    /// A listener without rules goes straight to its action.
    func route(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) {
        let table = client.listener.rules
        self.canonicalTarget.removeAll()
        guard !table.rules.isEmpty else { return self.perform(table.defaultAction, client, head) }
        var path = self.request.path(in: head)
        let query = self.request.query(in: head)
        if table.readsPaths {
            switch RequestPath.read(path, into: self.canonicalTarget) {
            case .asItCame: break
            case .ambiguous: return self.respond(client, status: 400)
            case .rewritten:
                let length = self.canonicalTarget.count
                if let query {
                    self.canonicalTarget.append("?")
                    self.canonicalTarget.append(query)
                }
                path = UnsafeRawBufferPointer(rebasing: self.canonicalTarget.bytes[..<length])
            }
        }
        let rule = table.find(
            RuleRequest(
                head: head,
                request: self.request,
                method: self.request.method(in: head),
                host: self.request.hostName(in: head),
                path: path,
                query: query,
                peer: client.peer.address,
                scratch: self.ruleScratch
            )
        )
        self.perform(rule?.action ?? table.defaultAction, client, head)
    }

    private func perform(
        _ action: CompiledAction,
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer
    ) {
        switch action {
        case .fixedResponse(let fixed):
            self.respond(client, fixed)
        case .forward(let group, let targets):
            self.forward(client, head, to: self.chooseTarget(client.listener, of: group, targets))
        case .redirect(let template):
            self.redirect(client, head, template)
        }
    }

    private func redirect(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        _ template: RedirectTemplate
    ) {
        var path = self.request.path(in: head)
        if !self.canonicalTarget.isEmpty {
            let target = self.canonicalTarget.bytes
            path = UnsafeRawBufferPointer(rebasing: target[..<(target.firstIndex(of: 0x3F) ?? target.count)])
        }
        var host = self.request.hostName(in: head)
        // HTTP/1.0 may name none; then the listener's own address is all there is to name.
        if host.isEmpty { host = client.listener.addressText.bytes }
        self.ruleScratch.removeAll()
        template.writeLocation(
            RedirectTemplate.Facts(
                isTLS: client.tls != nil,
                host: host,
                port: client.listener.endpoint.port,
                path: path,
                query: self.request.query(in: head) ?? UnsafeRawBufferPointer(start: nil, count: 0)
            ),
            to: self.ruleScratch
        )
        guard self.ruleScratch.count <= RedirectTemplate.locationBytes else {
            return self.respond(client, status: 507)
        }
        self.respond(client, redirectTo: self.ruleScratch.bytes, status: template.status)
    }
}
