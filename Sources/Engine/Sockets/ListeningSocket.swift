import CLinux
import Glibc
import Model

/// Sole owner of one bound socket of a listener; each worker has its own (SO_REUSEPORT).
///
/// Bound by the thread that prepares a snapshot, put to listening by the worker that adopts it, closed when
/// the last of them lets go.
final class ListeningSocket: Sendable {
    /// Connections the kernel keeps for us while we are busy.
    private static let backlog: Int32 = 4_096

    let descriptor: Int32

    /// The bound address; its port is the system's choice where 0 was asked for.
    let endpoint: Endpoint

    /// Binds.
    ///
    /// - Throws: ``OperatorError`` with code `AddressInUse`, `AddressUnavailable` or `PermissionDenied`.
    init(_ endpoint: Endpoint) throws(OperatorError) {
        self.descriptor = try Self.bound(endpoint, isShared: true)
        self.endpoint = SocketAddress.local(self.descriptor) ?? endpoint
    }

    deinit {
        close(self.descriptor)
    }

    func listen() {
        _ = Glibc.listen(self.descriptor, Self.backlog)
    }

    /// Refuses an address that somebody else listens on.
    ///
    /// SO_REUSEPORT alone would let two gates of one user share a port without either noticing, each with
    /// its own policy; a bind without it fails as long as anyone listens there.
    static func checkIsFree(_ endpoint: Endpoint) throws(OperatorError) {
        close(try self.bound(endpoint, isShared: false))
    }

    private static func bound(_ endpoint: Endpoint, isShared: Bool) throws(OperatorError) -> Int32 {
        var address = SocketAddress(endpoint)
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw Self.error(errno, endpoint) }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        if isShared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size) }
        if endpoint.address.isIPv6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, size) }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.error(code, endpoint)
        }
        return descriptor
    }

    private static func error(_ code: Int32, _ endpoint: Endpoint) -> OperatorError {
        switch code {
        case EADDRINUSE:
            return OperatorError(
                .addressInUse,
                subject: "\(endpoint)",
                message: "\(endpoint) is in use by another program.",
                hint: "Stop what listens there (ss -ltnp shows it), or choose another port."
            )
        case EACCES, EPERM:
            return OperatorError(
                .permissionDenied,
                subject: "\(endpoint)",
                message: "\(endpoint) may not be bound by this user.",
                hint: "Choose a port above 1023, or give the program CAP_NET_BIND_SERVICE."
            )
        case EADDRNOTAVAIL, EAFNOSUPPORT:
            return OperatorError(
                .addressUnavailable,
                subject: "\(endpoint)",
                message: "\(endpoint.address) is not an address of this machine.",
                hint: "Choose an address that `ip address` shows, or 0.0.0.0 for all of them."
            )
        default:
            return OperatorError(
                .resourceLimit,
                subject: "\(endpoint)",
                message: "\(endpoint) cannot be bound: \(String(cString: strerror(code))).",
                hint: "Look at the limits of this process (ulimit -n)."
            )
        }
    }
}
