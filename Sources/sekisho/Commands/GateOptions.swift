import API
import ArgumentParser
import Model

/// Which gate a command is about.
struct GateOptions: ParsableArguments {
    @Option(help: GateOptions.stateHelp, completion: .directory)
    var state: String?

    static let stateHelp = ArgumentHelp(
        "The gate's state directory (default: $XDG_STATE_HOME/sekisho, else ~/.local/state/sekisho).",
        valueName: "dir"
    )

    @Option(
        help: ArgumentHelp("The gate's control socket, instead of a state directory.", valueName: "path"),
        completion: .file()
    )
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "A gate on another machine, through ssh; --state and --socket are absolute paths there.",
            valueName: "[user@]host"
        )
    )
    var ssh: String?

    func validate() throws {
        guard self.state == nil || self.socket == nil else {
            throw ValidationError("Give --state or --socket, not both.")
        }
        guard let ssh else { return }
        guard !ssh.isEmpty, !ssh.hasPrefix("-") else {
            throw ValidationError("--ssh is \(ssh), which is no [user@]host.")
        }
        for path in [self.state, self.socket].compactMap(\.self) where !path.hasPrefix("/") {
            throw ValidationError("With --ssh, \(path) has to be an absolute path on \(ssh).")
        }
    }

    /// The state directory that is meant where no socket is named.
    var statePath: String { self.state ?? StatePaths.defaultState() }

    var socketPath: String { self.socket ?? StatePaths.usableSocket(in: self.statePath) }

    /// The gate that runs.
    var remote: RemoteControlPlane { self.remote(isForViewing: false) }

    /// The gate that runs, at the viewers' socket if that is wanted.
    func remote(isForViewing: Bool) -> RemoteControlPlane {
        if let ssh {
            return SSHTunnel.to(
                SSHDestination(
                    host: ssh,
                    state: self.state,
                    socket: self.socket,
                    isForViewing: isForViewing
                )
            ).gate
        }
        let viewers = isForViewing ? StatePaths.viewerSocket(in: self.statePath) : nil
        return RemoteControlPlane(socketPath: viewers ?? self.socketPath)
    }

    /// Whether a gate answers, or must because a socket or a machine was named.
    var isRemote: Bool {
        self.ssh != nil || self.socket != nil || RemoteControlPlane.isListening(at: self.socketPath)
    }

    /// What an option is about is done by the process that runs the gate.
    static func alreadyRuns(_ option: String, _ state: String) -> OperatorError {
        OperatorError(
            .stateDirectoryInUse,
            subject: option,
            message: "A gate runs in \(state) already, in another process, which \(option) cannot change.",
            hint: "Leave \(option) out, or stop that gate and start it with \(option)."
        )
    }

    /// Refuses to go on where there is neither a gate nor the state of one: nothing is made by asking.
    func requireGate() throws(OperatorError) {
        guard self.isRemote || StatePaths.hasGate(in: self.statePath) else {
            throw OperatorError(
                .gateUnreachable,
                subject: self.statePath,
                message: "No gate runs on \(self.statePath), and none has kept its state there.",
                hint: "Name the gate with --state or --socket, or declare its listeners with `sekisho apply`."
            )
        }
    }

    /// Does one thing with the gate that runs, or else with one that runs for just this.
    ///
    /// - Parameters:
    ///   - isDryRun: whether nothing may come of it, not even a state directory.
    ///   - body: is told whether the gate goes on running afterwards.
    /// - Returns: what `body` returns.
    /// - Throws: ``OperatorError`` of the gate, or because there is none and the directory cannot be used.
    func withGate<Value: Sendable>(
        isDryRun: Bool = false,
        _ body: (_ gate: any ControlPlane, _ isRunning: Bool) async throws(OperatorError) -> Value
    ) async throws(OperatorError) -> Value {
        if self.isRemote { return try await body(self.remote, true) }
        // Where no gate has been yet, a dry run looks at an empty one of its own.
        let isNew = !StatePaths.hasGate(in: self.statePath)
        let temporary = try isDryRun && isNew ? TemporaryState.make() : nil
        defer { temporary.map(TemporaryState.remove) }
        let gate = try await Gate.start(state: temporary ?? self.statePath, isReachable: false)
        do throws(OperatorError) {
            let value = try await body(gate.service, false)
            await gate.stop(grace: .zero)
            return value
        } catch {
            await gate.stop(grace: .zero)
            throw error
        }
    }
}
