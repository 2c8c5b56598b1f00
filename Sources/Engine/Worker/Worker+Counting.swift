import Model

/// What a request that is over adds to the counters.
extension Worker {
    func countRequest(_ client: ClientConnection) {
        let tally = client.listener.tally
        let bytes = client.exchange.receivedBytes &+ client.exchange.sentBytes
        tally.count(.processedBytes, bytes)
        if client.peer.address.isIPv6 {
            tally.count(.ipv6Requests)
            tally.count(.ipv6Bytes, bytes)
        }
        // A response that could not be completed counts as its target's and as ours.
        if client.exchange.status != client.exchange.targetStatus {
            self.countOwnStatus(client.exchange.status, tally)
        }
        if client.exchange.actions.contains(.fixedResponse) { tally.count(.fixedResponses) }
        if client.exchange.actions.contains(.redirect) {
            tally.count(client.exchange.status == 507 ? .redirectsTooLong : .redirects)
        }
        if client.exchange.call != nil { tally.count(.functionBytes, bytes) }
        guard let group = client.exchange.targetGroup, let tally = client.listener.groupTally(group) else {
            return
        }
        if client.exchange.call != nil {
            tally.count(.requests)
        } else if client.exchange.endpoint != nil {
            tally.count(.requests)
            if client.exchange.version == .grpc { tally.count(.grpcRequests) }
            if client.exchange.dispatchedAt < 0, client.exchange.status >= 500 {
                tally.count(client.exchange.hasTargetTLSFailed ? .tlsErrors : .connectionErrors)
            }
        }
        if client.exchange.respondedAt >= 0 {
            tally.countResponse(
                status: client.exchange.targetStatus,
                after: client.exchange.respondedAt - client.exchange.dispatchedAt
            )
        }
        switch client.exchange.errorReason?.functionFault {
        case .user: tally.count(.functionUserErrors)
        case .internal: tally.count(.functionInternalErrors)
        case nil: break
        }
    }

    private func countOwnStatus(_ status: Int, _ tally: ListenerTally) {
        switch status / 100 {
        case 3: tally.count(.elb3XX)
        case 4: tally.count(.elb4XX)
        case 5: tally.count(.elb5XX)
        default: break
        }
        switch status {
        case 500: tally.count(.elb500)
        case 502: tally.count(.elb502)
        case 503: tally.count(.elb503)
        case 504: tally.count(.elb504)
        default: break
        }
    }
}
