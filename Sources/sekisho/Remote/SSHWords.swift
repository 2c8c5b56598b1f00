import API
import Foundation
import Glibc
import Synchronization

/// What `ssh` says on standard error: passed on until the terminal is a console's, and its last line kept.
final class SSHWords: Sendable {
    private struct State {
        var last: String?
        var isAloud = false
        /// Each `ssh` has one; only that of the newest counts.
        var number = 0
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// Without what ends its lines; nil before it has said anything.
    var last: String? { self.state.withLock { $0.last } }

    /// Reads what a new `ssh` says, on a thread of its own, to its end.
    func follow(_ pipe: Descriptor, isAloud: Bool) {
        let number = self.state.withLock { state in
            state = State(isAloud: isAloud, number: state.number + 1)
            return state.number
        }
        Thread.detachNewThread {
            _ = PipedProgram.firstLine(of: pipe) { line -> Void? in
                let text = String(line.filter { !$0.isNewline })
                let isAloud = self.state.withLock { state in
                    guard state.number == number else { return false }
                    state.last = text.hasSuffix(".") ? String(text.dropLast()) : text
                    return state.isAloud
                }
                if isAloud { Output.error(text) }
                return nil
            }
            self.state.withLock { if $0.number == number { $0.hasEnded = true } }
        }
    }

    /// From now on nothing is passed on.
    func hush() {
        self.state.withLock { $0.isAloud = false }
    }

    /// The last line of an `ssh` that has ended.
    func atEnd() -> String? {
        // The pipe is at its end at once; a descendant that holds it is not waited for.
        for _ in 0..<50 {
            if self.state.withLock({ $0.hasEnded }) { break }
            usleep(10_000)
        }
        return self.last
    }
}
