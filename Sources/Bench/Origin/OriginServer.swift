import Glibc
import HTTP

/// The target behind every proxy: one thread and one `poll` loop, answering from memory.
///
/// `…/bytes/N` is answered with N bytes, anything else with the head of the request. For proxies that can be
/// trusted: a request has no body, and a head ends with CRLF CRLF.
final class OriginServer {
    private final class Connection {
        let socket: LoadSocket
        var received: [UInt8] = []
        var unsent: ArraySlice<UInt8> = []

        init(_ socket: LoadSocket) {
            self.socket = socket
        }
    }

    private static let inputBytes = 65_536
    private static let largestBody = 16 << 20

    private let listener: LoadSocket
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputBytes, alignment: 64)
    private var connections: [Connection] = []
    private var entries: [pollfd] = []
    private var answers: [[UInt8]: [UInt8]] = [:]

    init(port: UInt16) throws {
        self.listener = try LoadSocket(listeningOn: port)
        self.entries = [pollfd(fd: self.listener.descriptor, events: Int16(POLLIN), revents: 0)]
    }

    deinit {
        self.input.deallocate()
    }

    /// Serves for ever.
    func run() -> Never {
        while true {
            guard poll(&self.entries, nfds_t(self.entries.count), -1) > 0 else { continue }
            for place in self.connections.indices.reversed() where self.entries[place + 1].revents != 0 {
                if !self.serve(self.connections[place]) {
                    close(self.connections[place].socket.descriptor)
                    self.connections.swapAt(place, self.connections.count - 1)
                    self.connections.removeLast()
                    self.entries.swapAt(place + 1, self.entries.count - 1)
                    self.entries.removeLast()
                } else {
                    let isBehind = !self.connections[place].unsent.isEmpty
                    self.entries[place + 1].events = Int16(isBehind ? POLLOUT : POLLIN)
                }
            }
            if self.entries[0].revents != 0 { self.accept() }
        }
    }

    private func accept() {
        let descriptor = Glibc.accept(self.listener.descriptor, nil, nil)
        guard descriptor >= 0 else { return }
        self.connections.append(Connection(LoadSocket(accepted: descriptor)))
        self.entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// Goes on with a connection; false once it is over.
    private func serve(_ connection: Connection) -> Bool {
        if !connection.unsent.isEmpty {
            guard self.send(connection) else { return false }
            guard connection.unsent.isEmpty else { return true }
        } else if let count = connection.socket.receive(into: self.input) {
            guard count > 0 else { return false }
            connection.received += UnsafeRawBufferPointer(rebasing: self.input[..<count])
        }
        return self.answer(connection)
    }

    private func answer(_ connection: Connection) -> Bool {
        while connection.unsent.isEmpty {
            var position = 0
            let length = connection.received.withUnsafeBytes {
                HeadScanner.endOfHead(in: $0, from: &position)
            }
            guard let length else { return true }
            let head = connection.received[..<length]
            connection.unsent = self.response(to: head)[...]
            connection.received.removeFirst(length)
            guard self.send(connection) else { return false }
        }
        return true
    }

    private func send(_ connection: Connection) -> Bool {
        let sent = connection.unsent.withUnsafeBytes { connection.socket.send($0) }
        guard let sent else { return false }
        connection.unsent.removeFirst(sent)
        return true
    }

    private func response(to head: ArraySlice<UInt8>) -> [UInt8] {
        let target = head.split(separator: 0x20, maxSplits: 2).dropFirst().first.map { [UInt8]($0) } ?? []
        if let known = self.answers[target] { return known }
        // What stands in front of it is there for a proxy's rules.
        let path = String(decoding: target, as: UTF8.self).split(separator: "/")
        let count = path.dropLast().last == "bytes" ? path.last.flatMap { Int($0) } : nil
        guard let count, (0...Self.largestBody).contains(count) else {
            return Self.message(Array(head))
        }
        let answer = Self.message([UInt8](repeating: 0x78, count: count))
        self.answers[target] = answer
        return answer
    }

    private static func message(_ body: [UInt8]) -> [UInt8] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
