import Dispatch
import Foundation
import Glibc
public import Model
import Synchronization

/// Answers `GET /metrics` in clear text, and nothing else.
///
/// One thread accepts, one thread serves each connection, which carries one request; none of them is a
/// worker's. Whoever is slow is closed at a deadline, and whoever asks often gets the same text.
public final class MetricsServer: Sendable {
    private struct State {
        var open = 0
        var isStopping = false
        var text: (text: String, time: ContinuousClock.Instant)?
    }

    private let listener: Descriptor
    private let limits: MetricsLimits
    private let source: @Sendable () async -> String?
    private let wakeup: Wakeup
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// The address it is bound to, with the port the system chose where it was asked to.
    public let endpoint: Endpoint

    /// Listens and serves until ``stop()``.
    ///
    /// - Parameters:
    ///   - endpoint: Where to listen.
    ///   - source: Makes the text; nil when there is none, which is answered with 503.
    /// - Throws: ``OperatorError`` when the address cannot be had.
    public convenience init(
        at endpoint: Endpoint,
        source: @escaping @Sendable () async -> String?
    ) throws(OperatorError) {
        try self.init(at: endpoint, limits: MetricsLimits(), source: source)
    }

    /// The same with limits of the caller's, for tests.
    init(
        at endpoint: Endpoint,
        limits: MetricsLimits,
        source: @escaping @Sendable () async -> String?
    ) throws(OperatorError) {
        self.limits = limits
        self.source = source
        do throws(SystemError) {
            self.wakeup = try Wakeup()
            self.listener = try TCPListener.listen(at: endpoint)
            self.endpoint = try TCPListener.endpoint(of: self.listener)
        } catch {
            throw OperatorError(
                error.number == EADDRINUSE ? .addressInUse : .addressUnavailable,
                subject: "--metrics",
                message: "Metrics cannot be served at \(endpoint): \(error.text).",
                hint: "Choose another address or port with --metrics HOST:PORT."
            )
        }
        self.start { server in server.acceptUntilStopped() }
    }

    /// Closes the socket and waits a moment for what is in hand.
    public func stop() {
        self.state.withLock { $0.isStopping = true }
        self.wakeup.signal()
        _ = self.threads.wait(timeout: .now() + .seconds(1))
    }

    private func acceptUntilStopped() {
        while !self.state.withLock({ $0.isStopping }) {
            let events = Polling.wait(for: self.listener, read: true, wakeup: self.wakeup)
            if events?.isWoken == true { self.wakeup.drain() }
            guard events?.isReadable == true else { continue }
            let number = accept(self.listener.number, nil, nil)
            guard number >= 0 else {
                // Out of descriptors: without a rest, the connection that waits would keep this thread busy.
                if errno != EAGAIN, errno != EINTR { Thread.sleep(forTimeInterval: 0.1) }
                continue
            }
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            let socket = Descriptor(number)
            let mayServe = self.state.withLock { state in
                guard state.open < self.limits.connections, !state.isStopping else { return false }
                state.open += 1
                return true
            }
            guard mayServe else { continue }
            self.start { server in
                server.serve(socket)
                server.state.withLock { $0.open -= 1 }
            }
        }
    }

    private func serve(_ socket: Descriptor) {
        guard let head = self.receiveHead(socket) else { return }
        var response = self.response(to: head)
        let deadline = ContinuousClock.now + self.limits.responseDeadline
        while !response.isEmpty {
            guard Polling.wait(for: socket, write: true, until: deadline) != nil, socket.send(&response)
            else {
                return
            }
        }
        // Closing on bytes that were not read would take the response with it.
        shutdown(socket.number, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 1_024)
        let end = ContinuousClock.now + .seconds(1)
        while let events = Polling.wait(for: socket, read: true, until: end), events.isReadable,
            recv(socket.number, &rest, rest.count, Int32(MSG_DONTWAIT)) > 0
        {}
    }

    /// The bytes up to the empty line; nil when they do not come in time, or are too many.
    private func receiveHead(_ socket: Descriptor) -> [UInt8]? {
        let deadline = ContinuousClock.now + self.limits.requestDeadline
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1_024)
        while head.count <= self.limits.headBytes, !self.state.withLock({ $0.isStopping }) {
            guard Polling.wait(for: socket, read: true, until: deadline) != nil else { return nil }
            let count = recv(socket.number, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return nil }
            let start = max(0, head.count - 3)
            head += chunk[..<count]
            if head[start...].firstRange(of: Array("\r\n\r\n".utf8)) != nil { return head }
        }
        return nil
    }

    private func response(to head: [UInt8]) -> Data {
        let line = head.prefix { $0 != 0x0D }
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            return Self.response("400 Bad Request", "That is no request of HTTP/1.1.\n")
        }
        guard words[0] == "GET" || words[0] == "HEAD" else {
            return Self.response(
                "405 Method Not Allowed",
                "Only GET and HEAD.\n",
                headers: "Allow: GET, HEAD\r\n"
            )
        }
        let isHead = words[0] == "HEAD"
        guard words[1].prefix(while: { $0 != "?" }) == "/metrics" else {
            return Self.response("404 Not Found", "Metrics are at /metrics.\n", isHead: isHead)
        }
        guard let text = self.text() else {
            return Self.response("503 Service Unavailable", "The gate is stopping.\n", isHead: isHead)
        }
        return Self.response("200 OK", text, type: MetricsText.contentType, isHead: isHead)
    }

    private static func response(
        _ status: String,
        _ body: String,
        type: String = "text/plain; charset=utf-8",
        headers: String = "",
        isHead: Bool = false
    ) -> Data {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(headers)Connection: close\r\n\r\n"
        return Data((isHead ? head : head + body).utf8)
    }

    private func text() -> String? {
        let known = self.state.withLock { $0.text }
        if let known, ContinuousClock.now - known.time < self.limits.freshness { return known.text }
        let box = TextBox()
        let (source, done) = (self.source, DispatchSemaphore(value: 0))
        Task {
            let text = await source()
            box.text.withLock { $0 = text }
            done.signal()
        }
        guard done.wait(timeout: .now() + .seconds(self.limits.textSeconds)) == .success,
            let text = box.text.withLock({ $0 })
        else {
            return nil
        }
        self.state.withLock { $0.text = (text, .now) }
        return text
    }

    /// Where a task leaves what the thread waits for.
    private final class TextBox: Sendable {
        let text = Mutex<String?>(nil)
    }

    private func start(_ body: @escaping @Sendable (MetricsServer) -> Void) {
        self.threads.enter()
        let thread = Thread {
            body(self)
            self.threads.leave()
        }
        thread.name = "metrics"
        thread.start()
    }
}
