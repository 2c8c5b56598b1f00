import Glibc
import HTTP
import Model

/// What is done about too much, and about too slow.
extension Worker {
    // MARK: Places

    /// Takes a place for a connection that has just been accepted; nil, or why there is none.
    ///
    /// The address of a connection that brings a PROXY header is the proxy's: whose it is comes with that.
    func takePlace(_ listener: WorkerListener, _ peer: Endpoint) -> Rejection? {
        guard !self.isShortOfMemory else { return .memory }
        let isProxied = listener.expectsProxyHeader(from: peer.address)
        guard isProxied || !self.isTurnedAway(listener, peer) else { return .failingSource }
        guard self.port.totalOpen.take(limit: self.tuning.connections) else { return .connections }
        guard listener.open.take(limit: self.tuning.connectionsPerListener) else {
            self.port.totalOpen.giveBack()
            return .connectionsPerListener
        }
        guard isProxied || self.takeSource(listener, peer) else {
            listener.open.giveBack()
            self.port.totalOpen.giveBack()
            return .connectionsPerSource
        }
        return nil
    }

    func takeSource(_ listener: WorkerListener, _ peer: Endpoint) -> Bool {
        self.port.sources.take(
            ConnectionSource(peer.address),
            limit: listener.attributes.connectionsPerSource
        )
    }

    func giveBackPlace(_ listener: WorkerListener, _ source: ConnectionSource?) {
        listener.open.giveBack()
        self.port.totalOpen.giveBack()
        if let source { self.port.sources.giveBack(source) }
    }

    /// Ends a connection at once, without a word, and lets the kernel forget what it was to send.
    func cut(_ client: ClientConnection, for reason: Rejection) {
        guard client.isOpen else { return }
        client.listener.tally.countRejected(reason)
        client.exchange.isCut = true
        if client.stream == nil { Socket.resetOnClose(client.descriptor) }
        self.close(client)
    }

    // MARK: Memory

    /// Nothing more is taken on: neither connections nor bytes that may have to wait.
    var isShortOfMemory: Bool { self.memory.bytes > self.tuning.bufferedBytes / 2 }

    /// Whoever needs more gets none.
    var isOutOfMemory: Bool { self.memory.bytes > self.tuning.bufferedBytes }

    /// Bytes that may wait for one side before the other is no longer read.
    var pendingLimit: Int { self.isShortOfMemory ? 0 : EngineLimits.pendingBytes }

    // MARK: Request bodies

    /// Counts bytes of a request's body; false once they have come too slowly for a whole window.
    ///
    /// A client that had to wait for its target is not slow. Streams of HTTP/2 are not held to a rate: they
    /// may be conversations, and cost a connection no more than its windows.
    func keepsPace(_ client: ClientConnection, sending count: Int) -> Bool {
        let rate = client.listener.attributes.requestBytesPerSecond
        guard rate > 0, client.stream == nil else { return true }
        client.exchange.pace.add(count)
        guard client.exchange.pace.isOver(self.paceWindow, at: self.now) else { return true }
        let isSlow = client.exchange.pace.isSlow(rate, at: self.now)
        client.exchange.pace.restart(at: self.now)
        return !isSlow || (client.exchange.target?.unsentCount ?? 0) > 0
    }

    // MARK: Readers

    /// The socket has taken less than it was given: from here on the client's reading is measured.
    func beginReading(_ client: ClientConnection) {
        client.readerPace.restart(at: self.now)
        client.queuedBytes = Socket.queuedBytes(client.descriptor)
        // The deadlines of handshakes and heads stay what they are.
        guard !client.isReceivingHead, client.phase != .expecting, client.phase != .handshaking else {
            return
        }
        self.setDeadline(client, in: client.listener.idleTimeout)
    }

    /// Whether a client that bytes wait for takes them fast enough, or has not been measured for long enough.
    ///
    /// What counts is what the client's kernel has acknowledged: the socket's own buffer holds megabytes, and
    /// fills and empties without the client having done anything.
    func isReadingWell(_ client: ClientConnection) -> Bool {
        guard client.unsent != nil,
            client.readerPace.isOver(self.readingWindow(client).milliseconds, at: self.now)
        else { return true }
        let queued = Socket.queuedBytes(client.descriptor)
        client.readerPace.add(client.queuedBytes - queued)
        let isSlow = client.readerPace.isSlow(client.listener.attributes.responseBytesPerSecond, at: self.now)
        client.readerPace.restart(at: self.now)
        client.queuedBytes = queued
        return !isSlow
    }

    /// How long the client's reading is measured; without a least rate, nothing at all in the idle time is
    /// what ends it.
    func readingWindow(_ client: ClientConnection) -> Duration {
        let idle = client.listener.idleTimeout
        guard client.listener.attributes.responseBytesPerSecond > 0 else { return idle }
        return min(idle, self.tuning.paceWindow)
    }

    private var paceWindow: Int64 { self.tuning.paceWindow.milliseconds }
}
