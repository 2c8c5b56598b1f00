import API
import Foundation
import Glibc
import Model
import Synchronization

/// The way to a gate on another machine: the user's own `ssh`, forwarding the gate's socket here.
///
///     closed ──first use: ssh may ask──▶ open ──ssh ends──▶ broken ──after a rest, without asking──▶ open
///
/// There is one login: `ssh` says where the socket is (``SSHDestination/command``), then is told through its
/// control socket what to forward. Nothing outlives this process: `ssh` ends with its input, and the shell
/// that waits for it removes the directory of both sockets.
final class SSHTunnel: Sendable {
    private struct Open {
        let program: PipedProgram
        let socket: String
    }

    private struct State {
        var open: Open?
        var hasBeenOpen = false
        /// Attempts that have failed in a row, and when the next one may be made.
        var failures = 0
        var retryAt: ContinuousClock.Instant?
    }

    /// Between two attempts: doubled with each failure.
    private static let shortestRest: Duration = .seconds(2)
    private static let longestRest: Duration = .seconds(30)

    private let destination: SSHDestination
    private let state = Mutex(State())
    private let words = SSHWords()

    private static let all = Mutex<[SSHDestination: SSHTunnel]>([:])

    /// The one of this process to a destination.
    static func to(_ destination: SSHDestination) -> SSHTunnel {
        self.all.withLock { all in
            if let tunnel = all[destination] { return tunnel }
            let tunnel = SSHTunnel(destination)
            all[destination] = tunnel
            return tunnel
        }
    }

    private init(_ destination: SSHDestination) {
        self.destination = destination
    }

    /// The gate at the other end.
    var gate: RemoteControlPlane {
        RemoteControlPlane(name: "\(self.destination.host) (ssh)") { () throws(OperatorError) in
            try self.socketPath()
        }
    }

    /// A socket of this machine that leads to the gate's; blocks while `ssh` logs in.
    ///
    /// Only the first login may ask for anything: later the terminal is the console's.
    private func socketPath() throws(OperatorError) -> String {
        let result = self.state.withLock { state -> Result<String, OperatorError> in
            if let open = state.open {
                if open.program.isRunning { return .success(open.socket) }
                state.open = nil
                state.retryAt = .now + Self.shortestRest
            }
            if let retryAt = state.retryAt, retryAt > .now {
                return .failure(self.unreachable(self.words.last ?? "it has ended"))
            }
            do throws(OperatorError) {
                let open = try self.open(isAsking: !state.hasBeenOpen)
                state = State(open: open, hasBeenOpen: true)
                return .success(open.socket)
            } catch {
                state.failures += 1
                let rest = Self.shortestRest * (1 << min(state.failures, 8))
                state.retryAt = .now + min(rest, Self.longestRest)
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func open(isAsking: Bool) throws(OperatorError) -> Open {
        let directory = try TemporaryState.make()
        let (control, socket) = ("\(directory)/ssh", "\(directory)/gate")
        var options = [
            "-T", "-M", "-S", control, "-o", "ControlPersist=no", "-o", "ClearAllForwardings=yes",
            "-o", "PermitLocalCommand=no", "-o", "RemoteCommand=none",
            // A link that has died silently is found out within a quarter of a minute.
            "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
        ]
        if !isAsking { options += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"] }
        // The shell waits out what ends `ssh`, and then tidies up, whatever has become of this process.
        let wrapper = #"trap : HUP INT PIPE QUIT TERM; d=$1; shift; ssh "$@"; s=$?; rm -rf -- "$d"; exit $s"#
        let program = try PipedProgram(
            ["sh", "-c", wrapper, "sh", directory] + options
                + ["--", self.destination.host, self.destination.command]
        )
        self.words.follow(program.errors, isAloud: isAsking)
        let remote = PipedProgram.firstLine(of: program.output) { line -> String? in
            line.hasPrefix(SSHDestination.mark) ? String(line.dropFirst(SSHDestination.mark.count)) : nil
        }
        guard let remote else {
            throw self.unreachable(self.words.atEnd() ?? "it has ended")
        }
        // The host's own configuration may hold forwardings, which are no business of ours.
        let forward = try PipedProgram([
            "ssh", "-F", "/dev/null", "-S", control, "-O", "forward", "-L", "\(socket):\(remote)", "--",
            self.destination.host,
        ])
        guard forward.succeeds() else {
            let said = PipedProgram.firstLine(of: forward.errors) { $0 }
            throw self.unreachable(said ?? "it does not forward \(remote)")
        }
        self.words.hush()
        return Open(program: program, socket: socket)
    }

    private func unreachable(_ reason: String) -> OperatorError {
        OperatorError(
            .gateUnreachable,
            subject: self.destination.host,
            message: "ssh does not lead to \(self.destination.host): \(reason).",
            hint: "Try `ssh \(self.destination.host)` by itself; what asks for a password is asked only once."
        )
    }
}
