import Foundation
public import Testing

/// Lets a test wait in a system call without keeping others from running.
///
/// Tests that speak to an engine do so with blocking sockets. On the threads of Swift's task pool, of which
/// there are as many as cores, two of them would hold up every other test, and whatever has a deadline.
///
/// A time limit of the test would count the time it waits for its turn.
public struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    fileprivate let isAlone: Bool

    public var isRecursive: Bool { true }

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        testCase == nil ? nil : self
    }

    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let places = self.isAlone ? Turnstile.places : 1
        await Turnstile.shared.enter(places)
        do {
            try await withTaskExecutorPreference(ThreadPerJob.shared) { try await function() }
        } catch {
            await Turnstile.shared.leave(places)
            throw error
        }
        await Turnstile.shared.leave(places)
    }
}

extension Trait where Self == OwnThreads {
    /// The test, and what it awaits, runs on threads made for it.
    public static var ownThreads: Self { Self(isAlone: false) }

    /// The same, and no other test with threads of its own meanwhile: for those that measure the process.
    public static var ownThreadsAlone: Self { Self(isAlone: true) }
}

/// Starts a thread for every piece of work between two suspensions.
private final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
