import Foundation
import Glibc

/// Work that blocks its thread, kept off the threads of Swift's tasks, which are as few as the cores.
enum Blocking {
    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }

    /// Ends the process without waiting for anything.
    static func exitNow(_ status: Int32) -> Never {
        _exit(status)
    }
}
