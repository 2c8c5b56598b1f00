/// A gate on another machine, as `ssh` and the shell there find it.
struct SSHDestination: Hashable, Sendable {
    /// What `ssh` takes: `[user@]host`, a name of its configuration, or `ssh://user@host:port`.
    let host: String
    /// Absolute; nil for the default of the user there.
    var state: String?
    /// Absolute; nil for the one in the state directory.
    var socket: String?
    /// Whether the viewers' socket is wanted, or the control socket if it can be opened.
    var isForViewing = false

    /// Before the path of the socket in what ``command`` prints, apart from whatever else a shell may say.
    static let mark = "sekisho-socket:"

    /// What is run there: prints the socket's path and lasts until its input ends.
    ///
    /// It needs a POSIX shell and `cat`. That it reads its input binds `ssh`, here, to the life of this
    /// process: whatever ends it, the kernel closes the pipe.
    var command: String {
        let script = """
            d=$1; s=$2; [ -n "$d" ] || d=${XDG_STATE_HOME:-$HOME/.local/state}/sekisho; \
            if [ -z "$s" ]; then s=$d/control.sock; \
            if [ "$3" = viewer ] || { [ ! -w "$s" ] && [ -w "$d/viewer.sock" ]; }; then s=$d/viewer.sock; fi; fi; \
            echo "\(Self.mark)$s"; exec cat >/dev/null
            """
        let words = [
            script, "sekisho", self.state ?? "", self.socket ?? "", self.isForViewing ? "viewer" : "",
        ]
        return "exec sh -c " + words.map(Self.quoted).joined(separator: " ")
    }

    /// As one word for whatever shell the user has there.
    static func quoted(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
