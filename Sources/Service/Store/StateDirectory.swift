import Glibc
public import Model

/// Sole owner of a state directory: everything the gate keeps is below it.
///
/// Ownership is an `flock` on the file `lock`, whose content is the owner's process id. The kernel lets go
/// of it when the process ends, however it ends, so a stale lock does not exist. The lock belongs to the
/// open file description: a second ``open(_:)`` is refused in the same process too.
public final class StateDirectory: Sendable {
    /// Absolute or as given; without a trailing slash.
    public let path: String

    private let lock: FileDescriptor

    private init(path: String, lock: consuming FileDescriptor) {
        self.path = path
        self.lock = lock
    }

    deinit {
        // A child that is just being started has the open file too, and would keep it locked until its exec.
        flock(self.lock.raw, LOCK_UN)
    }

    public var databasePath: String { "\(self.path)/gate.sqlite" }
    public var ledgerPath: String { "\(self.path)/ledger.sqlite" }
    public var socketPath: String { "\(self.path)/control.sock" }
    /// The socket of those who may only look.
    public var viewerSocketPath: String { "\(self.path)/viewer.sock" }
    public var connectionLogPath: String { "\(self.path)/logs/connection.log" }
    public var accessLogPath: String { "\(self.path)/logs/access.log" }
    /// A directory for each bucket that logs are copied to.
    public var bucketsPath: String { "\(self.path)/buckets" }
    /// Private keys, one PEM file a certificate.
    public var keysPath: String { "\(self.path)/keys" }
    /// What sticky cookies are made with.
    var cookieKeyPath: String { "\(self.path)/cookies.key" }
    /// Revocation lists, one DER file each.
    public var revocationsPath: String { "\(self.path)/revocations" }

    /// Takes the directory, making it (mode 0700) with its parents where it is missing.
    ///
    /// - Throws: ``OperatorError`` with `StateDirectoryInUse` when another process has it,
    ///   `PermissionDenied` or `StateDirectoryUnusable` when it cannot be used safely.
    public static func open(_ path: String) throws(OperatorError) -> StateDirectory {
        let path = Self.normalized(path)
        guard !path.isEmpty else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "The state directory has no name.",
                hint: "Name one with --state DIR."
            )
        }
        try Self.makeDirectory(path)
        try Self.checkSafety(path)
        let lock = try Self.takeLock("\(path)/lock", directory: path)
        let directory = StateDirectory(path: path, lock: lock)
        try Self.makeDirectory(directory.keysPath)
        try Self.makeDirectory(directory.revocationsPath)
        try Self.makeDirectory("\(path)/logs")
        return directory
    }

    /// Lets a group pass through the directory to the viewers' socket, or no group any more.
    ///
    /// Mode 0710: nothing can be listed, and all else in it has modes for its owner alone.
    ///
    /// - Throws: ``OperatorError`` with `PermissionDenied` when this user cannot give it to the group.
    public func admitViewers(group: UInt32?) throws(OperatorError) {
        var status = stat()
        guard stat(self.path, &status) == 0 else { throw .system(errno, doing: "open", path: self.path) }
        guard let group else {
            // Whatever else an operator has set is an operator's to know about.
            if status.st_mode & 0o7777 == 0o710 { chmod(self.path, 0o700) }
            return
        }
        guard chown(self.path, .max, group) == 0, chmod(self.path, 0o710) == 0 else {
            let reason = String(cString: strerror(errno))
            throw OperatorError(
                .permissionDenied,
                subject: "--viewer-group",
                message: "\(self.path) cannot be opened to group \(group): \(reason).",
                hint: "Make the user that the gate runs as a member of the group."
            )
        }
    }

    /// `$XDG_STATE_HOME/sekisho`, or `~/.local/state/sekisho` without it.
    ///
    /// The XDG base directory specification has relative values ignored.
    public static func defaultPath(environment: [String: String]) -> String {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            return "\(Self.normalized(base))/sekisho"
        }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.homeOfUser() ?? ""
        return "\(Self.normalized(home))/.local/state/sekisho"
    }

    private static func normalized(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private static func homeOfUser() -> String? {
        // Called once, before any thread of ours exists that could call it as well.
        guard let entry = getpwuid(geteuid()), let home = entry.pointee.pw_dir else { return nil }
        return String(cString: home)
    }

    /// Makes a directory that only its owner may enter, and what is missing above it.
    static func makeDirectory(_ path: String) throws(OperatorError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try Self.makeDirectory(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        }
        throw .system(errno, doing: "create", path: path)
    }

    /// Whoever may write here decides whom the gate trusts, so nobody else may.
    private static func checkSafety(_ path: String) throws(OperatorError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno, doing: "open", path: path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) is not a directory.",
                hint: "Choose another place with --state DIR."
            )
        }
        guard status.st_uid == geteuid() else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message:
                    "\(path) belongs to uid \(status.st_uid), and this process runs as uid \(geteuid()).",
                hint: "Run as its owner, or choose another place with --state DIR."
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) can be written by others than its owner.",
                hint: "Run: chmod go-w '\(path)'"
            )
        }
    }

    private static func takeLock(
        _ lockPath: String,
        directory: String
    ) throws(OperatorError) -> FileDescriptor {
        guard let lock = FileDescriptor(opening: lockPath, flags: O_RDWR | O_CREAT) else {
            throw .system(errno, doing: "open", path: lockPath)
        }
        guard flock(lock.raw, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system(errno, doing: "lock", path: lockPath) }
            let owner = lock.readShortText().flatMap { Int32($0) }
            let process = owner.map { "process \($0)" } ?? "another process"
            throw OperatorError(
                .stateDirectoryInUse,
                subject: directory,
                message: "\(directory) is in use by \(process).",
                hint: owner.map {
                    "Attach to it with `sekisho console --state \(directory)`, or stop it: kill \($0)"
                }
                    ?? "Attach to it with `sekisho console --state \(directory)`, or stop it."
            )
        }
        guard ftruncate(lock.raw, 0) == 0, lock.writeAll(Array("\(getpid())\n".utf8)) else {
            throw .system(errno, doing: "write", path: lockPath)
        }
        return lock
    }
}
