import Model
import TLS
import TestSupport

/// A client that writes HTTP/2 frames as a test says, also those that no library would write.
final class HTTP2Client {
    struct Frame {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        /// Of RST_STREAM and GOAWAY.
        var errorCode: UInt8? { self.payload.dropFirst(self.type == 7 ? 4 : 0).prefix(4).last }
    }

    struct Answer {
        /// Its header block; the status comes first, 0x88 for 200 (RFC 7541 appendix A).
        var block: [UInt8] = []
        /// A second header block.
        var hasTrailers = false
        var body: [UInt8] = []
        /// The stream was reset, with this code.
        var reset: UInt8?

        var isOK: Bool { self.block.first == 0x88 && self.reset == nil }
        /// `:status: 421`, the number in Huffman's code.
        var isMisdirected: Bool { self.block.starts(with: [0x48, 0x82, 0x68, 0x41]) }
        var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    private let client: SecureClient
    private var received: [UInt8] = []
    private(set) var goAway: UInt8?
    private var nextStream: UInt32 = 1

    /// Connects and says the preface; `settings` is the payload of the first frame.
    init(
        to endpoint: Endpoint,
        _ identity: IssuedCertificate? = nil,
        serverName: String? = "localhost",
        settings: [UInt8] = []
    ) throws {
        var offer = ClientContext.Offer()
        offer.protocols = ["h2", "http/1.1"]
        let context = try ClientContext(
            certificateChainPEM: identity?.certificatePEM,
            privateKey: identity?.privateKey,
            offer: offer
        )
        self.client = try SecureClient(to: endpoint, context: context, serverName: serverName)
        try self.client.send(Self.preface + Self.frame(4, settings))
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8]
    {
        let length = UInt32(payload.count)
        return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
            + Self.bytes(stream) + payload
    }

    static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// Literal fields without Huffman and without the table.
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + Self.text($0.0) + Self.text($0.1) }
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var length: [UInt8] = []
        if bytes.count < 127 {
            length = [UInt8(bytes.count)]
        } else {
            var rest = bytes.count - 127
            length = [127]
            while rest >= 128 {
                length.append(UInt8(rest % 128 + 128))
                rest /= 128
            }
            length.append(UInt8(rest))
        }
        return length + bytes
    }

    static func fields(_ method: String = "GET", _ path: String = "/") -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
    }

    func send(_ bytes: [UInt8]) throws {
        try self.client.send(bytes)
    }

    /// Takes new keys; whether that could be said.
    func updateKeys() throws -> Bool {
        guard self.client.connection.updateKeys() else { return false }
        try self.client.send([UInt8]())
        return true
    }

    /// Begins a request; returns its stream.
    @discardableResult
    func request(_ fields: [(String, String)] = HTTP2Client.fields(), ends: Bool = true) throws -> UInt32 {
        let stream = self.nextStream
        self.nextStream += 2
        try self.send(Self.frame(1, flags: ends ? 5 : 4, stream: stream, Self.block(fields)))
        return stream
    }

    /// The next frame; nil when the connection has ended.
    func next() -> Frame? {
        while true {
            if self.received.count >= 9 {
                let length = self.received[..<3].reduce(0) { $0 << 8 | Int($1) }
                if self.received.count >= 9 + length {
                    let frame = Frame(
                        type: self.received[3],
                        flags: self.received[4],
                        stream: self.received[5..<9].reduce(0) { $0 << 8 | UInt32($1) },
                        payload: Array(self.received[9..<9 + length])
                    )
                    self.received.removeFirst(9 + length)
                    if frame.type == 7 { self.goAway = frame.errorCode }
                    return frame
                }
            }
            guard let bytes = try? self.client.receive(), !bytes.isEmpty else { return nil }
            self.received += bytes
        }
    }

    /// Reads until all of the streams are over; those that the connection took with it are left out.
    func answers(_ streams: [UInt32]) -> [UInt32: Answer] {
        var open: [UInt32: Answer] = [:]
        var done: [UInt32: Answer] = [:]
        while done.count < streams.count, let frame = self.next() {
            guard streams.contains(frame.stream), done[frame.stream] == nil else { continue }
            switch frame.type {
            case 0: open[frame.stream, default: Answer()].body += frame.payload
            case 1:
                if open[frame.stream]?.block.isEmpty == false {
                    open[frame.stream]?.hasTrailers = true
                } else {
                    open[frame.stream, default: Answer()].block = frame.payload
                }
            case 3:
                open[frame.stream, default: Answer()].reset = frame.errorCode
                done[frame.stream] = open[frame.stream]
            default: continue
            }
            if frame.type < 2, frame.flags & 1 != 0 { done[frame.stream] = open[frame.stream] }
        }
        return done
    }

    func get(_ fields: [(String, String)] = HTTP2Client.fields()) throws -> Answer? {
        let stream = try self.request(fields)
        return self.answers([stream])[stream]
    }

    func close() {
        self.client.close()
    }

    /// Reads to the end of the connection.
    func readToEnd() {
        while self.next() != nil {}
    }
}
