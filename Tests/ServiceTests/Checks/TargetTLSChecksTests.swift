import Foundation
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// TLS towards targets, from the declaration to what the engine is given.
@Suite("TLS of target groups")
struct TargetTLSChecksTests {
    /// The application group over HTTPS, with everything that can be said of it.
    private static func declared() throws -> DesiredConfiguration {
        let pki = try DeclaredCertificates.shared.get()
        return try Declarations.edge().with { desired in
            desired.targetGroups[0].protocol = .https
            desired.targetGroups[0].clientCertificate = pki.otherServer
            desired.targetGroups[0].targetVerification = DesiredTargetVerification(
                caCertificatesBundle: pki.bundle,
                serverName: "App.Internal"
            )
        }
    }

    @Test("It is served as declared, comes back from the state directory, and changes are told")
    func applied() async throws {
        let pki = try DeclaredCertificates.shared.get()
        let home = try TemporaryDirectory()
        let wanted = try Self.declared()
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            await gate.service.stop(grace: .zero)
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        #expect(try await gate.apply(wanted).plan.isEmpty)
        let group = try #require(gate.plane.running?.targetGroups.first)
        #expect(group.tls?.clientCertificate?.privateKey == pki.otherServer.privateKey.text)
        #expect(group.tls?.verification?.serverName == "app.internal")
        #expect(group.tls?.verification?.anchors?.count == 1)
        #expect(group.healthCheck.protocol == .https)
        #expect(!group.isRelayed)

        let changed = wanted.with { desired in
            desired.targetGroups[0].clientCertificate = pki.server
            desired.targetGroups[0].targetVerification = nil
        }
        let lines = try await gate.apply(changed).plan.lines.map(\.description)
        #expect(lines.contains { $0.contains("client certificate") }, "\(lines)")
        #expect(lines.contains { $0.contains("target verification removed") }, "\(lines)")
        #expect(gate.plane.running?.targetGroups.first?.tls?.verification == nil)
        await gate.service.stop(grace: .zero)
    }

    @Test("The key is kept where other keys are, and not in the database")
    func key() async throws {
        let home = try TemporaryDirectory()
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        _ = try await gate.apply(try Self.declared())
        await gate.service.stop(grace: .zero)
        let key = try DeclaredCertificates.shared.get().otherServer.privateKey.text.revealed
        let secret = Data(try #require(key.split(separator: "\n").dropFirst().first).utf8)
        var holders: [String] = []
        let files = try #require(FileManager.default.enumerator(atPath: home.path))
        for case let file as String in files {
            let content = FileManager.default.contents(atPath: "\(home.path)/\(file)") ?? Data()
            if content.range(of: secret) != nil { holders.append(file) }
        }
        #expect(holders.count == 1)
        #expect(holders.first?.hasSuffix(".pem") == true)
    }

    @Test(
        "Without its key on the disk, the listeners that forward to the group are not served, and others are"
    )
    func lostKey() async throws {
        let home = try TemporaryDirectory()
        let wanted = try Self.declared()
        let id: ResourceID
        do {
            let gate = try TestGate(home: home)
            try await gate.service.start()
            _ = try await gate.apply(wanted)
            let configuration = try await gate.service.view().configuration
            id = try #require(configuration.targetGroups[0].tls?.clientCertificateID)
            await gate.service.stop(grace: .zero)
        }
        let files = try #require(FileManager.default.enumerator(atPath: home.path))
        for case let file as String in files where file.hasSuffix("\(id).pem") {
            try FileManager.default.removeItem(atPath: "\(home.path)/\(file)")
        }
        let gate = try await TestGate.reopened(home)
        try await gate.service.start()
        let view = try await gate.service.view()
        let failed = view.configuration.listeners.map(\.listener).filter {
            view.failedListeners[$0.id] != nil
        }
        #expect(failed.map(\.name) == ["edge-8080", "edge-8443"])
        #expect(gate.plane.running?.listeners.map(\.name) == ["inspect"])
        #expect(gate.plane.running?.targetGroups.isEmpty == true)
        await gate.service.stop(grace: .zero)
    }

    @Test(
        "What a group has no use for is refused, with its field",
        arguments: [
            ("targetGroups[0].clientCertificate", TargetGroup.TargetProtocol.http),
            ("targetGroups[0].targetVerification", .http),
        ]
    )
    func useless(field: String, kind: TargetGroup.TargetProtocol) async throws {
        let gate = try await TestGate.started(try Declarations.edge())
        let wanted = try Self.declared().with { desired in
            desired.targetGroups[0].protocol = kind
            if field.hasSuffix("Verification") { desired.targetGroups[0].clientCertificate = nil }
        }
        let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
        #expect(error?.subject == field)
        #expect(error?.hint?.contains("HTTPS") == true)
        await gate.service.stop(grace: .zero)
    }

    @Test("Certificates, bundles and names that cannot be used are refused, with their fields")
    func unusable() async throws {
        let pki = try DeclaredCertificates.shared.get()
        let gate = try await TestGate.started(try Self.declared())
        let cases: [(String, (inout DesiredTargetGroup) -> Void)] = [
            (
                "targetGroups[0].clientCertificate.privateKey",
                { $0.clientCertificate?.privateKey = pki.server.privateKey }
            ),
            (
                "targetGroups[0].targetVerification.caCertificatesBundle",
                { $0.targetVerification?.caCertificatesBundle.text = "nothing" }
            ),
            (
                "targetGroups[0].targetVerification.serverName",
                { $0.targetVerification?.serverName = "*.a.b" }
            ),
            ("targetGroups[0].targetVerification.serverName", { $0.targetVerification?.serverName = "a b" }),
        ]
        for (field, change) in cases {
            let wanted = try Self.declared().with { change(&$0.targetGroups[0]) }
            let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
            #expect(error?.subject == field)
        }
        #expect(try await gate.service.view().generation == 1)
        await gate.service.stop(grace: .zero)
    }

    @Test("TLS groups are for TLS listeners only, HTTPS groups for application load balancers")
    func pairing() async throws {
        let pki = try DeclaredCertificates.shared.get()
        func configuration(
            _ listener: Listener.ListenerProtocol,
            _ group: TargetGroup.TargetProtocol
        ) throws -> DesiredConfiguration {
            try Declarations.edge().with { desired in
                desired.targetGroups.append(
                    DesiredTargetGroup(
                        name: "net",
                        protocol: group,
                        targets: [Target(id: .loopback, port: 9)]
                    )
                )
                desired.loadBalancers.append(
                    DesiredLoadBalancer(
                        name: "net",
                        type: listener.balancer,
                        address: .loopback,
                        listeners: [
                            DesiredListener(
                                port: 5432,
                                protocol: listener,
                                certificates: listener.terminatesTLS ? [pki.server] : [],
                                defaultActions: [.forward(targetGroup: "net")]
                            )
                        ]
                    )
                )
            }
        }
        let gate = try await TestGate.started(try Declarations.edge())
        for (listener, group) in [
            (Listener.ListenerProtocol.tls, TargetGroup.TargetProtocol.tls), (.http, .https),
        ] {
            _ = try await gate.apply(try configuration(listener, group))
        }
        for (listener, group) in [
            (Listener.ListenerProtocol.tcp, TargetGroup.TargetProtocol.tls), (.https, .tls), (.tls, .https),
        ] {
            let wanted = try configuration(listener, group)
            let error = await #expect(throws: OperatorError.self) { try await gate.apply(wanted) }
            #expect(error?.subject == "loadBalancers[1].listeners[0].defaultActions[0].targetGroup")
        }
        await gate.service.stop(grace: .zero)
    }
}
