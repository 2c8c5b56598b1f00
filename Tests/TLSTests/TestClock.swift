import Model
import Synchronization
import TestSupport

@testable import TLS

/// A clock that only its test moves.
final class TestClock: Sendable {
    private let seconds: Atomic<Int64>

    init(_ time: Timestamp) {
        self.seconds = Atomic(time.seconds)
    }

    var now: Timestamp { Timestamp(seconds: self.seconds.load(ordering: .relaxed)) }

    /// Seconds since 1970.
    func set(_ seconds: Int64) { self.seconds.store(seconds, ordering: .relaxed) }

    func advance(_ seconds: Int64) { self.seconds.wrappingAdd(seconds, ordering: .relaxed) }
}

extension Bench {
    /// A worker's context of a listener with such a policy, which resumes nothing.
    func context(_ policy: ClientPolicy, at clock: TestClock) throws -> ServerContext {
        try ServerContext(
            ServerMaterial(self.pki.served(policy), listenerID: ResourceID(bits: 1), policyGeneration: 1),
            resumption: .none,
            clock: { clock.now }
        )
    }
}
