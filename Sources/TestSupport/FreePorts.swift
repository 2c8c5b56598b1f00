import Glibc
import Model
import Synchronization

/// Ports of 127.0.0.1 that nobody listens on, for programs that must be told theirs.
///
/// Below the range that the kernel gives to port 0 and to outgoing connections (32768 and up, ip(7)): from
/// there, another test could get a port between its choice here and its use. None is given twice.
public enum FreePorts {
    private static let range: Range<UInt16> = 20_000..<32_000

    /// Where to look next; another process of the same tests begins elsewhere.
    private static let next = Mutex<UInt16>(Self.range.lowerBound + UInt16(getpid() % 400) * 29)

    /// The first of so many ports in a row.
    public static func block(of count: UInt16) throws -> UInt16 {
        for _ in 0..<Self.range.count {
            let first = Self.next.withLock { next in
                if next + count > Self.range.upperBound { next = Self.range.lowerBound }
                defer { next += count }
                return next
            }
            if (first..<first + count).allSatisfy(self.isFree) { return first }
        }
        throw SystemCallFailure("no \(count) free ports in a row", 0)
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let endpoint = Endpoint(address: .loopback, port: port)
        return RawSocket.withAddress(endpoint, { bind(descriptor, $0, $1) }) == 0
    }
}
