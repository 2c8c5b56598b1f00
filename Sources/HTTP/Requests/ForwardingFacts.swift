/// What we know about a request that its target does not: borrowed for the one call that writes the head.
///
/// Everything in it is copied out as it is, so it must hold no line end except where that is said.
public struct ForwardingFacts {
    /// The peer's address as `X-Forwarded-For` is to name it.
    public var clientAddress: UnsafeRawBufferPointer
    public var listenerPort: UInt16
    public var isTLS: Bool
    /// Complete header lines with their CRLF, made by ``IdentityHeaders``; may be empty.
    public var identityHeaders: UnsafeRawBufferPointer
    public var traceSeed: TraceSeed
    /// The `Host` of an HTTP/1.0 request that has none; the target is spoken to in HTTP/1.1, which needs one.
    public var defaultHost: UnsafeRawBufferPointer
    /// Path and query in place of those that came, where rules have read them in another form.
    public var target: UnsafeRawBufferPointer?
    /// The name of the host in place of the one that came; a port stays.
    public var host: UnsafeRawBufferPointer?
    /// Complete header lines with their CRLF; empty unless the target is told about the client's TLS.
    public var tlsHeaders: UnsafeRawBufferPointer
    /// The target may turn the connection into a WebSocket, where the request asks for it.
    public var isUpgrade: Bool

    public init(
        clientAddress: UnsafeRawBufferPointer,
        listenerPort: UInt16,
        isTLS: Bool,
        identityHeaders: UnsafeRawBufferPointer,
        traceSeed: TraceSeed,
        defaultHost: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        target: UnsafeRawBufferPointer? = nil,
        host: UnsafeRawBufferPointer? = nil,
        tlsHeaders: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        isUpgrade: Bool = false
    ) {
        self.clientAddress = clientAddress
        self.listenerPort = listenerPort
        self.isTLS = isTLS
        self.identityHeaders = identityHeaders
        self.traceSeed = traceSeed
        self.defaultHost = defaultHost
        self.target = target
        self.host = host
        self.tlsHeaders = tlsHeaders
        self.isUpgrade = isUpgrade
    }
}
