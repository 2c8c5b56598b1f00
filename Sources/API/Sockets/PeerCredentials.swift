import Glibc

/// Who is at the other end of a Unix socket, as the kernel saw it when the connection was made (unix(7)).
package struct PeerCredentials: Hashable, Sendable {
    package let processID: Int32
    package let userID: UInt32
    private let groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32 = .max) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }

    init(of socket: Descriptor) throws(SystemError) {
        // `struct ucred` is { pid_t, uid_t, gid_t }; Glibc declares it only for _GNU_SOURCE.
        var credentials: (Int32, UInt32, UInt32) = (0, .max, .max)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(socket.number, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
            throw .last
        }
        self.init(processID: credentials.0, userID: credentials.1, groupID: credentials.2)
    }

    /// The login name, or `uid 1004` where there is none.
    package var loginName: String {
        // 16 KiB is what sysconf(_SC_GETPW_R_SIZE_MAX) asks for at most on Linux.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let scratch = buffer.baseAddress,
                getpwuid_r(self.userID, &entry, scratch, buffer.count, &found) == 0,
                found != nil, let name = entry.pw_name
            else { return "uid \(self.userID)" }
            return String(cString: name)
        }
    }

    /// Whether this peer may use the gate of `owner`: its own user, and root.
    func mayControlGate(of owner: UInt32) -> Bool {
        self.userID == owner || self.userID == 0
    }

    /// Whether the peer was in a group when it connected, as its main one or another (socket(7)).
    func isMember(of group: UInt32, at socket: Descriptor) -> Bool {
        if self.groupID == group { return true }
        // NGROUPS_MAX, setgroups(2). SO_PEERGROUPS is 59, and Glibc's module does not tell it.
        let mostGroups = 65_536
        var groups = [gid_t](repeating: .max, count: mostGroups)
        var size = socklen_t(mostGroups * MemoryLayout<gid_t>.size)
        guard getsockopt(socket.number, SOL_SOCKET, 59, &groups, &size) == 0 else { return false }
        return groups.prefix(Int(size) / MemoryLayout<gid_t>.size).contains(group)
    }
}
