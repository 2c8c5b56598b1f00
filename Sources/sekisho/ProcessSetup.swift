import Glibc

/// What every command does first.
enum ProcessSetup {
    static func harden() {
        // Whatever is created is for this user alone, whichever library creates it.
        umask(0o077)
        // A peer or a pager that goes away is an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // Nor is a log that has reached a limit on file sizes.
        signal(SIGXFSZ, SIG_IGN)
        // Private keys are in memory, and no core file is to hold them.
        Self.set(RLIMIT_CORE) { $0 = rlimit(rlim_cur: 0, rlim_max: 0) }
        // Each connection is one or two descriptors; the usual soft limit of 1,024 is there for `select`,
        // which nothing here uses.
        Self.set(RLIMIT_NOFILE) { $0.rlim_cur = $0.rlim_max }
    }

    private static func set(_ kind: __rlimit_resource, _ change: (inout rlimit) -> Void) {
        let number = __rlimit_resource_t(kind.rawValue)
        var limit = rlimit()
        guard getrlimit(number, &limit) == 0 else { return }
        change(&limit)
        setrlimit(number, &limit)
    }
}
