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
    /// What the Invoke API has answered so far.
    let answer: ByteBuffer
    /// Of the Invoke API, not of the function's own response; 0 before its head has come.
    private(set) var status = 0
    private var isFunctionError = false
    private var errorType = ""
    private let account: BufferAccount

    /// Begins an event from a request's head as a target would get it; nil where there can be none.
    init?(_ function: FunctionTarget, _ forwarded: UnsafeRawBufferPointer, account: BufferAccount) {
        self.function = function
        self.account = account
        self.answer = ByteBuffer(capacity: 1, account: account)
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

    /// Takes the head of the Invoke API's answer.
    func take(_ response: ResponseHead, _ head: UnsafeRawBufferPointer) {
        self.status = response.status
        self.isFunctionError = response.value(of: "x-amz-function-error", in: head) != nil
        guard let type = response.value(of: "x-amzn-errortype", in: head) else { return }
        self.errorType = String(decoding: type, as: UTF8.self)
    }

    /// Takes some of the answer; false once it is too large.
    func takeAnswer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.answer.count + bytes.count <= EngineLimits.functionResponseBytes else { return false }
        self.answer.append(bytes)
        return true
    }

    /// What the complete answer comes to.
    func result() -> Result<FunctionAnswer, ErrorReason> {
        guard self.status == 200 else {
            return .failure(ErrorReason(invokeStatus: self.status, errorType: self.errorType))
        }
        guard !self.isFunctionError else { return .failure(.lambdaUnhandled) }
        let answer = FunctionAnswer(
            self.answer.bytes,
            usesMultiValueHeaders: self.function.served.usesMultiValueHeaders,
            account: self.account
        )
        return answer.map(Result.success) ?? .failure(.lambdaInvalidResponse)
    }
}

extension ErrorReason: Error {}
