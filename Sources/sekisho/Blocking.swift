import Dispatch
import Foundation
import Glibc

/// Work that blocks its thread, kept off the threads of Swift's tasks, which are as few as the cores.
enum Blocking {
    /// Does something on a thread of its own, named as the system's tools show it (15 characters at most).
    static func run<Value: Sendable>(
        name: String? = nil,
        _ work: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            let hasStarted = DispatchSemaphore(value: 0)
            let thread = Thread {
                // The system is told by the thread itself only, and not before its maker has noted which it
                // is.
                hasStarted.wait()
                if let name { Thread.current.name = name }
                continuation.resume(returning: work())
            }
            thread.start()
            hasStarted.signal()
        }
    }

    /// Ends the process without waiting for anything.
    static func exitNow(_ status: Int32) -> Never {
        _exit(status)
    }
}
