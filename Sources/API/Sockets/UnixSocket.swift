import Glibc

/// Unix stream sockets by path.
enum UnixSocket {
    /// How long `connect` waits for a gate whose accept queue is full.
    private static let connectSeconds = 5

    static func connect(to path: String) throws(SystemError) -> Descriptor {
        let socket = try Self.make()
        var patience = timeval(tv_sec: Self.connectSeconds, tv_usec: 0)
        setsockopt(
            socket.number,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        let failure = try Self.withAddress(path) { address, length in
            Glibc.connect(socket.number, address, length) == 0 ? 0 : errno
        }
        guard failure == 0 else { throw SystemError(number: failure) }
        return socket
    }

    /// Listens at `path` with mode 0600, or 0660 for a group, from the first moment, in place of whatever
    /// stood there.
    ///
    /// The socket is made beside its place and moved there, so that nobody can connect before the mode is
    /// right and no moment has neither the old nor the new one.
    static func listen(
        at path: String,
        group: UInt32? = nil,
        backlog: Int32
    ) throws(SystemError) -> Descriptor {
        let socket = try Self.make()
        let scratch = "\(path).\(getpid())"
        unlink(scratch)
        let failure = try Self.withAddress(scratch) { address, length in
            bind(socket.number, address, length) == 0 ? 0 : errno
        }
        guard failure == 0 else { throw SystemError(number: failure) }
        // The group before its permissions, so that no other one has them in between.
        guard group.map({ chown(scratch, .max, $0) == 0 }) ?? true,
            chmod(scratch, group == nil ? 0o600 : 0o660) == 0, Glibc.listen(socket.number, backlog) == 0,
            fcntl(socket.number, F_SETFL, O_NONBLOCK) == 0, rename(scratch, path) == 0
        else {
            let error = SystemError.last
            unlink(scratch)
            throw error
        }
        return socket
    }

    /// Whether the path is a socket; false for anything else and for nothing.
    static func isSocket(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK
    }

    /// Whether anything stands at the path.
    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }

    private static func make() throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw .last }
        return Descriptor(number)
    }

    /// Lends the address of a path.
    ///
    /// An address holds 107 bytes of path (unix(7)). A longer one is reached through a descriptor of its
    /// directory, because a state directory may well be deep.
    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        var directory: Descriptor?
        var text = path
        if path.utf8.count >= capacity {
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let parent = String(path[..<slash])
            let number = open(parent.isEmpty ? "/" : parent, O_DIRECTORY | O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { throw .last }
            directory = Descriptor(number)
            text = "/proc/self/fd/\(number)/\(path[path.index(after: slash)...])"
            guard text.utf8.count < capacity else { throw SystemError(number: ENAMETOOLONG) }
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.utf8) }
        return withExtendedLifetime(directory) {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }
}
