import Engine
import Model
import Service
import TestSupport

/// A whole gate in this process: service, engine, a state directory of its own, listeners on free ports.
final class Gate: Sendable {
    let service: GateService
    let engine: EngineDataPlane
    let records: RecordHub
    let state: TemporaryDirectory

    init() async throws {
        self.state = try TemporaryDirectory()
        let directory = try StateDirectory.open(self.state.file("state"))
        let hub = try RecordHub(logPath: directory.connectionLogPath)
        self.records = hub
        let rehearsals = Rehearsals()
        let accessLog = AccessLog(path: directory.accessLogPath)
        self.engine = EngineDataPlane {
            hub.publish($0)
            rehearsals.note($0)
        } access: {
            accessLog.publish($0)
        }
        self.service = try GateService(
            directory: directory,
            dataPlane: self.engine,
            records: hub,
            ledger: ClientLedger(path: directory.ledgerPath),
            rehearsals: rehearsals,
            accessLog: accessLog
        )
        try await self.service.start()
    }

    var author: Author { Author(name: "test", via: "test") }

    func apply(_ desired: DesiredConfiguration) async throws {
        _ = try await self.service.apply(desired, by: self.author)
    }

    func flip(
        _ listener: String,
        to mode: MutualAuthentication.Mode,
        trustStore: String? = nil
    ) async throws {
        _ = try await self.service.setMutualAuthentication(
            MutualAuthenticationChange(listener: listener, mode: mode, trustStore: trustStore),
            by: self.author
        )
    }

    /// The port the system chose for a listener.
    func port(_ listener: String) async throws -> UInt16 {
        let configuration = try await self.service.view().configuration
        let found = configuration.listeners.first { $0.listener.name == listener }
        guard let id = found?.listener.id, let bound = self.engine.boundEndpoint(of: id) else {
            throw OperatorError(
                .listenerNotFound,
                subject: listener,
                message: "\(listener) does not run.",
                hint: nil
            )
        }
        return bound.port
    }

    /// The newest record of a failure, once there is one; at most 5 s.
    func failure(after count: Int) async throws -> ConnectionRecord? {
        for _ in 0..<500 {
            let failures = self.records.recent(1_000).filter { $0.record.isFailure }
            if failures.count > count { return failures.last?.record }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    func stop() async {
        await self.service.stop(grace: .seconds(1))
    }
}
