import Foundation
import Glibc
import Synchronization

/// Takes what a program writes to its terminal, so that the program never waits for room.
final class TerminalDrain: Sendable {
    private let isStopped = Atomic(false)
    private let thread = DispatchGroup()

    /// Reads from a copy of the terminal's descriptor until it is stopped.
    init(_ terminal: Int32) {
        let copy = dup(terminal)
        self.thread.enter()
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while !self.isStopped.load(ordering: .relaxed) {
                var waiting = pollfd(fd: copy, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, 50) > 0 { _ = read(copy, &bytes, bytes.count) }
            }
            close(copy)
            self.thread.leave()
        }
    }

    /// Returns when nothing is read any more.
    func stop() {
        self.isStopped.store(true, ordering: .relaxed)
        self.thread.wait()
    }
}
