import CLinux
import Glibc

/// What an event is about, packed into the 64 bits that epoll hands back.
///
/// The generation says which occupant of a slot the event was meant for: an event that was already queued
/// when its descriptor was closed, and the slot given to another connection, is recognised and dropped.
struct PollToken: Hashable {
    enum Kind: UInt64 {
        case client
        case target
        case listener
        case wakeup
        /// The client's socket of a relay.
        case relay
        /// The target's socket of a relay.
        case relayTarget
    }

    /// Bits of ``generation``; the rest of the upper half is the kind.
    static let generationMask: UInt32 = 0x1FFF_FFFF

    let bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    init(_ kind: Kind, slot: Int, generation: UInt32) {
        self.bits =
            kind.rawValue << 61 | UInt64(generation & Self.generationMask) << 32 | UInt64(UInt32(slot))
    }

    var kind: Kind { Kind(rawValue: self.bits >> 61) ?? .wakeup }
    var slot: Int { Int(self.bits & 0xFFFF_FFFF) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: self.bits >> 32) & Self.generationMask }
}

/// Sole owner of one epoll instance.
///
/// Made by the thread that starts a worker and from then on used by that worker only, which is why it may be
/// called Sendable: its memory for events is never touched by two threads.
final class Poller: @unchecked Sendable {
    struct Event {
        let token: PollToken
        private let flags: UInt32

        init(_ event: epoll_event) {
            self.token = PollToken(bits: event.data.u64)
            self.flags = event.events
        }

        var isReadable: Bool {
            self.flags & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
        }
        var isWritable: Bool { self.flags & (EPOLLOUT.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
        /// The connection broke; what is merely over is no error.
        var isError: Bool { self.flags & EPOLLERR.rawValue != 0 }
        /// Both directions are over: nothing can be sent any more.
        var isBroken: Bool { self.flags & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
        /// The peer has closed its side: reads must go on until they say so.
        var isHangup: Bool {
            self.flags & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
        }
    }

    private static let capacity = 256

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    init?() {
        self.descriptor = clinux_epoll_create()
        self.events = .allocate(capacity: Self.capacity)
        self.events.initialize(repeating: epoll_event(), count: Self.capacity)
        guard self.descriptor >= 0 else { return nil }
    }

    deinit {
        self.events.deallocate()
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Registers a connection once and for both directions, edge-triggered; closing it ends that.
    func addConnection(_ descriptor: Int32, _ token: PollToken) -> Bool {
        let flags = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue
        return self.add(descriptor, flags | clinux_epoll_edge_triggered(), token)
    }

    /// Registers a listening socket or an eventfd, level-triggered.
    func addReadable(_ descriptor: Int32, _ token: PollToken) -> Bool {
        self.add(descriptor, EPOLLIN.rawValue, token)
    }

    func remove(_ descriptor: Int32) {
        var unused = epoll_event()
        epoll_ctl(self.descriptor, EPOLL_CTL_DEL, descriptor, &unused)
    }

    /// Waits for events; -1 waits for ever.
    func wait(timeoutMilliseconds: Int32) -> Int {
        let count = epoll_wait(self.descriptor, self.events, Int32(Self.capacity), timeoutMilliseconds)
        return max(0, Int(count))
    }

    /// An event of the last wait.
    subscript(index: Int) -> Event { Event(self.events[index]) }

    private func add(_ descriptor: Int32, _ flags: UInt32, _ token: PollToken) -> Bool {
        var event = epoll_event()
        event.events = flags
        event.data.u64 = token.bits
        return epoll_ctl(self.descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0
    }
}
