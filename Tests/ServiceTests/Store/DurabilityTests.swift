import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import Service

/// What survives, what is refused, and what never gets into the database.
@Suite("Durability")
struct DurabilityTests {
    /// What the disk holds when the receipt comes back is what a killed process leaves.
    @Test("A killed gate loses no acknowledged change")
    func kill() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        _ = try await gate.flip("edge-8443", .passthrough)
        let view = try await gate.service.view()

        let copy = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: gate.directory.path, toPath: "\(copy.path)/state")
        let revived = try TestGate(home: copy)
        try await revived.service.start()
        let after = try await revived.service.view()
        #expect(after.configuration == view.configuration)
        #expect(after.generation == 2)
        #expect(after.recentChanges == view.recentChanges)
        #expect(after.failedListeners.isEmpty)
        #expect(revived.plane.calls == [.prepare(2), .commit(2)])
        #expect(revived.plane.running?.listeners == gate.plane.running?.listeners)
    }

    /// The library's default with WAL is NORMAL, which may lose the last transactions with the power.
    @Test("A transaction is on the disk when it is acknowledged")
    func synchronous() throws {
        let home = try TemporaryDirectory()
        let store = try Store(path: "\(home.path)/gate.sqlite")
        let full = 2
        #expect(try store.synchronousLevel() == full)
    }

    @Test("A gate that was stopped comes back as it was")
    func restart() async throws {
        let home = try TemporaryDirectory()
        var view: GateView?
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(Self.checked)
            view = try await gate.service.view()
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.service.view().configuration == view?.configuration)
        #expect(try await gate.apply(Self.checked).plan.isEmpty)
    }

    private static var checked: DesiredConfiguration {
        get throws {
            try Declarations.edge().with { desired in
                desired.targetGroups[0].algorithm = .leastOutstandingRequests
                desired.targetGroups[0].healthCheck = HealthCheck().with {
                    $0.protocol = .tcp
                    $0.port = 9100
                    $0.matcher = StatusMatcher("200-299,404") ?? .ok
                }
            }
        }
    }

    @Test("Files are the owner's, and the key is in its own file only")
    func secrecy() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let key = try DeclaredCertificates.shared.get().server.privateKey.text.revealed
        let body = try #require(key.split(separator: "\n").dropFirst().first)
        let files = try TemporaryDirectory.files(below: gate.directory.path)
        #expect(files.contains(gate.directory.databasePath))
        for file in files {
            #expect(try TemporaryDirectory.mode(of: file) == 0o600, "\(file)")
            let holdsKey = try TemporaryDirectory.contents(of: file).range(of: Data(body.utf8)) != nil
            #expect(holdsKey == file.hasPrefix(gate.directory.keysPath), "\(file)")
        }
    }

    /// A combined PEM file must not bring the key into the chain, which is stored and shown.
    @Test("Only certificates of a certificate file are kept")
    func combinedFile() {
        let text =
            "-----BEGIN PRIVATE KEY-----\r\nAAAA\r\n-----END PRIVATE KEY-----\r\nleaf\r\n"
            + "-----BEGIN CERTIFICATE-----\r\nBBBB\r\n-----END CERTIFICATE-----\r\n"
        #expect(
            CertificatePool.certificateBlocks(text)
                == "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n"
        )
    }

    @Test("A certificate that is no longer used takes its key along")
    func replacedKey() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let before = try TemporaryDirectory.files(below: gate.directory.keysPath)
        let other = try DeclaredCertificates.shared.get().otherServer
        _ = try await gate.apply(
            try Declarations.edge().with {
                $0[listener: 0].certificates = [other]
                $0[listener: 1].certificates = [other]
            }
        )
        let after = try TemporaryDirectory.files(below: gate.directory.keysPath)
        #expect(before.count == 1)
        #expect(after.count == 1)
        #expect(before != after)
        #expect(try TemporaryDirectory.text(of: after[0]) == other.privateKey.text.revealed)
    }

    @Test("A start removes keys nobody refers to, and nothing else")
    func orphans() async throws {
        let home = try TemporaryDirectory()
        let keys = "\(home.path)/state/keys"
        try StateDirectory.makeDirectory(keys)
        for name in ["0123456789abcdef.pem", "0123456789abcdef.tmp", "notes.txt"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(keys)/\(name)"))
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try TemporaryDirectory.files(below: keys) == ["\(keys)/notes.txt"])
    }

    @Test("A database from before there were security policies is taken over as it was")
    func olderThanPolicies() async throws {
        let home = try TemporaryDirectory()
        var view: GateView?
        var path = ""
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(try Declarations.edge())
            view = try await gate.service.view()
            path = gate.directory.databasePath
            await gate.service.stop(grace: .zero)
        }
        try await DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: """
                    DROP TABLE listenerCertificate;
                    ALTER TABLE listener DROP COLUMN sslPolicy;
                    DELETE FROM grdb_migrations WHERE identifier LIKE 'tls 1 %';
                    """
            )
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.service.view().configuration == view?.configuration)
        #expect(try await gate.listener("edge-8443")?.sslPolicy == .standard)
        #expect(try await gate.apply(try Declarations.edge()).plan.isEmpty)
        await gate.service.stop(grace: .zero)
    }

    @Test("A database of a newer version is refused")
    func newer() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/gate.sqlite"
        try Store(path: path).close()
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9 from the future')")
        }
        let error = #expect(throws: OperatorError.self) { try Store(path: path) }
        #expect(error?.code == .stateUnreadable)
        #expect(error?.message == "\(path) was written by a newer version of sekisho.")
    }

    @Test("What is no database is refused and left alone")
    func notADatabase() throws {
        let home = try TemporaryDirectory()
        let path = "\(home.path)/gate.sqlite"
        let text = String(repeating: "This is a shopping list. ", count: 400)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: OperatorError.self) { try Store(path: path) }
        #expect(error?.code == .stateUnreadable)
        #expect(error?.subject == path)
        #expect(try TemporaryDirectory.text(of: path) == text)
    }

    @Test("A damaged page is found when the database is opened")
    func damagedPage() async throws {
        let home = try TemporaryDirectory()
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        _ = try await gate.apply(try Declarations.edge())
        await gate.service.stop(grace: .zero)
        let path = gate.directory.databasePath
        var bytes = try TemporaryDirectory.contents(of: path)
        for page in 1..<(bytes.count / 4_096) {
            bytes.replaceSubrange(
                page * 4_096..<(page * 4_096 + 512),
                with: Data(repeating: 0xA5, count: 512)
            )
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: OperatorError.self) { try Store(path: path) }
        #expect(error?.code == .stateUnreadable)
    }

    @Test("A value the Model cannot hold is named by its column")
    func editedValue() async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        try gate.run("UPDATE listener SET mode = 'sometimes' WHERE port = 8443")
        let error = #expect(throws: OperatorError.self) {
            try Store(path: gate.directory.databasePath).load()
        }
        #expect(error?.code == .stateUnreadable)
        #expect(error?.message.contains("column mode holds the unknown word sometimes") == true)
    }
}
