/// What the `Upgrade` headers of a head say, of which one is understood (RFC 9110 7.8, RFC 6455 4).
struct WebSocketOffer {
    /// The lines that go on, in our own spelling.
    static var lines: StaticString { "Connection: Upgrade\r\nUpgrade: websocket\r\n" }

    private var count = 0
    private var isWebSocket = false

    mutating func read(_ value: UnsafeRawBufferPointer) {
        self.count += 1
        self.isWebSocket = ASCII.equals(value, "websocket")
    }

    /// Whether WebSocket is named, once, and no other protocol.
    var isOnlyOne: Bool { self.count == 1 && self.isWebSocket }
}
