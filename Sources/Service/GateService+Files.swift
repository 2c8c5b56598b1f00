import Foundation
import Model

/// Files that take longer to read than an actor should be held up.
extension GateService {
    static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(OperatorError) -> Value
    ) async throws(OperatorError) -> Value {
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { () throws(OperatorError) in try body() })
            }
        }
        return try result.get()
    }
}
