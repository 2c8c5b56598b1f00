import Glibc
import HTTP
import TLS

/// One thread and one `poll` loop that hold a server to a ``LoadPlan``, and measure it meanwhile.
final class LoadGenerator {
    /// Errors after which a run is given up.
    private static let errorCount = 100
    private static let inputBytes = 262_144
    /// How long connections may take to come up.
    private static let patience: UInt64 = 60_000_000_000

    private let plan: LoadPlan
    private let context: ClientContext?
    private let request: [UInt8]
    private let host: String
    private let window = CipherWindow()
    private let head = ResponseHead()
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputBytes, alignment: 64)
    private let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: inputBytes, alignment: 64)

    private var connections: [LoadConnection?]
    private var entries: [pollfd]
    /// What the connection in each place left to resume with.
    private var sessions: [ClientSession?]
    private var events: [HTTP2Requests.Event] = []

    private var now: UInt64 = 0
    private var opened = 0
    /// Of all places, those that have answered once.
    private var readyCount = 0
    private var isReady: [Bool]
    private var isMeasuring = false
    private var latencies = LatencyHistogram()
    private var result = LoadResult()

    /// The context is nil where the plan's transport is plain.
    init(_ plan: LoadPlan, host: String, context: ClientContext?) {
        self.plan = plan
        self.context = context
        self.host = host
        self.request = Array("GET \(plan.path) HTTP/1.1\r\nHost: \(host)\r\nAccept: */*\r\n\r\n".utf8)
        self.connections = Array(repeating: nil, count: plan.connections)
        self.entries = Array(repeating: pollfd(fd: -1, events: 0, revents: 0), count: plan.connections)
        self.sessions = Array(repeating: nil, count: plan.connections)
        self.isReady = Array(repeating: false, count: plan.connections)
    }

    deinit {
        self.input.deallocate()
        self.plaintext.deallocate()
    }

    /// Runs the plan; `whenHeld` is called once, when a plan of kind `idle` holds all its connections.
    func run(whenHeld: () -> Void = {}) throws -> LoadResult {
        self.now = Self.clock()
        let start = self.now
        var warmEnd: UInt64?
        var times: (own: ProcessTimes, measured: ProcessTimes, begin: UInt64)?
        var hasTold = false
        while self.result.errors < Self.errorCount {
            try self.openMissing()
            let isUp = self.readyCount == self.plan.connections
            guard isUp || self.now - start < Self.patience else {
                throw BenchmarkError("only \(self.readyCount) of \(self.plan.connections) connections answer")
            }
            if isUp, self.plan.kind == .idle, !hasTold {
                hasTold = true
                whenHeld()
            }
            if isUp, warmEnd == nil { warmEnd = self.now + UInt64(self.plan.warmupSeconds * 1e9) }
            if let warmEnd, times == nil, self.now >= warmEnd, self.plan.kind != .idle {
                times = (self.ownTimes, ProcessTimes(of: self.plan.processes), Self.clock())
                self.isMeasuring = true
            }
            if let times {
                let elapsed = self.now - min(self.now, times.begin)
                let isOver = Double(elapsed) >= self.plan.seconds * 1e9
                if isOver || self.result.operations >= self.plan.operations {
                    return self.finish(times)
                }
            }
            self.wait()
        }
        return self.finish(times ?? (self.ownTimes, ProcessTimes(of: self.plan.processes), self.now))
    }

    private var ownTimes: ProcessTimes { ProcessTimes(of: [getpid()]) }

    private func finish(_ times: (own: ProcessTimes, measured: ProcessTimes, begin: UInt64)) -> LoadResult {
        let measured = ProcessTimes(of: self.plan.processes).since(times.measured)
        self.result.seconds = Double(Self.clock() - times.begin) / 1e9
        self.result.cpuSeconds = measured.total
        self.result.busiestThreadSeconds = measured.busiest
        self.result.loadSeconds = self.ownTimes.since(times.own).total
        self.result.p50Microseconds = self.latencies.percentile(0.5)
        self.result.p90Microseconds = self.latencies.percentile(0.9)
        self.result.p99Microseconds = self.latencies.percentile(0.99)
        self.result.maximumMicroseconds = self.latencies.maximum
        for place in self.connections.indices { self.close(place, isClean: true) }
        return self.result
    }

    // MARK: Events

    private func wait() {
        let count = poll(&self.entries, nfds_t(self.entries.count), 20)
        self.now = Self.clock()
        guard count > 0 else { return }
        for place in self.entries.indices where self.entries[place].revents != 0 {
            self.entries[place].revents = 0
            guard let connection = self.connections[place] else { continue }
            if connection.phase == .connecting {
                self.connected(connection, place)
            } else {
                self.read(connection, place)
            }
        }
    }

    /// Connections that are to be held come up a few at a time; others take the place of those that ended.
    private func openMissing() throws {
        var pending = self.plan.kind == .idle ? self.opened - self.readyCount : 0
        for place in self.connections.indices where self.connections[place] == nil {
            guard pending < 32 else { return }
            if self.plan.kind == .idle { pending += 1 }
            try self.open(place)
        }
    }

    private func open(_ place: Int) throws {
        let port = self.plan.port + UInt16(self.opened % Int(self.plan.portCount))
        let socket = try LoadSocket(to: port, number: self.opened)
        self.opened += 1
        let tls = try self.context.map { context in
            try ClientConnection(
                context: context,
                window: self.window,
                serverName: self.host,
                resuming: self.plan.kind == .resumptions ? self.sessions[place] : nil
            )
        }
        self.connections[place] = LoadConnection(
            socket: socket,
            tls: tls,
            reader: ResponseReader(expecting: self.plan.bodyBytes, head: self.head),
            begun: Self.clock()
        )
        self.entries[place] = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
    }

    private func connected(_ connection: LoadConnection, _ place: Int) {
        guard connection.socket.failure == 0 else {
            return self.fail(place, "connect: \(String(cString: strerror(connection.socket.failure)))")
        }
        self.entries[place].events = Int16(POLLIN)
        connection.phase = .handshaking
        self.window.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        if self.handshake(connection, place) { self.flush(connection, place) }
    }

    private func read(_ connection: LoadConnection, _ place: Int) {
        while let count = connection.socket.receive(into: self.input) {
            guard count > 0 else { return self.ended(connection, place) }
            self.received(connection, place, UnsafeRawBufferPointer(rebasing: self.input[..<count]))
            guard self.connections[place] === connection, count == self.input.count else { return }
        }
    }

    private func received(_ connection: LoadConnection, _ place: Int, _ bytes: UnsafeRawBufferPointer) {
        guard let tls = connection.tls else { return self.take(connection, place, bytes) }
        self.window.setInput(bytes)
        guard self.handshake(connection, place) else { return }
        while self.connections[place] === connection, connection.phase != .handshaking {
            switch tls.read(into: self.plaintext) {
            case .bytes(let count):
                self.take(connection, place, UnsafeRawBufferPointer(rebasing: self.plaintext[..<count]))
            case .needsInput: return self.flush(connection, place)
            case .closed: return self.ended(connection, place)
            case .failed:
                let alert = tls.receivedAlert.map { "alert \($0)" } ?? "a TLS failure"
                return self.fail(place, alert)
            }
        }
        if self.connections[place] === connection { self.flush(connection, place) }
    }

    /// Goes on with the handshake, and begins the first operation behind it; false if it failed.
    private func handshake(_ connection: LoadConnection, _ place: Int) -> Bool {
        guard connection.phase == .handshaking else { return true }
        switch connection.tls?.handshake() ?? .complete {
        case .needsInput:
            return true
        case .failed:
            self.fail(place, "the handshake failed (alert \(connection.tls?.receivedAlert ?? 0))")
            return false
        case .complete:
            connection.phase = .open
            if connection.tls?.isResumed == true, self.isMeasuring { self.result.resumed += 1 }
            if self.plan.version == .http2 { return self.beginHTTP2(connection, place) }
            self.ask(connection, place)
            return true
        }
    }

    // MARK: Operations

    private func beginHTTP2(_ connection: LoadConnection, _ place: Int) -> Bool {
        guard connection.tls?.negotiatedProtocol == "h2" else {
            self.fail(place, "the server does not speak HTTP/2")
            return false
        }
        var http2 = HTTP2Requests(path: self.plan.path, host: self.host, expecting: self.plan.bodyBytes)
        for _ in 0..<self.plan.streams { _ = http2.begin(at: Self.clock()) }
        connection.http2 = http2
        self.writeFrames(connection)
        return true
    }

    private func writeFrames(_ connection: LoadConnection) {
        guard let output = connection.http2?.output, !output.isEmpty else { return }
        connection.http2?.output.removeAll(keepingCapacity: true)
        _ = output.withUnsafeBytes { connection.tls?.write($0) }
    }

    private func ask(_ connection: LoadConnection, _ place: Int) {
        if self.plan.kind == .requests { connection.begun = Self.clock() }
        self.request.withUnsafeBytes { request in
            if let tls = connection.tls {
                _ = tls.write(request)
            } else if connection.socket.send(request) != request.count {
                self.fail(place, "a request that the socket did not take")
            }
        }
    }

    private func take(_ connection: LoadConnection, _ place: Int, _ bytes: UnsafeRawBufferPointer) {
        guard connection.http2 == nil else { return self.takeFrames(connection, place, bytes) }
        switch connection.reader.receive(bytes) {
        case .more: break
        case .wrong(let reason): self.fail(place, reason)
        case .complete(let isPersistent):
            self.count(connection, place, begun: connection.begun)
            switch self.plan.kind {
            case .requests where isPersistent: self.ask(connection, place)
            case .requests:
                self.result.reconnects += 1
                self.close(place, isClean: true)
            case .idle: connection.phase = .held
            case .handshakes, .resumptions:
                self.sessions[place] = self.plan.kind == .resumptions ? connection.tls?.session() : nil
                self.close(place, isClean: true)
            }
        }
    }

    private func takeFrames(_ connection: LoadConnection, _ place: Int, _ bytes: UnsafeRawBufferPointer) {
        self.events.removeAll(keepingCapacity: true)
        connection.http2?.receive(bytes, &self.events)
        for event in self.events {
            switch event {
            case .complete(let begun):
                self.count(connection, place, begun: begun)
                _ = connection.http2?.begin(at: Self.clock())
            case .ended:
                self.result.reconnects += 1
                return self.close(place, isClean: true)
            case .wrong(let reason):
                return self.fail(place, reason)
            }
        }
        self.writeFrames(connection)
    }

    private func count(_ connection: LoadConnection, _ place: Int, begun: UInt64) {
        connection.hasAnswered = true
        if !self.isReady[place] {
            self.isReady[place] = true
            self.readyCount += 1
        }
        guard self.isMeasuring else { return }
        self.result.operations += 1
        self.latencies.add(microseconds: (Self.clock() - begun) / 1_000)
    }

    // MARK: Ends

    private func flush(_ connection: LoadConnection, _ place: Int) {
        let output = self.window.output
        guard !output.isEmpty else { return }
        let sent = connection.socket.send(output)
        let isWhole = sent == output.count
        self.window.clearOutput()
        // Requests are small and wait for their answers: a socket without room for one is broken.
        if !isWhole { self.fail(place, "a request that the socket did not take") }
    }

    /// A server may end a connection between two requests; the request on its way is asked again.
    private func ended(_ connection: LoadConnection, _ place: Int) {
        let isBetween = connection.http2 == nil && connection.reader.isBetweenResponses
        if self.plan.kind == .requests, connection.hasAnswered, isBetween {
            self.result.reconnects += 1
            return self.close(place, isClean: false)
        }
        self.fail(place, connection.phase == .held ? "a held connection was closed" : "closed by the server")
    }

    private func fail(_ place: Int, _ reason: String) {
        self.result.errors += 1
        if self.result.firstError == nil { self.result.firstError = reason }
        self.close(place, isClean: false)
    }

    private func close(_ place: Int, isClean: Bool) {
        guard let connection = self.connections[place] else { return }
        if isClean {
            connection.tls?.sendCloseNotify()
            _ = connection.socket.send(self.window.output)
        }
        self.window.clearOutput()
        Glibc.close(connection.socket.descriptor)
        self.connections[place] = nil
        self.entries[place].fd = -1
    }

    private static func clock() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
