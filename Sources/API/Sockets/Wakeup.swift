import Glibc

/// A pipe that makes `poll` of one thread return when another thread has news.
package final class Wakeup: Sendable {
    private let reading: Descriptor
    private let writing: Descriptor

    package init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last }
        self.reading = Descriptor(ends[0])
        self.writing = Descriptor(ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// What to poll for input.
    package var number: Int32 { self.reading.number }

    /// Wakes the thread; a pipe that is full already holds a wake-up.
    package func signal() {
        var byte: UInt8 = 1
        _ = write(self.writing.number, &byte, 1)
    }

    /// Takes every wake-up so far off the pipe.
    package func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(self.reading.number, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
