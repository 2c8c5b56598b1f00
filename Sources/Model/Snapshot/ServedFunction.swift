/// A function as the engine invokes it.
public struct ServedFunction: Hashable, Sendable {
    public let function: LambdaFunction
    /// The long name of its target group, which the function is told.
    public let targetGroupARN: String
    /// nil where invocations are not signed.
    public let signingKey: SigningKey?
    /// Headers and query parameters go and come as lists; `lambda.multi_value_headers.enabled`.
    public let usesMultiValueHeaders: Bool

    public init(
        function: LambdaFunction,
        targetGroupARN: String,
        signingKey: SigningKey? = nil,
        usesMultiValueHeaders: Bool = false
    ) {
        self.function = function
        self.targetGroupARN = targetGroupARN
        self.signingKey = signingKey
        self.usesMultiValueHeaders = usesMultiValueHeaders
    }
}
