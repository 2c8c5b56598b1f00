import API
import Foundation
import Glibc
import Model
import Synchronization

/// An HTTP target that answers with what it received: one thread, one `poll` loop.
final class EchoServer: Sendable {
    private struct Connection {
        let socket: Descriptor
        var exchange: EchoExchange
        var deadline = ContinuousClock.now + EchoLimits.idleTimeout
    }

    /// Bytes asked for in one read.
    private static let chunkBytes = 65_536

    /// Where it listens, with the port the system chose if it was asked to.
    let endpoint: Endpoint

    private let listener: Descriptor
    private let wakeup: Wakeup
    private let stopping = Atomic(false)
    private let responder: EchoResponder

    /// Listens; connections wait until ``run()``.
    ///
    /// - Parameters:
    ///   - endpoint: where to listen; port 0 for any.
    ///   - flag: the option that changes the port, for the error.
    ///   - responder: what to do with requests.
    /// - Throws: ``OperatorError`` if the port cannot be had.
    init(
        at endpoint: Endpoint,
        portFlag flag: String,
        responder: EchoResponder = .echo
    ) throws(OperatorError) {
        self.responder = responder
        do throws(SystemError) {
            self.wakeup = try Wakeup()
            self.listener = try TCPSocket.listen(at: endpoint)
        } catch {
            throw Self.refused(endpoint, responder, flag: flag, error)
        }
        self.endpoint = Endpoint(address: endpoint.address, port: TCPSocket.port(of: self.listener))
    }

    /// Serves until ``stop()``; blocks the thread.
    func run() {
        var connections: [Connection] = []
        while !self.stopping.load(ordering: .acquiring) {
            var entries = [pollfd(fd: self.wakeup.number, events: Int16(POLLIN), revents: 0)]
            // A negative descriptor is not polled: the queue waits in the kernel until there is room.
            let hasRoom = connections.count < EchoLimits.connections
            entries.append(
                pollfd(fd: hasRoom ? self.listener.number : -1, events: Int16(POLLIN), revents: 0)
            )
            entries += connections.map(Self.entry)
            let count = poll(&entries, nfds_t(entries.count), Self.patience(connections))
            if count < 0, errno != EINTR { return }
            if entries[0].revents != 0 { self.wakeup.drain() }
            let now = ContinuousClock.now
            for index in connections.indices {
                Self.serve(&connections[index], entries[index + 2].revents, now)
            }
            connections.removeAll { $0.deadline <= now }
            if entries[1].revents != 0 { self.accept(into: &connections) }
        }
    }

    /// Ends ``run()``; from any thread.
    func stop() {
        self.stopping.store(true, ordering: .releasing)
        self.wakeup.signal()
    }

    private func accept(into connections: inout [Connection]) {
        while connections.count < EchoLimits.connections {
            let number = Glibc.accept(self.listener.number, nil, nil)
            guard number >= 0 else {
                // Out of descriptors: the queue stays readable, so rest a little instead of spinning.
                if errno == EMFILE || errno == ENFILE { usleep(50_000) }
                return
            }
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
            connections.append(
                Connection(socket: Descriptor(number), exchange: EchoExchange(self.responder))
            )
        }
    }

    private static func entry(_ connection: Connection) -> pollfd {
        let reads = connection.exchange.wantsInput ? Int16(POLLIN) : 0
        let writes = connection.exchange.output.isEmpty ? 0 : Int16(POLLOUT)
        return pollfd(fd: connection.socket.number, events: reads | writes, revents: 0)
    }

    /// Does what `poll` says is possible; a connection that is over gets a deadline in the past.
    private static func serve(
        _ connection: inout Connection,
        _ events: Int16,
        _ now: ContinuousClock.Instant
    ) {
        guard events != 0 else { return }
        connection.deadline = now + EchoLimits.idleTimeout
        var isOver = Int32(events) & (Int32(POLLERR) | Int32(POLLNVAL)) != 0
        if !isOver, connection.exchange.wantsInput, Int32(events) & (Int32(POLLIN) | Int32(POLLHUP)) != 0 {
            isOver = !Self.read(&connection)
        }
        if !connection.exchange.output.isEmpty { isOver = !Self.write(&connection) || isOver }
        if connection.exchange.output.isEmpty, connection.exchange.isClosing { isOver = true }
        if isOver { connection.deadline = now }
    }

    private static func read(_ connection: inout Connection) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 1) { chunk in
            let count = recv(connection.socket.number, chunk.baseAddress, chunk.count, 0)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            connection.exchange.receive(chunk[..<count])
            return true
        }
    }

    private static func write(_ connection: inout Connection) -> Bool {
        let count = connection.exchange.output.withUnsafeBytes { bytes in
            send(connection.socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        connection.exchange.sent(count)
        return true
    }

    /// Milliseconds to the nearest deadline; -1 without connections.
    private static func patience(_ connections: [Connection]) -> Int32 {
        guard let nearest = connections.map(\.deadline).min() else { return -1 }
        let milliseconds = max(.zero, nearest - .now) / Duration.milliseconds(1)
        return Int32(min(milliseconds.rounded(.up), 86_400_000))
    }

    private static func refused(
        _ endpoint: Endpoint,
        _ responder: EchoResponder,
        flag: String,
        _ error: SystemError
    ) -> OperatorError {
        let code: OperatorError.Code =
            switch error.number {
            case EADDRINUSE: .addressInUse
            case EACCES: .permissionDenied
            case EADDRNOTAVAIL: .addressUnavailable
            default: .internalFailure
            }
        return OperatorError(
            code,
            subject: "\(endpoint)",
            message: "The \(responder.name) cannot listen on \(endpoint): \(error.text).",
            hint: "Choose another port with \(flag)."
        )
    }
}
