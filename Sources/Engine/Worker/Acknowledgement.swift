import Synchronization

/// Counts workers down and says when the last has answered.
final class Acknowledgement: Sendable {
    private let remaining: Atomic<Int>
    private let finished: @Sendable () -> Void

    init(_ count: Int, finished: @escaping @Sendable () -> Void) {
        self.remaining = Atomic(count)
        self.finished = finished
    }

    /// One worker's answer; each answers once.
    func arrive() {
        if self.remaining.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
            self.finished()
        }
    }
}
