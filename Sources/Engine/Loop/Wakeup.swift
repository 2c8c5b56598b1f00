import CLinux
import Glibc

/// An eventfd that any thread may ring to get a sleeping thread's attention.
final class Wakeup: Sendable {
    let descriptor: Int32

    init?() {
        self.descriptor = clinux_eventfd()
        guard self.descriptor >= 0 else { return nil }
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Rings; rings before the next ``drain()`` count as one.
    func ring() {
        var one: UInt64 = 1
        _ = write(self.descriptor, &one, 8)
    }

    func drain() {
        var count: UInt64 = 0
        _ = read(self.descriptor, &count, 8)
    }

    /// Blocks until rung or until the time is over; true if rung.
    func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return false }
        self.drain()
        return true
    }
}
