import API
import Console
import Foundation
import Glibc
import Synchronization

/// Signals as events: caught once for the process, told to every console and to whoever waits for the end.
///
///     kernel ──handler: one byte──▶ pipe ──thread──▶ consoles, ``ends``
///
/// The handler does nothing but write to a pipe, which is all that signal-safety(7) leaves it.
enum Signals {
    /// Descriptor the handler writes to; -1 before ``begin()``.
    ///
    /// `nonisolated(unsafe)` holds because it is written once, before the first handler is installed.
    private nonisolated(unsafe) static var pipeNumber: Int32 = -1

    /// SIGTERM and SIGINT, in order; for one reader.
    private static let ends = AsyncStream<Int32>.makeStream()
    private static let hasBegun = Atomic(false)

    /// Catches what a serving or showing process has to handle itself; a second call does nothing.
    ///
    /// SIGHUP is caught so that a terminal that closes does not take the gate with it.
    static func begin() {
        guard !self.hasBegun.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A full pipe must not stop the handler; the signals on it are enough.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        self.pipeNumber = ends[1]
        let reading = Descriptor(ends[0])
        Thread.detachNewThread { Self.forward(from: reading) }
        for number in [SIGTERM, SIGINT, SIGHUP, SIGWINCH, SIGCONT, SIGUSR1] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = Glibc.write(Signals.pipeNumber, &byte, 1)
                errno = saved
            }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }

    /// Returns when the process is told to end.
    ///
    /// For one caller at a time: each signal is told once.
    static func untilEnd() async {
        for await _ in self.ends.stream { return }
    }

    private static func forward(from pipe: Descriptor) {
        var byte: UInt8 = 0
        while true {
            let count = read(pipe.number, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            switch Int32(byte) {
            case SIGTERM: Self.end(SIGTERM, .terminate)
            case SIGINT: Self.end(SIGINT, .interrupt)
            case SIGHUP: ConsoleSession.post(.hangup)
            case SIGWINCH: ConsoleSession.post(.windowChanged)
            case SIGCONT: ConsoleSession.post(.continued)
            case SIGUSR1: ConsoleSession.post(.dump)
            default: break
            }
        }
    }

    private static func end(_ number: Int32, _ signal: ConsoleSignal) {
        // A console that asks first tells by its answer whether it is the end.
        if ConsoleSession.post(signal) { return }
        self.ends.continuation.yield(number)
    }
}
