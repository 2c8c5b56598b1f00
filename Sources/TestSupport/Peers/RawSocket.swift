import Glibc
public import Model

/// A blocking TCP connection for tests: says exactly what it is told, and hears exactly what comes.
public final class RawSocket: Sendable {
    private let descriptor: Int32

    /// Takes over a descriptor.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        self.setTimeout(seconds: 10)
    }

    /// Connects, from a given local address where a test needs several.
    public init(to endpoint: Endpoint, from localAddress: IPAddress? = nil) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard self.descriptor >= 0 else { throw SystemCallFailure("socket", errno) }
        if let localAddress {
            let result = Self.withAddress(Endpoint(address: localAddress, port: 0)) {
                bind(self.descriptor, $0, $1)
            }
            guard result == 0 else { throw SystemCallFailure("bind", errno) }
        }
        guard Self.withAddress(endpoint, { connect(self.descriptor, $0, $1) }) == 0 else {
            throw SystemCallFailure("connect", errno)
        }
        self.setTimeout(seconds: 10)
    }

    deinit {
        close(self.descriptor)
    }

    public func send(_ text: String) throws {
        try self.send(Array(text.utf8))
    }

    public func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SystemCallFailure("send", errno) }
            offset += count
        }
    }

    /// The next bytes; empty at the end of the stream.
    public func receive(atMost limit: Int = 65_536) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { recv(self.descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw SystemCallFailure("recv", errno) }
        return Array(bytes[..<count])
    }

    /// Everything up to the end of the stream; a reset counts as an end.
    public func receiveToEnd() -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try? self.receive(), !bytes.isEmpty { all += bytes }
        return all
    }

    /// Reads until the text has come; what came up to and with it.
    public func receive(until marker: String) throws -> String {
        var all: [UInt8] = []
        let marker = Array(marker.utf8)
        while true {
            let byte = try self.receive(atMost: 1)
            guard !byte.isEmpty else { throw SystemCallFailure("end of stream before the marker", 0) }
            all += byte
            if all.suffix(marker.count) == marker[...] { return String(decoding: all, as: UTF8.self) }
        }
    }

    /// Reads exactly so many bytes.
    public func receive(exactly count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let bytes = try self.receive(atMost: count - all.count)
            guard !bytes.isEmpty else { throw SystemCallFailure("end of stream", 0) }
            all += bytes
        }
        return all
    }

    public func finishSending() {
        shutdown(self.descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection with a reset.
    public func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    /// Makes the close of this socket, with its last reference, a reset.
    public func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            self.descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &linger,
            socklen_t(MemoryLayout<Glibc.linger>.size)
        )
    }

    public func setTimeout(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    static func withAddress<Result>(
        _ endpoint: Endpoint,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = (endpoint.address.v4 ?? 0).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A system call of a test's own that failed.
public struct SystemCallFailure: Error, CustomStringConvertible {
    public let description: String
    public let code: Int32

    init(_ call: String, _ code: Int32) {
        self.code = code
        self.description = code == 0 ? call : "\(call): \(String(cString: strerror(code)))"
    }
}
