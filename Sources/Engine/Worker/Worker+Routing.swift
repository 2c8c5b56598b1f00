import HTTP
import Model
import TLS

/// From a request to the action that is its own: the listener's rules, then its default action.
extension Worker {
    /// Decides what happens to the request that has just been parsed, and does it.
    ///
    /// A listener without rules goes straight to its action.
    func route(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) {
        guard self.isForItsPolicy(client, head) else { return self.respond(client, status: 421) }
        let table = client.listener.rules
        self.canonicalTarget.removeAll()
        self.rewrittenHost.removeAll()
        guard !table.rules.isEmpty else { return self.performDefault(client, head) }
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
                isVerified: client.isVerified,
                identity: client.identity,
                scratch: self.ruleScratch
            )
        )
        client.listener.tally.count(.ruleEvaluations, UInt64(rule?.position ?? table.rules.count))
        guard let rule else { return self.performDefault(client, head) }
        client.exchange.priority = rule.priority
        if rule.hostRewrite != nil || rule.urlRewrite != nil {
            let status = self.rewrite(head, rule, client.exchange.record)
            client.exchange.transform = status
            guard status == nil || status == .success else { return self.respond(client, status: 500) }
            if status == .success { client.exchange.actions.insert(.rewrite) }
        }
        self.perform(rule.action, client, head)
    }

    private func performDefault(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) {
        client.exchange.priority = 0
        self.perform(client.listener.rules.defaultAction, client, head)
    }

    /// Whether the request's host has the policy that its connection was judged by.
    ///
    /// What is not known to have been judged by a policy has been judged by none.
    private func isForItsPolicy(_ client: ClientConnection, _ head: UnsafeRawBufferPointer) -> Bool {
        guard let policies = client.policies ?? client.listener.context?.policies else { return true }
        return policies.isSingle
            || policies.policy(for: self.request.hostName(in: head)) == client.policyIndex
    }

    /// Changes what the target will see; nil where nothing had to be changed.
    private func rewrite(
        _ head: UnsafeRawBufferPointer,
        _ rule: CompiledRule,
        _ record: AccessDraft?
    ) -> TransformStatus? {
        var status: TransformStatus?
        if let rewrite = rule.hostRewrite {
            self.ruleScratch.removeAll()
            self.ruleScratch.append(lowercased: self.request.hostName(in: head))
            switch rewrite.apply(to: self.ruleScratch.bytes) {
            case .unchanged: break
            case .tooCostly: return .replaceError
            case .changed(let name):
                guard name.withUnsafeBytes({ RequestHead.isHostName($0) }) else { return .invalidHost }
                self.rewrittenHost.append(name)
                if let record { record.entry.transformedHost = record.keep(self.rewrittenHost.bytes) }
                status = .success
            }
        }
        // `*` asks about the whole server, which has no other address.
        guard let rewrite = rule.urlRewrite, self.request.path(in: head).first == 0x2F else { return status }
        if self.canonicalTarget.isEmpty {
            self.canonicalTarget.append(self.request.path(in: head))
            if let query = self.request.query(in: head) {
                self.canonicalTarget.append("?")
                self.canonicalTarget.append(query)
            }
        }
        switch rewrite.apply(to: self.canonicalTarget.bytes) {
        case .unchanged: return status
        case .tooCostly: return .replaceError
        case .changed(let target):
            guard self.take(target) else { return .invalidPath }
            if let record { record.entry.transformedURI = record.keep(self.canonicalTarget.bytes) }
            return .success
        }
    }

    /// Makes a rewritten path and query the request's own, the path in its normal form once more.
    private func take(_ target: [UInt8]) -> Bool {
        target.withUnsafeBytes { target in
            guard target.first == 0x2F, target.count <= EngineLimits.headerLineBytes,
                RequestHead.isTarget(target)
            else { return false }
            let end = target.firstIndex(of: 0x3F) ?? target.count
            let path = UnsafeRawBufferPointer(rebasing: target[..<end])
            switch RequestPath.read(path, into: self.canonicalTarget) {
            case .ambiguous: return false
            case .asItCame:
                self.canonicalTarget.removeAll()
                self.canonicalTarget.append(path)
            case .rewritten: break
            }
            self.canonicalTarget.append(UnsafeRawBufferPointer(rebasing: target[end...]))
            return true
        }
    }

    private func perform(
        _ action: CompiledAction,
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer
    ) {
        switch action {
        case .fixedResponse(let fixed):
            client.exchange.actions.insert(.fixedResponse)
            self.respond(client, fixed)
        case .forward(let group, let targets):
            client.exchange.actions.insert(.forward)
            client.exchange.targetGroup = group
            if let invoked = self.function(of: group) { return self.invoke(client, head, invoked) }
            guard self.chooseProtocol(client, head, of: group) else {
                return self.respond(client, status: 464)
            }
            self.forward(client, head, to: self.chooseTarget(client, head, of: group, targets))
        case .redirect(let template):
            client.exchange.actions.insert(.redirect)
            self.redirect(client, head, template)
        case .weighted(let groups):
            client.exchange.actions.insert(.forward)
            self.forward(client, head, among: groups)
        }
    }

    private func forward(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        among groups: WeightedGroups
    ) {
        guard let seconds = groups.stickinessSeconds else {
            return self.forward(client, head, among: groups, groups.choose(self.mixer.next()))
        }
        let cookie = GroupCookie(key: self.cookieKey, listener: client.listener.id)
        let now = UInt32(truncatingIfNeeded: Clock.wall().seconds)
        // Where a browser sends both, the one that it sends across sites is the newer.
        let value =
            self.request.cookie("AWSALBTGCORS", in: head) ?? self.request.cookie("AWSALBTG", in: head)
        let known = value.flatMap { cookie.group($0, of: groups.groups, now: now) }
        let index = known ?? groups.choose(self.mixer.next())
        if let index {
            let lines = ByteBuffer(capacity: 256)
            cookie.write(
                groups.groups[index].id,
                until: now &+ UInt32(clamping: seconds),
                expires: self.cookieDate,
                isTLS: client.isTLS,
                to: lines
            )
            client.exchange.responseLines = lines
        }
        self.forward(client, head, among: groups, index)
    }

    private func forward(
        _ client: ClientConnection,
        _ head: UnsafeRawBufferPointer,
        among groups: WeightedGroups,
        _ index: Int?
    ) {
        let group = index.map { groups.groups[$0] }
        client.exchange.targetGroup = group?.id
        if let group, let invoked = self.function(of: group.id) {
            return self.invoke(client, head, invoked)
        }
        if let group, !self.chooseProtocol(client, head, of: group.id) {
            return self.respond(client, status: 464)
        }
        let target = group.flatMap { self.chooseTarget(client, head, of: $0.id, $0.targets) }
        self.forward(client, head, to: target)
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
                isTLS: client.isTLS,
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
        if let record = client.exchange.record {
            record.entry.redirectURL = record.keep(self.ruleScratch.bytes)
        }
        self.respond(client, redirectTo: self.ruleScratch.bytes, status: template.status)
    }
}
