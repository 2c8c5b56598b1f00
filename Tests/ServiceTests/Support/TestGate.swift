import Model
import Synchronization
import TestSupport

@testable import Service

/// A gate on a throw-away state directory and a fake engine, with a clock the test moves.
final class TestGate: Sendable {
    let home: TemporaryDirectory
    let directory: StateDirectory
    let plane: FakeDataPlane
    let records: RecordHub
    let ledger: ClientLedger
    let rehearsals = Rehearsals()
    let accessLog: AccessLog
    let service: GateService
    let time: TestClock

    init(home: TemporaryDirectory? = nil, kept: Int = 100_000) throws {
        self.home = try home ?? TemporaryDirectory()
        self.directory = try StateDirectory.open("\(self.home.path)/state")
        self.plane = FakeDataPlane()
        self.ledger = ClientLedger(path: self.directory.ledgerPath)
        let time = TestClock()
        self.time = time
        self.records = try RecordHub(
            logPath: self.directory.connectionLogPath,
            kept: kept,
            clock: { time.now }
        )
        self.accessLog = AccessLog(path: self.directory.accessLogPath, clock: { time.now })
        self.service = try GateService(
            directory: self.directory,
            dataPlane: self.plane,
            records: self.records,
            ledger: self.ledger,
            rehearsals: self.rehearsals,
            accessLog: self.accessLog,
            counterCadence: .milliseconds(1),
            watchCadence: .milliseconds(5),
            clock: { time.now }
        )
    }

    /// The next gate of a state directory.
    ///
    /// The one before lets go of it when the last of its tasks has ended, which `stop` does not wait for; at
    /// most a minute.
    static func reopened(_ home: TemporaryDirectory) async throws -> TestGate {
        for _ in 0..<6_000 {
            if let gate = try? TestGate(home: home) { return gate }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try TestGate(home: home)
    }

    /// A started gate; with a configuration in force where one is given.
    static func started(_ desired: DesiredConfiguration? = nil) async throws -> TestGate {
        let gate = try TestGate()
        try await gate.service.start()
        if let desired { _ = try await gate.service.apply(desired, by: Declarations.author) }
        return gate
    }

    func apply(_ desired: DesiredConfiguration) async throws -> ChangeReceipt {
        try await self.service.apply(desired, by: Declarations.author)
    }

    func flip(
        _ listener: String,
        _ mode: MutualAuthentication.Mode,
        trustStore: String? = nil,
        ignoresExpiry: Bool? = nil,
        seen: UInt64? = nil
    ) async throws -> ChangeReceipt {
        try await self.service.setMutualAuthentication(
            MutualAuthenticationChange(
                listener: listener,
                mode: mode,
                trustStore: trustStore,
                ignoreClientCertificateExpiry: ignoresExpiry,
                seenGeneration: seen
            ),
            by: Declarations.author
        )
    }

    func listener(_ name: String) async throws -> Listener? {
        try await self.service.view().configuration.listeners.first { $0.listener.name == name }?.listener
    }
}

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let microseconds = Atomic<Int64>(1_800_000_000_000_000)

    var now: Timestamp { Timestamp(microseconds: self.microseconds.load(ordering: .relaxed)) }

    func advance(milliseconds: Int64) {
        self.microseconds.add(milliseconds * 1_000, ordering: .relaxed)
    }
}
