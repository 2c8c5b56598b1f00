/// A client of HTTP/2 that keeps so many GETs under way and holds their answers to what is expected.
///
/// Just enough of RFC 9113 to load a server: requests are the same bytes each time, windows are as large as
/// they can be, and of a response only status, length and end are looked at.
struct HTTP2Requests {
    enum Event {
        /// The response to the request that was begun at this time, in nanoseconds.
        case complete(begun: UInt64)
        /// The server takes no more requests on this connection, and those under way are done.
        case ended
        case wrong(String)
    }

    private struct Stream {
        let identifier: UInt32
        let begun: UInt64
        var received = 0
    }

    private enum FrameType {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
    }

    /// Sent for what crossed a GOAWAY on its way, which may be asked again (RFC 9113 8.7).
    private static let refusedStream: UInt32 = 7
    private static let frameHead = 9
    /// RFC 9113 6.9.1.
    private static let largestWindow: UInt32 = 0x7FFF_FFFF

    private let bodyBytes: Int
    private let requestBlock: [UInt8]
    private var streams: [Stream] = []
    private var nextStream: UInt32 = 1
    private var held: [UInt8] = []
    /// DATA that the connection's window has not got back.
    private var unreturned: UInt32 = 0
    private var isGoingAway = false

    /// Frames to be sent; the caller takes them.
    var output: [UInt8] = []

    init(path: String, host: String, expecting bodyBytes: Int) {
        self.bodyBytes = bodyBytes
        // Literals that are not indexed (RFC 7541 6.2.2), so that the block is the same for every stream.
        func literal(_ index: UInt8, _ value: String) -> [UInt8] {
            [index, UInt8(clamping: value.utf8.count)] + Array(value.utf8.prefix(127))
        }
        // :method GET and :scheme https are whole entries of the static table; 4 is :path, 1 :authority.
        self.requestBlock = [0x82, 0x87] + literal(4, path) + literal(1, host)
        self.output = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        // No push (2), and the largest window for each stream (4).
        let settings: [UInt8] = [0, 2, 0, 0, 0, 0, 0, 4] + Self.bytes(Self.largestWindow)
        self.append(FrameType.settings, flags: 0, stream: 0, settings)
        self.append(FrameType.windowUpdate, flags: 0, stream: 0, Self.bytes(Self.largestWindow - 65_535))
    }

    var isIdle: Bool { self.streams.isEmpty }

    /// Begins a request; false once the server takes no more.
    mutating func begin(at time: UInt64) -> Bool {
        guard !self.isGoingAway else { return false }
        self.streams.append(Stream(identifier: self.nextStream, begun: time))
        // END_STREAM and END_HEADERS.
        self.append(FrameType.headers, flags: 0x5, stream: self.nextStream, self.requestBlock)
        self.nextStream += 2
        return true
    }

    /// Takes what came and says what became of it.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, _ events: inout [Event]) {
        self.held += bytes
        let all = self.held
        var offset = 0
        all.withUnsafeBytes { all in
            while all.count - offset >= Self.frameHead {
                let length = Int(all[offset]) << 16 | Int(all[offset + 1]) << 8 | Int(all[offset + 2])
                let end = offset + Self.frameHead + length
                guard end <= all.count else { break }
                let stream = Self.number(all, offset + 5) & 0x7FFF_FFFF
                let payload = UnsafeRawBufferPointer(rebasing: all[offset + Self.frameHead..<end])
                self.take(all[offset + 3], flags: all[offset + 4], stream, payload, &events)
                offset = end
            }
        }
        self.held.removeFirst(offset)
        if self.isGoingAway, self.streams.isEmpty { events.append(.ended) }
    }

    private mutating func take(
        _ type: UInt8,
        flags: UInt8,
        _ stream: UInt32,
        _ payload: UnsafeRawBufferPointer,
        _ events: inout [Event]
    ) {
        switch type {
        case FrameType.headers:
            // 0x88 is `:status: 200` of the static table, which every server uses.
            guard payload.first == 0x88 else { return events.append(.wrong("a status other than 200")) }
            if flags & 1 != 0 { self.end(stream, &events) }
        case FrameType.data:
            if let index = self.streams.firstIndex(where: { $0.identifier == stream }) {
                self.streams[index].received += payload.count
            }
            self.unreturned += UInt32(payload.count)
            if self.unreturned > 1 << 30 {
                self.append(FrameType.windowUpdate, flags: 0, stream: 0, Self.bytes(self.unreturned))
                self.unreturned = 0
            }
            if flags & 1 != 0 { self.end(stream, &events) }
        case FrameType.settings where flags & 1 == 0:
            self.append(FrameType.settings, flags: 1, stream: 0, [])
        case FrameType.ping where flags & 1 == 0:
            self.append(FrameType.ping, flags: 1, stream: 0, Array(payload))
        case FrameType.goAway:
            self.isGoingAway = true
            // What the server has not begun (RFC 9113 6.8) is asked for again on another connection.
            guard payload.count >= 8 else { return }
            let last = Self.number(payload, 0) & 0x7FFF_FFFF
            self.streams.removeAll { $0.identifier > last }
        case FrameType.reset:
            guard payload.count == 4 else { return events.append(.wrong("a RST_STREAM of another length")) }
            let code = Self.number(payload, 0)
            guard code == Self.refusedStream else {
                return events.append(.wrong("a stream that was reset with code \(code)"))
            }
            self.streams.removeAll { $0.identifier == stream }
        default:
            break
        }
    }

    private mutating func end(_ stream: UInt32, _ events: inout [Event]) {
        guard let index = self.streams.firstIndex(where: { $0.identifier == stream }) else { return }
        let done = self.streams.remove(at: index)
        guard done.received == self.bodyBytes else {
            return events.append(.wrong("a body of \(done.received), not \(self.bodyBytes) bytes"))
        }
        events.append(.complete(begun: done.begun))
    }

    private mutating func append(_ type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) {
        self.output += Self.bytes(UInt32(payload.count)).dropFirst()
        self.output += [type, flags]
        self.output += Self.bytes(stream)
        self.output += payload
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
