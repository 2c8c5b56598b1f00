import Glibc
public import Model
import Synchronization

/// A target that does with each connection what a test says, on a thread of its own.
public final class ScriptedTarget: Sendable {
    public let endpoint: Endpoint
    private let listening: ListeningDescriptor
    private let accepted = Atomic<Int>(0)

    /// Listens on a free port of 127.0.0.1.
    ///
    /// The script runs for each connection; when it returns, the connection is closed.
    public init(_ script: @escaping @Sendable (RawSocket) throws -> Void) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallFailure("socket", errno) }
        let listening = ListeningDescriptor(descriptor)
        self.listening = listening
        let any = Endpoint(address: .loopback, port: 0)
        guard RawSocket.withAddress(any, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0
        else { throw SystemCallFailure("bind", errno) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.endpoint = Endpoint(address: .loopback, port: UInt16(bigEndian: address.sin_port))
        BlockingThread.start { [weak self] in
            while true {
                let connection = accept(listening.number, nil, nil)
                guard connection >= 0 else { return }
                self?.accepted.wrappingAdd(1, ordering: .relaxed)
                BlockingThread.start {
                    let socket = RawSocket(descriptor: connection)
                    // A pooled connection may idle for as long as the engine lets it.
                    socket.setTimeout(seconds: 60)
                    try? script(socket)
                }
            }
        }
    }

    deinit {
        self.refuseConnections()
    }

    /// From now on refuses connections, as a target does whose program has ended.
    public func refuseConnections() {
        shutdown(self.listening.number, Int32(SHUT_RDWR))
    }

    /// Connections taken so far.
    public var connectionCount: Int { self.accepted.load(ordering: .relaxed) }
}

/// Closed with its last owner.
///
/// Target and accepting thread own it together: closed under a thread that has yet to call `accept`, the
/// number could come to mean another test's socket, and that test's connections would end up here.
private final class ListeningDescriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(self.number)
    }
}

extension ScriptedTarget {
    /// A target that answers each request with 200 and, as the body, the request's head as it came.
    public static func echo() throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n")
                try socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(head.utf8.count)\r\n\r\n"
                        + head
                )
            }
        }
    }
}

extension ScriptedTarget {
    /// A target that reads each request's body, in chunks or absent, and answers with an empty 200.
    public static func discarding() throws -> ScriptedTarget {
        try ScriptedTarget { socket in
            while true {
                let head = try socket.receive(until: "\r\n\r\n").lowercased()
                if head.contains("transfer-encoding") { _ = try socket.receive(until: "\r\n0\r\n\r\n") }
                try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
    }
}

/// Threads for test peers that block.
public enum BlockingThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs the body on a detached thread.
    public static func start(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        if result == 0 { pthread_detach(thread) } else { body.release() }
    }
}
