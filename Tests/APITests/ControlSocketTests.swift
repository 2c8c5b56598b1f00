import Foundation
import Glibc
import Model
import Synchronization
import TestSupport
import Testing

@testable import API

/// Both ends of the control socket, over a real socket.
@Suite("Control socket", .timeLimit(.minutes(1)))
struct ControlSocketTests {
    /// A server with its client; stopped with the last reference.
    final class Fixture: Sendable {
        let directory: TemporaryDirectory
        let path: String
        let plane: FakeControlPlane
        let server: ControlServer
        let remote: RemoteControlPlane

        init(
            limits: ControlLimits = ControlLimits(),
            name: String = "control.sock",
            update: @escaping @Sendable (Int) async throws -> GateUpdate? = { _ in nil }
        ) throws {
            self.directory = try TemporaryDirectory()
            self.path = self.directory.file(name)
            self.plane = FakeControlPlane(update: update)
            self.server = try ControlServer(socketPath: self.path, controlPlane: self.plane, limits: limits)
            self.remote = RemoteControlPlane(socketPath: self.path)
        }

        deinit { self.server.stop() }

        /// Sends bytes as they are and returns all lines until the server closes.
        func exchange(_ text: String, halfClose: Bool = true) async throws -> [String] {
            try await Self.exchange(text, at: self.path, halfClose: halfClose)
        }

        static func exchange(
            _ text: String,
            at path: String,
            halfClose: Bool = true
        ) async throws -> [String] {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(with: Result { try Self.talk(text, to: path, halfClose: halfClose) })
                }
            }
        }

        private static func talk(_ text: String, to path: String, halfClose: Bool) throws -> [String] {
            let socket = try UnixSocket.connect(to: path)
            var bytes = Data(text.utf8)
            while !bytes.isEmpty, Polling.wait(for: socket, write: true)?.isGone == false {
                guard socket.send(&bytes) else { break }
            }
            if halfClose { shutdown(socket.number, Int32(SHUT_WR)) }
            var buffer = LineBuffer(limit: 1 << 20)
            var lines: [String] = []
            while Polling.wait(for: socket, read: true) != nil, socket.receive(into: &buffer) {
                while let line = try buffer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
            }
            return lines
        }
    }

    static let failure = OperatorError(
        .trustStoreNotFound,
        subject: "loadBalancers[0]",
        message: "There is no trust store \"ü\".",
        hint: "Make one."
    )

    @Test("Every call reaches the gate whole and brings its answer back")
    func calls() async throws {
        let fixture = try Fixture()
        let remote = fixture.remote
        let desired = DesiredConfiguration(
            workers: 3,
            trustStores: [
                DesiredTrustStore(
                    name: "c",
                    caCertificatesBundle: FileContents(path: "a", text: "x\ny\"\u{1F}")
                )
            ]
        )
        let flip = MutualAuthenticationChange(
            listener: "edge",
            mode: .verify,
            trustStore: "c",
            seenGeneration: 4,
            trial: try TrialTerms(confirmWithinSeconds: 30)
        )
        #expect(try await remote.view() == FakeControlPlane.view)
        #expect(try await remote.plan(desired) == FakeControlPlane.plan)
        let author = Author(name: "somebody else", via: "sekisho apply")
        #expect(try await remote.apply(desired, by: author) == FakeControlPlane.receipt)
        let terms = try TrialTerms(confirmWithinSeconds: 60)
        #expect(try await remote.apply(desired, trial: terms, by: author) == FakeControlPlane.receipt)
        #expect(try await remote.keep(change: 3, by: author) == FakeControlPlane.receipt)
        #expect(try await remote.undo(change: 4, by: author) == FakeControlPlane.receipt)
        #expect(try await remote.setMutualAuthentication(flip, by: author) == FakeControlPlane.receipt)
        let drain = TargetOverride(
            targetGroup: "app",
            target: Endpoint(address: .loopback, port: 80),
            action: .drain
        )
        #expect(try await remote.setTarget(drain, by: author) == FakeControlPlane.receipt)
        let edit = TrustStoreChange(trustStore: "c", edit: .removeAuthority(fingerprint: "ab"))
        #expect(try await remote.preview(edit) == FakeControlPlane.preview)
        #expect(try await remote.revisions(ofTrustStore: "c") == [FakeControlPlane.revision])
        let serial = RevocationQuery(serialNumber: "4a", issuer: "CN=ca", trustStore: "c")
        #expect(try await remote.revocations(serial) == FakeControlPlane.answer)
        let page = try await remote.requests(RequestQuery(after: 7, limit: 3))
        #expect(page == RequestPage(lines: ["https \"a\""], end: 12, skipped: 1))
        #expect(try await remote.changes(limit: 12) == [FakeControlPlane.change])
        #expect(try await remote.explain(.record("TID_7")) == FakeControlPlane.explanation)
        var query = ClientQuery()
        query.filter = "cn:a"
        query.limit = 5
        #expect(try await remote.clients(query) == FakeControlPlane.clients)
        let rehearsal = RehearsalRequest(.mutualAuthentication(flip), isAttached: true)
        #expect(try await remote.rehearse(rehearsal) == [FakeControlPlane.report])
        let state = fixture.plane.state.withLock { $0 }
        #expect(
            state.asked == [
                "view", "plan", "apply", "apply for 60 s", "keep 3", "undo 4", "setMutualAuthentication",
                "drain 127.0.0.1:80 of app", "preview c", "revisions c", "revocations 4a", "requests 7",
                "changes 12",
                "explain TID_7", "clients cn:a 5", "rehearse true",
            ]
        )
        #expect(state.desired == [desired, desired, desired])
        #expect(state.flips == [flip])
    }

    @Test("The author is whom the kernel saw, whatever the message says")
    func author() async throws {
        let fixture = try Fixture()
        _ = try await fixture.remote.apply(
            DesiredConfiguration(),
            by: Author(name: "mallory", via: "x\n" + String(repeating: "y", count: 500))
        )
        let author = try #require(fixture.plane.state.withLock { $0.authors.first })
        #expect(author.name == PeerCredentials(processID: getpid(), userID: geteuid()).loginName)
        #expect(author.via == "x" + String(repeating: "y", count: 63))
    }

    @Test("An error of the gate arrives as it was thrown")
    func errors() async throws {
        let fixture = try Fixture()
        fixture.plane.state.withLock { $0.failure = Self.failure }
        await #expect(throws: Self.failure) { try await fixture.remote.view() }
        await #expect(throws: Self.failure) { try await fixture.remote.plan(DesiredConfiguration()) }
        await #expect(throws: Self.failure) {
            for try await _ in try await fixture.remote.watch(recentRecords: 1) {}
        }
    }

    @Test("A watch brings every update in order and ends when the gate ends it")
    func watch() async throws {
        let fixture = try Fixture { $0 <= 100 ? .records(RecordBatch(records: [], lost: UInt64($0))) : nil }
        var lost: [UInt64] = []
        for try await update in try await fixture.remote.watch(recentRecords: 5) {
            guard case .records(let batch) = update else { continue }
            lost.append(batch.lost)
        }
        #expect(lost == Array(1...100))
    }

    @Test("A stopping server ends watches in good order")
    func stopDuringWatch() async throws {
        // A grace that no other test can use up.
        var limits = ControlLimits()
        limits.stopGrace = .seconds(60)
        let fixture = try Fixture(limits: limits) { number in
            if number == 1 { return .view(FakeControlPlane.view) }
            try await Task.sleep(for: .seconds(3_600))
            return nil
        }
        var seen = 0
        for try await _ in try await fixture.remote.watch(recentRecords: 0) {
            seen += 1
            let server = fixture.server
            Thread.detachNewThread { server.stop() }
        }
        #expect(seen == 1)
        #expect(!UnixSocket.exists(fixture.path))
    }

    @Test("A watcher that leaves is let go at the gate")
    func peerGone() async throws {
        let fixture = try Fixture { .records(RecordBatch(records: [], lost: UInt64($0))) }
        let remote = fixture.remote
        let reader = Task {
            for try await _ in try await remote.watch(recentRecords: 0) { return }
        }
        try await reader.value
        // Two more calls: the server is alive, and nobody draws from the watch any more once it settles.
        #expect(try await remote.view() == FakeControlPlane.view)
        var before = -1
        while true {
            let now = fixture.plane.state.withLock { $0.taken }
            if now == before { break }
            before = now
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test("A reader that does not read holds back its own watch and no other call")
    func slowReader() async throws {
        let text = String(repeating: "x", count: 10_000)
        let record = Plan.Line(verb: .create, resource: text)
        let view = FakeControlPlane.view
        let large = GateView(
            generation: 1,
            startedAt: view.startedAt,
            processID: 1,
            stateDirectory: record.resource,
            workers: 1,
            configuration: .empty,
            failedListeners: [:],
            recentChanges: []
        )
        let fixture = try Fixture { _ in .view(large) }
        let link = try ControlLink(path: fixture.path, name: fixture.path, limits: ControlLimits())
        try link.send(ControlRequest(id: 1, via: "test", call: .watch(recentRecords: 0)))
        for _ in 0..<20 { #expect(try await fixture.remote.view() == view) }
        // What the kernel buffers is a few hundred KiB; a gate that did not wait would have made far more.
        #expect(fixture.plane.state.withLock { $0.taken } < 1_000)
        withExtendedLifetime(link) {}
    }

    @Test(
        "What is not a message is answered with an error and ends the connection",
        arguments: [
            ("nonsense\n", "ValidationError"),
            ("{\"v\":2,\"id\":9}\n", "ValidationError"),
            ("{\"v\":2,\"id\":9,\"via\":\"x\",\"call\":\"reboot\"}\n", "ValidationError"),
            ("{\"v\":1,\"id\":9,\"via\":\"x\",\"call\":\"view\"}\n", "ProtocolMismatch"),
            ("\u{0}\u{1}\n", "ValidationError"),
        ]
    )
    func garbage(line: String, code: String) async throws {
        let fixture = try Fixture()
        let lines = try await fixture.exchange(line + "{\"v\":2,\"id\":1,\"via\":\"x\",\"call\":\"view\"}\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains(code) == true)
        #expect(fixture.plane.state.withLock { $0.asked }.isEmpty)
    }

    @Test("A request cut short is never carried out")
    func halfLine() async throws {
        let fixture = try Fixture()
        let lines = try await fixture.exchange("{\"v\":2,\"id\":1,\"via\":\"x\",\"call\":\"view\"}")
        #expect(lines.isEmpty)
        #expect(fixture.plane.state.withLock { $0.asked }.isEmpty)
    }

    @Test("Two requests on one connection are answered in order, with their numbers")
    func pipelined() async throws {
        let fixture = try Fixture()
        let line = { (id: Int) in "{\"v\":2,\"id\":\(id),\"via\":\"x\",\"call\":\"view\"}\n" }
        let lines = try await fixture.exchange(line(5) + line(6))
        #expect(lines.count == 2)
        #expect(lines.first?.contains(#""id":5"#) == true)
        #expect(lines.last?.contains(#""id":6"#) == true)
    }

    @Test("A line past the bound is refused, and so is a configuration that would be one")
    func oversize() async throws {
        var limits = ControlLimits()
        limits.lineBytes = 100_000
        limits.requestBytes = 50_000
        let fixture = try Fixture(limits: limits)
        let lines = try await fixture.exchange(String(repeating: "a", count: 60_000))
        // The server may hang up before it is heard; it must not carry anything out.
        #expect(lines.count <= 1)
        let client = RemoteControlPlane(socketPath: fixture.path, limits: limits)
        let file = FileContents(path: "p", text: String(repeating: "a", count: 200_000))
        let desired = DesiredConfiguration(trustStores: [
            DesiredTrustStore(name: "c", caCertificatesBundle: file)
        ])
        let error = await #expect(throws: OperatorError.self) { try await client.plan(desired) }
        #expect(error?.code == .valueOutOfRange)
        #expect(fixture.plane.state.withLock { $0.asked }.isEmpty)
        #expect(try await fixture.remote.view() == FakeControlPlane.view)
    }

    @Test("A connection too many is told so; a free one is taken again")
    func connections() async throws {
        var limits = ControlLimits()
        limits.connections = 1
        let fixture = try Fixture(limits: limits) { $0 == 1 ? .view(FakeControlPlane.view) : nil }
        var link: ControlLink? = try ControlLink(path: fixture.path, name: fixture.path, limits: limits)
        try link?.send(ControlRequest(id: 1, via: "test", call: .view))
        #expect(try link?.receive(isPatient: false)?.body == .view(FakeControlPlane.view))
        let error = await #expect(throws: OperatorError.self) { try await fixture.remote.view() }
        #expect(error?.code == .resourceLimit)
        link = nil
        while (try? await fixture.remote.view()) == nil { await Task.yield() }
    }

    @Test("A connection that asks nothing is closed at its deadline")
    func silent() async throws {
        var limits = ControlLimits()
        limits.requestDeadline = .milliseconds(50)
        let fixture = try Fixture(limits: limits)
        #expect(try await fixture.exchange("{", halfClose: false).isEmpty)
    }

    @Test("The socket is for its owner alone")
    func mode() throws {
        let fixture = try Fixture()
        var facts = stat()
        #expect(lstat(fixture.path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        #expect(facts.st_mode & S_IFMT == S_IFSOCK)
    }

    @Test(
        "Only the owner's processes and root may control a gate",
        arguments: [(1_000, true), (0, true), (1_001, false)]
    )
    func credentials(user: UInt32, isAllowed: Bool) {
        #expect(PeerCredentials(processID: 1, userID: user).mayControlGate(of: 1_000) == isAllowed)
    }

    @Test("A socket in use is not replaced; a stale one is; a file in the way stays")
    func replacement() async throws {
        let fixture = try Fixture()
        let error = #expect(throws: OperatorError.self) {
            try ControlServer(socketPath: fixture.path, controlPlane: fixture.plane)
        }
        #expect(error?.code == .stateDirectoryInUse)
        #expect(try await fixture.remote.view() == FakeControlPlane.view)

        let stale = fixture.directory.file("stale.sock")
        // Closed without being unlinked, as by a gate that was killed.
        _ = try UnixSocket.listen(at: stale, backlog: 1)
        #expect(UnixSocket.isSocket(stale))
        let server = try ControlServer(socketPath: stale, controlPlane: fixture.plane)
        #expect(try await RemoteControlPlane(socketPath: stale).view() == FakeControlPlane.view)
        server.stop()

        let file = try fixture.directory.write("precious", to: "file.sock")
        let refusal = #expect(throws: OperatorError.self) {
            try ControlServer(socketPath: file, controlPlane: fixture.plane)
        }
        #expect(refusal?.code == .stateDirectoryUnusable)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    }

    @Test("A path longer than a socket address works all the same")
    func longPath() async throws {
        let fixture = try Fixture(name: String(repeating: "s", count: 60) + ".sock")
        let directory = fixture.directory.file(String(repeating: "d", count: 90))
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = "\(directory)/control.sock"
        let server = try ControlServer(socketPath: path, controlPlane: fixture.plane)
        #expect(try await RemoteControlPlane(socketPath: path).view() == FakeControlPlane.view)
        server.stop()
    }

    @Test("Where nobody listens, the error says how to start a gate")
    func unreachable() async throws {
        let directory = try TemporaryDirectory()
        let remote = RemoteControlPlane(socketPath: directory.file("none.sock"))
        let error = await #expect(throws: OperatorError.self) { try await remote.view() }
        #expect(error?.code == .gateUnreachable)
        #expect(error?.hint?.contains("sekisho serve") == true)
    }
}
