import Foundation
import Glibc
import TestSupport

/// A program called `ssh` that does on this machine what the real one does between two: asks for a password
/// at the terminal, runs a command with a shell, and forwards a socket when it is told to.
struct FakeSSH {
    private let directory: TemporaryDirectory

    private static let script = #"""
        #!/usr/bin/python3
        import os, shutil, socket, subprocess, sys, threading, time
        home = os.environ["FAKE_SSH"]
        words = sys.argv[1:]
        with open(home + "/log", "a") as log: log.write(" ".join(words[:-1]) + "\n")
        control = words[words.index("-S") + 1]

        if "-O" in words:
            with open(control + ".tmp", "w") as file: file.write(words[words.index("-L") + 1])
            os.rename(control + ".tmp", control + ".forward")
            here = words[words.index("-L") + 1].split(":")[0]
            while not os.path.exists(here): time.sleep(0.01)
            sys.exit(0)

        if os.path.exists(home + "/password") and "BatchMode=yes" not in words:
            tty = open("/dev/tty", "r+b", buffering=0)
            tty.write(b"secret word of the other machine: ")
            if tty.readline().strip() != b"open sesame":
                sys.stderr.write("Permission denied (password).\n")
                sys.exit(255)
        if os.path.exists(home + "/down"):
            sys.stderr.write("ssh: connect to host port 22: Connection refused\n")
            sys.exit(255)
        with open(home + "/pid", "w") as file: file.write(str(os.getpid()))

        def copy(source, sink):
            while data := source.recv(65536): sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

        def relay(near, there):
            far = socket.socket(socket.AF_UNIX)
            try: far.connect(there)
            except OSError: return near.close()
            threading.Thread(target=copy, args=(near, far), daemon=True).start()
            threading.Thread(target=copy, args=(far, near), daemon=True).start()

        def forward():
            while not os.path.exists(control + ".forward"): time.sleep(0.01)
            here, there = open(control + ".forward").read().split(":")
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(here + ".tmp")
            listener.listen(64)
            os.rename(here + ".tmp", here)
            while True: relay(listener.accept()[0], there)

        threading.Thread(target=forward, daemon=True).start()
        os._exit(subprocess.call(["sh", "-c", words[-1]]))
        """#

    /// Puts it where a program that gets ``environment`` finds it, before any other.
    init() throws {
        self.directory = try TemporaryDirectory()
        let path = try self.directory.write(Self.script, to: "ssh")
        chmod(path, 0o755)
        mkdir(self.directory.file("tmp"), 0o700)
    }

    func environment(_ extra: [String: String] = [:]) -> [String: String] {
        let home = self.directory.path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return ["PATH": "\(home):\(path)", "FAKE_SSH": home, "TMPDIR": "\(home)/tmp"].merging(extra) { $1 }
    }

    /// Makes it ask for a password, or be unable to connect, from now on.
    func set(_ what: String, _ isOn: Bool) throws {
        if isOn { _ = try self.directory.write("", to: what) } else { unlink(self.directory.file(what)) }
    }

    /// Ends the `ssh` that holds the link.
    func cut() throws {
        let text = try String(contentsOfFile: self.directory.file("pid"), encoding: .utf8)
        if let process = Int32(text) { kill(process, SIGKILL) }
    }

    /// Whether there is no `ssh` any more, and none of its sockets.
    func isGone() throws -> Bool {
        let text = try String(contentsOfFile: self.directory.file("pid"), encoding: .utf8)
        let left = try FileManager.default.contentsOfDirectory(atPath: self.directory.file("tmp"))
        return Int32(text).map { kill($0, 0) != 0 } ?? true && left.isEmpty
    }

    /// The arguments of each run.
    func log() throws -> String { try String(contentsOfFile: self.directory.file("log"), encoding: .utf8) }
}
