import API
import Engine
import Model
import Service

/// A gate in this process: the place where its parts are joined.
final class Gate: Sendable {
    /// How long requests in hand may take once the gate stops.
    static let stopGrace: Duration = .seconds(10)

    let directory: StateDirectory
    let service: GateService
    private let records: RecordHub
    /// The control socket and the viewers'.
    private let servers: [ControlServer]

    /// Takes the state directory and serves what is stored there.
    ///
    /// Consoles and commands may attach if it `isReachable`; a command that borrows a gate for one change has
    /// no use for visitors. Members of a viewers' group may look. When it throws, nothing runs.
    static func start(
        state: String,
        isReachable: Bool = true,
        viewerGroup: UInt32? = nil
    ) async throws(OperatorError) -> Gate {
        let directory = try StateDirectory.open(state)
        if isReachable { try directory.admitViewers(group: viewerGroup) }
        let records = try RecordHub(logPath: directory.connectionLogPath)
        let accessLog = AccessLog(path: directory.accessLogPath)
        let ledger = ClientLedger(path: directory.ledgerPath)
        let rehearsals = Rehearsals()
        let engine = EngineDataPlane {
            records.publish($0)
            ledger.note($0)
            rehearsals.note($0)
        } access: {
            accessLog.publish($0)
        }
        let service = try GateService(
            directory: directory,
            dataPlane: engine,
            records: records,
            ledger: ledger,
            rehearsals: rehearsals,
            accessLog: accessLog,
            notice: { Output.error("sekisho: \($0)") }
        )
        try await service.start()
        do throws(OperatorError) {
            guard isReachable else {
                return Gate(directory: directory, service: service, records: records, servers: [])
            }
            let control = try ControlServer(socketPath: directory.socketPath, controlPlane: service)
            do throws(OperatorError) {
                let viewers = try ControlServer(
                    socketPath: directory.viewerSocketPath,
                    controlPlane: service,
                    access: .viewing,
                    group: viewerGroup,
                    limits: .viewers
                )
                return Gate(
                    directory: directory,
                    service: service,
                    records: records,
                    servers: [control, viewers]
                )
            } catch {
                control.stop()
                throw error
            }
        } catch {
            await service.stop(grace: .zero)
            throw error
        }
    }

    private init(
        directory: StateDirectory,
        service: GateService,
        records: RecordHub,
        servers: [ControlServer]
    ) {
        self.directory = directory
        self.service = service
        self.records = records
        self.servers = servers
    }

    /// Refuses new connections, lets requests in hand finish, and returns with everything on disk.
    func stop(grace: Duration = Gate.stopGrace) async {
        // The service first: it ends the watches, whose readers are told so through the socket.
        await self.service.stop(grace: grace)
        let servers = self.servers
        await Blocking.run { for server in servers { server.stop() } }
        self.records.flush()
    }

    /// Stops, unless told a second time to end: then at once.
    func stopOnSignal() async {
        let impatience = Task {
            await Signals.untilEnd()
            guard !Task.isCancelled else { return }
            Output.error("sekisho: told to end twice; connections in hand are cut")
            Blocking.exitNow(1)
        }
        await self.stop()
        impatience.cancel()
    }

    /// Says on standard error which listeners are not served, and why.
    func reportFailures() async throws(OperatorError) {
        let view = try await self.service.view()
        for (_, listener) in view.configuration.listeners {
            guard let error = view.failedListeners[listener.id] else { continue }
            Output.error("sekisho: listener \(listener.name) is not served: \(error)")
        }
    }
}
