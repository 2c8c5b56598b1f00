import Glibc

/// `poll(2)` over two descriptors, which is all either end needs: the peer and the wake-up.
enum Polling {
    struct Events: Hashable, Sendable {
        let isReadable: Bool
        let isWritable: Bool
        /// Both directions are over, or the descriptor failed.
        let isGone: Bool
        let isWoken: Bool
    }

    /// Waits until something happens or the deadline passes; nil for the deadline.
    static func wait(
        for peer: Descriptor,
        read: Bool = false,
        write: Bool = false,
        wakeup: Wakeup? = nil,
        until deadline: ContinuousClock.Instant? = nil
    ) -> Events? {
        let wanted = (read ? Int16(POLLIN) : 0) | (write ? Int16(POLLOUT) : 0)
        var entries = [pollfd(fd: peer.number, events: wanted, revents: 0)]
        // poll(2) ignores a negative descriptor.
        entries.append(pollfd(fd: wakeup?.number ?? -1, events: Int16(POLLIN), revents: 0))
        while true {
            let count = poll(&entries, nfds_t(entries.count), Self.milliseconds(until: deadline))
            if count < 0, errno == EINTR { continue }
            guard count != 0 else { return nil }
            let got = Int32(entries[0].revents)
            return Events(
                isReadable: got & Int32(POLLIN) != 0,
                isWritable: got & Int32(POLLOUT) != 0,
                isGone: count < 0 || got & (Int32(POLLHUP) | Int32(POLLERR) | Int32(POLLNVAL)) != 0,
                isWoken: entries[1].revents != 0
            )
        }
    }

    /// Rounded up, so that a wait never ends early and spins; -1 for no deadline.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = deadline - .now
        guard left > .zero else { return 0 }
        let milliseconds = left / Duration.milliseconds(1)
        return Int32(min(milliseconds.rounded(.up), Double(Int32.max)))
    }
}
