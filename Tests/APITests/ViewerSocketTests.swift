import Foundation
import Glibc
import Model
import Synchronization
import TestSupport
import Testing

@testable import API

/// The socket of those who may only look, over a real socket.
@Suite("Viewers' socket", .timeLimit(.minutes(1)))
struct ViewerSocketTests {
    /// One call of each name; a name without one fails the first test.
    private static let calls: [ControlRequest.Call] = {
        let flip = MutualAuthenticationChange(listener: "edge", mode: .off)
        let target = Endpoint(address: .loopback, port: 80)
        return [
            .access, .view, .plan(DesiredConfiguration()), .apply(DesiredConfiguration(), trial: nil),
            .setMutualAuthentication(flip),
            .setTarget(TargetOverride(targetGroup: "app", target: target, action: .drain)),
            .changeTrustStore(TrustStoreChange(trustStore: "clients", edit: .removeRevocations(ids: [1]))),
            .keep(change: 1), .undo(change: 1), .changes(limit: 1), .explain(.record("TID_7")),
            .clients(ClientQuery()),
            .rehearse(RehearsalRequest(.mutualAuthentication(flip), isAttached: false)),
            .watch(recentRecords: 1),
            .previewTrustStore(
                TrustStoreChange(
                    trustStore: "c",
                    edit: .addRevocations(files: [FileContents(path: "/a", text: "")])
                )
            ),
            .revisions(trustStore: "c"), .revocations(RevocationQuery(serialNumber: "1")),
            .requests(RequestQuery()),
        ]
    }()

    private static let readOnly: Set<ControlRequest.Name> = [
        .access, .view, .changes, .explain, .clients, .watch, .revisions, .revocations,
    ]

    @Test("Every call there changes nothing, or is refused before the gate hears of it")
    func calls() async throws {
        #expect(Set(Self.calls.map(\.name)) == Set(ControlRequest.Name.allCases))
        let directory = try TemporaryDirectory()
        let path = directory.file("viewer.sock")
        let plane = FakeControlPlane()
        let server = try ControlServer(socketPath: path, controlPlane: plane, access: .viewing)
        defer { server.stop() }
        for call in Self.calls {
            let asked = plane.state.withLock { $0.asked.count }
            let reply = try await Self.answer(call, at: path)
            let isHeard = plane.state.withLock { $0.asked.count } > asked
            if Self.readOnly.contains(call.name) {
                if case .error(let error) = reply { Issue.record("\(call.name): \(error)") }
                #expect(isHeard || [.access, .watch].contains(call.name), "\(call.name)")
            } else {
                guard case .error(let error) = reply else {
                    Issue.record("\(call.name) was answered")
                    continue
                }
                #expect(error.code == .permissionDenied)
                #expect(error.subject == call.name.rawValue)
                #expect(!isHeard, "\(call.name)")
            }
        }
        let state = plane.state.withLock { $0 }
        #expect(state.desired.isEmpty && state.flips.isEmpty && state.authors.isEmpty)
    }

    @Test(
        "What is refused is refused by its name alone, however it is asked",
        arguments: [
            #"{"v":2,"id":7,"via":"x","call":"undo","arguments":"not what it takes"}"#,
            #"{"v":2,"id":7,"call":"setMutualAuthentication"}"#,
            #"{"v":2,"id":7,"via":"x","call":"view","call":"undo","arguments":{"change":1}}"#,
            #"{"v":2,"id":7,"via":"x","call":"undo","call":"view","arguments":{"change":1}}"#,
        ]
    )
    func names(line: String) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("viewer.sock")
        let plane = FakeControlPlane()
        let server = try ControlServer(socketPath: path, controlPlane: plane, access: .viewing)
        defer { server.stop() }
        let answer = try await ControlSocketTests.Fixture.exchange(line + "\n", at: path)
        let state = plane.state.withLock { $0 }
        #expect(state.authors.isEmpty && state.flips.isEmpty)
        // One of two calls of the same name wins; whichever it is, it is the one that was asked about.
        if !line.contains("view") { #expect(answer.first?.contains("PermissionDenied") == true, "\(answer)") }
        #expect(answer.count == 1)
    }

    private static func answer(
        _ call: ControlRequest.Call,
        at path: String
    ) async throws -> ControlReply.Body? {
        let link = try ControlLink(path: path, name: path, limits: ControlLimits())
        try link.send(ControlRequest(id: 1, via: "test", call: call))
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try link.receive(isPatient: false)?.body })
            }
        }
    }

    @Test("A peer is told which of the two sockets it has", arguments: [ControlAccess.full, .viewing])
    func access(access: ControlAccess) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("gate.sock")
        let server = try ControlServer(socketPath: path, controlPlane: FakeControlPlane(), access: access)
        defer { server.stop() }
        #expect(try await RemoteControlPlane(socketPath: path).access() == access)
    }

    @Test("The socket is for its user alone, or for a group as well")
    func modes() throws {
        let directory = try TemporaryDirectory()
        for (group, mode) in [(nil, 0o600), (getegid(), 0o660)] as [(UInt32?, UInt32)] {
            let path = directory.file("viewer.sock")
            let server = try ControlServer(
                socketPath: path,
                controlPlane: FakeControlPlane(),
                access: .viewing,
                group: group
            )
            var facts = stat()
            try #require(lstat(path, &facts) == 0)
            #expect(facts.st_mode & 0o7777 == mode)
            if let group { #expect(facts.st_gid == group) }
            server.stop()
        }
    }
}
