import HTTP
import Model

/// A health check of a function: an invocation, and what becomes of its answer (`elbv2-api` 6.5).
final class FunctionCheck {
    let request: [UInt8]
    private let matcher: StatusMatcher
    private let reply: FunctionReply
    private var hasHead = false
    private var body = BodyFraming.none
    private var left: UInt64 = 0
    private var chunks = ChunkedDecoder()

    init(of function: FunctionTarget, _ check: HealthCheck) {
        let event = FunctionEvent.healthCheck(
            path: check.path,
            targetGroupARN: function.served.targetGroupARN,
            usesMultiValueHeaders: function.served.usesMultiValueHeaders
        )
        let out = ByteBuffer(capacity: event.count + 512)
        event.withUnsafeBytes { function.writeRequest($0, at: Clock.wall(), to: out) }
        self.request = Array(out.bytes)
        self.matcher = check.matcher
        self.reply = FunctionReply(to: function)
    }

    /// Takes what has come, and leaves what it cannot use yet; the outcome once there is one.
    func advance(
        _ received: ByteBuffer,
        from position: inout Int,
        _ response: ResponseHead
    ) -> CheckOutcome? {
        while !self.hasHead {
            guard let length = HeadScanner.endOfHead(in: received.bytes, from: &position) else {
                return received.count > EngineLimits.responseHeadBytes ? .failed : nil
            }
            let head = UnsafeRawBufferPointer(rebasing: received.bytes[..<length])
            guard case .complete = response.parse(head, isResponseToHead: false), response.status != 101
            else {
                return .failed
            }
            if response.status >= 200 {
                self.hasHead = true
                self.reply.take(response, head)
                self.body = response.framing
                if case .length(let count) = self.body { self.left = count }
            }
            received.removeFirst(length)
            position = 0
        }
        return self.takeBody(received)
    }

    /// The connection is over: so is a body that nothing else ends.
    func end() -> CheckOutcome { self.hasHead && self.body == .untilClose ? self.outcome : .failed }

    private func takeBody(_ received: ByteBuffer) -> CheckOutcome? {
        switch self.body {
        case .none:
            return self.outcome
        case .length:
            let count = Int(min(self.left, UInt64(received.count)))
            guard self.take(received.bytes.prefix(count)) else { return .failed }
            received.removeFirst(count)
            self.left -= UInt64(count)
            return self.left == 0 ? self.outcome : nil
        case .untilClose:
            guard self.take(received.bytes[...]) else { return .failed }
            received.removeAll()
            return nil
        case .chunked:
            return self.takeChunks(received)
        }
    }

    private func takeChunks(_ received: ByteBuffer) -> CheckOutcome? {
        while true {
            let bytes = received.bytes
            switch self.chunks.next(bytes) {
            case .payload(let consumed, let range):
                guard self.take(bytes[range]) else { return .failed }
                received.removeFirst(consumed)
            case .needsInput(let consumed):
                received.removeFirst(consumed)
                return nil
            case .complete: return self.outcome
            case .malformed: return .failed
            }
        }
    }

    private func take(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        self.reply.take(UnsafeRawBufferPointer(rebasing: bytes))
    }

    private var outcome: CheckOutcome {
        switch self.reply.result() {
        case .failure: .failed
        case .success(let answer):
            self.matcher.contains(answer.status) ? .passed : .mismatched(answer.status)
        }
    }
}
