import HTTP
import Model

/// Requests that a function answers: gathered whole, sent as one event, answered from one piece of JSON.
///
/// An invocation goes out as a request of HTTP/1.1 on a connection like any other target's. It is never sent
/// twice: nobody knows what the function has done by the time a connection breaks.
extension Worker {
    /// Begins to gather an event, or refuses what no function can be given.
    func invoke(_ client: ClientConnection, _ head: UnsafeRawBufferPointer, _ invoked: InvokedFunction) {
        if self.request.asksForWebSocket { return self.fail(client, .lambdaWebsocketNotSupported) }
        if case .length(let count) = self.request.framing, count > EngineLimits.functionRequestBytes {
            return self.fail(client, .lambdaRequestTooLarge)
        }
        self.writeRequest(client, head)
        defer { self.toTarget.removeAll() }
        guard let call = FunctionCall(invoked.function, self.toTarget.bytes, account: self.memory) else {
            return self.fail(client, .lambdaBadRequest)
        }
        client.exchange.call = call
        client.exchange.security = invoked.security
        self.inviteBody(client)
        if client.exchange.isBodyComplete { self.send(client, call) }
    }

    /// Takes some of the body of a request that is being gathered.
    func gather(_ client: ClientConnection, _ call: FunctionCall, _ payload: UnsafeRawBufferPointer) {
        guard call.take(payload) else { return self.fail(client, .lambdaRequestTooLarge) }
        guard !self.isOutOfMemory else { return self.cut(client, for: .memory) }
        self.touch(client)
    }

    /// The request is complete: invokes the function.
    func send(_ client: ClientConnection, _ call: FunctionCall) {
        guard client.phase == .exchange else { return }
        guard let endpoint = call.function.endpoint else { return self.fail(client, .lambdaConnectionError) }
        self.toTarget.removeAll()
        guard call.writeInvocation(at: Clock.wall(), to: self.toTarget) else {
            self.toTarget.removeAll()
            return self.fail(client, .lambdaBadRequest)
        }
        self.attach(client, endpoint)
        self.sendToTarget(client)
        self.toTarget.removeAllAndShrink(to: Self.inputBytes)
    }

    /// Takes the head of what the Invoke API answers; its body is gathered, and nothing goes to the client
    /// yet.
    func beginAnswer(_ target: TargetConnection, _ call: FunctionCall, _ head: UnsafeRawBufferPointer) {
        call.reply.take(self.response, head)
        target.begin(self.response)
        target.isChunkedToClient = false
    }

    /// Takes some of the answer.
    func gatherAnswer(
        _ target: TargetConnection,
        _ client: ClientConnection,
        _ call: FunctionCall,
        _ payload: UnsafeRawBufferPointer
    ) {
        guard call.reply.take(payload) else { return self.fail(client, .lambdaResponseTooLarge) }
        self.refuseMemory(target)
    }

    /// The answer is complete: it becomes a response.
    func finish(_ client: ClientConnection, _ call: FunctionCall) {
        switch call.reply.result() {
        case .failure(let reason): self.fail(client, reason)
        case .success(let answer):
            client.exchange.status = answer.status
            client.exchange.targetStatus = answer.status
            client.exchange.respondedAt = self.nowMicroseconds
            self.toClient.removeAll()
            answer.writeHead(
                closes: client.exchange.closes,
                date: self.date,
                added: client.exchange.responseLines?.bytes,
                to: self.toClient
            )
            var body = answer.content(isHead: client.exchange.isHead)
            // A small one leaves with its head.
            if body.count <= Self.headroom {
                self.toClient.append(body)
                body = UnsafeRawBufferPointer(start: nil, count: 0)
            }
            self.answer(client, body)
            withExtendedLifetime(answer) {}
        }
    }

    /// Answers in the function's place, and keeps the reason.
    func fail(_ client: ClientConnection, _ reason: ErrorReason) {
        client.exchange.errorReason = reason
        self.respond(client, status: reason.functionStatus)
    }
}
