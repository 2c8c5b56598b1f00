import HTTP
import Model

/// What the Invoke API answers to one invocation, on its way to a response.
final class FunctionReply {
    private let usesMultiValueHeaders: Bool
    private let account: BufferAccount?
    private let payload: ByteBuffer
    /// Of the Invoke API, not of the function's own response.
    private var status = 0
    private var isFunctionError = false
    private var errorType = ""

    init(to function: FunctionTarget, account: BufferAccount? = nil) {
        self.usesMultiValueHeaders = function.served.usesMultiValueHeaders
        self.account = account
        self.payload = ByteBuffer(capacity: 1, account: account)
    }

    /// Takes the head of the answer.
    func take(_ response: ResponseHead, _ head: UnsafeRawBufferPointer) {
        self.status = response.status
        self.isFunctionError = response.value(of: "x-amz-function-error", in: head) != nil
        guard let type = response.value(of: "x-amzn-errortype", in: head) else { return }
        self.errorType = String(decoding: type, as: UTF8.self)
    }

    /// Takes some of the payload; false once it is too large.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.payload.count + bytes.count <= EngineLimits.functionResponseBytes else { return false }
        self.payload.append(bytes)
        return true
    }

    /// What the complete answer comes to.
    func result() -> Result<FunctionAnswer, ErrorReason> {
        guard self.status == 200 else {
            return .failure(ErrorReason(invokeStatus: self.status, errorType: self.errorType))
        }
        guard !self.isFunctionError else { return .failure(.lambdaUnhandled) }
        let answer = FunctionAnswer(
            self.payload.bytes,
            usesMultiValueHeaders: self.usesMultiValueHeaders,
            account: self.account
        )
        return answer.map(Result.success) ?? .failure(.lambdaInvalidResponse)
    }
}

extension ErrorReason: Error {}
