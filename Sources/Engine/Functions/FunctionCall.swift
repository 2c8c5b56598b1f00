import HTTP
import Model

/// One invocation: a request on its way into an event, then an answer on its way into a response.
///
///     gathering ──body complete──▶ invoked ──head──▶ answering ──complete──▶ a response, or a failure
///
/// Everything it holds is booked to the worker's account and bounded by ``EngineLimits``.
final class FunctionCall {
    let function: FunctionTarget
    private let encoding: FunctionEvent.BodyEncoding
    private let event: ByteBuffer
    private var body: ByteBuffer?
    let reply: FunctionReply
    private let account: BufferAccount

    /// Begins an event from a request's head as a target would get it; nil where there can be none.
    init?(_ function: FunctionTarget, _ forwarded: UnsafeRawBufferPointer, account: BufferAccount) {
        self.function = function
        self.account = account
        self.reply = FunctionReply(to: function, account: account)
        self.event = ByteBuffer(capacity: forwarded.count * 2, account: account)
        let encoding = FunctionEvent.begin(
            forwarded,
            targetGroupARN: function.served.targetGroupARN,
            usesMultiValueHeaders: function.served.usesMultiValueHeaders,
            to: self.event
        )
        guard let encoding else { return nil }
        self.encoding = encoding
    }

    /// Takes some of the request's body; false once it is too large.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let body = self.body ?? ByteBuffer(capacity: bytes.count, account: self.account)
        self.body = body
        guard body.count + bytes.count <= EngineLimits.functionRequestBytes else { return false }
        body.append(bytes)
        return true
    }

    /// Writes the whole invocation; false where the body is not what its type says.
    func writeInvocation(at time: Timestamp, to out: ByteBuffer) -> Bool {
        let body = self.body?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        guard FunctionEvent.finish(body, self.encoding, to: self.event) else { return false }
        self.body = nil
        self.function.writeRequest(self.event.bytes, at: time, to: out)
        self.event.removeAllAndShrink(to: 1)
        return true
    }
}
