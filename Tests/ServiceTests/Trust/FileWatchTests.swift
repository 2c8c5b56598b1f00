import Foundation
import Glibc
import Model
import TLS
import TestSupport
import Testing

@testable import Service

/// Watched bundles and lists are read again when they change, however they change.
@Suite("Watched trust stores")
struct FileWatchTests {
    let pki: TestPKI
    let files: TemporaryDirectory

    init() throws {
        self.pki = try TestPKI()
        self.files = try TemporaryDirectory()
    }

    private func write(_ name: String, _ request: RevocationListRequest) throws {
        let path = try self.files.write(self.pki.root.revocationListPEM(request), to: "\(name).new")
        try #require(rename(path, self.files.file(name)) == 0)
    }

    /// A gate that watches a bundle and a list.
    private func gate(home: TemporaryDirectory? = nil) async throws -> TestGate {
        let bundle = try self.files.write(self.pki.root.certificatePEM, to: "ca.pem")
        try self.write("ca.crl", self.pki.revoking([[1]]))
        let gate = try TestGate(home: home)
        try await gate.service.start()
        _ = try await gate.apply(
            try Declarations.edge().with {
                $0.trustStores[0] = DesiredTrustStore(
                    name: "clients",
                    caCertificatesBundle: FileContents(path: bundle, text: self.pki.root.certificatePEM),
                    revocationLists: [self.files.file("ca.crl")],
                    watch: true
                )
            }
        )
        return gate
    }

    /// Waits for the view to be as a test wants it.
    private func view(_ gate: TestGate, until fits: (GateView, TrustStore) -> Bool) async throws -> GateView?
    {
        for _ in 0..<3_000 {
            let view = try await gate.service.view()
            if let store = view.configuration.trustStores.first, fits(view, store) { return view }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    @Test("A list that is replaced is taken, as a change by file-watch and with another id")
    func list() async throws {
        let gate = try await self.gate()
        try self.write("ca.crl", self.pki.revoking([[1], [2]], number: 2))
        let view = try #require(try await self.view(gate) { $1.revocationLists.map(\.id) == [2] })
        #expect(view.recentChanges.first?.author == Author(name: "file-watch", via: "watch"))
        #expect(view.recentChanges.first?.lines.count == 1)
        #expect(view.watchFailures == nil)
        #expect(view.generation == 2)
    }

    @Test("A list that was sent from another machine is not looked for on this one")
    func elsewhere() async throws {
        let gate = try await self.gate()
        let sent = FileContents(
            path: self.files.file("sent.crl"),
            text: try self.pki.root.revocationListPEM(self.pki.revoking([[9]], number: 7))
        )
        let change = TrustStoreChange(trustStore: "clients", edit: .addRevocations(files: [sent]))
        _ = try await gate.service.changeTrustStore(change.sent(from: "laptop"), by: Declarations.author)
        // What lies there on this machine is another list.
        try self.write("sent.crl", self.pki.revoking([[8]], number: 8))
        try self.write("ca.crl", self.pki.revoking([[1], [2]], number: 9))
        let view = try #require(try await self.view(gate) { $1.revocationLists.map(\.id) == [2, 3] })
        let paths = view.configuration.trustStores[0].revocationLists.map(\.source.path)
        #expect(paths == ["laptop:\(sent.path)", self.files.file("ca.crl")])
        #expect(view.watchFailures == nil)
    }

    @Test("A bundle behind a link that is exchanged is taken; a bad one is refused, shown, and mended")
    func bundle() async throws {
        let gate = try await self.gate()
        let bundle = self.files.file("ca.pem")
        let both = self.pki.root.certificatePEM + self.pki.otherRoot.certificatePEM
        try self.files.write(both, to: "both.pem")
        try FileManager.default.removeItem(atPath: bundle)
        try FileManager.default.createSymbolicLink(
            atPath: bundle,
            withDestinationPath: self.files.file("both.pem")
        )
        #expect(try await self.view(gate) { $1.revision == 2 && $1.certificates.count == 2 } != nil)

        try self.files.write("not a bundle\n", to: "both.pem")
        let failed = try #require(try await self.view(gate) { view, _ in view.watchFailures != nil })
        #expect(failed.configuration.trustStores[0].certificates.count == 2)
        let failure = try #require(failed.watchFailures?.first)
        #expect(failure.path == bundle)
        #expect(failure.error.code == .invalidCaCertificatesBundle)
        #expect(failed.generation == 2)

        try self.files.write(self.pki.otherRoot.certificatePEM, to: "both.pem")
        let mended = try #require(try await self.view(gate) { $1.revision == 3 })
        #expect(mended.configuration.trustStores[0].certificates.count == 1)
        #expect(try await self.view(gate) { view, _ in view.watchFailures == nil } != nil)
    }

    @Test("A bad list does not keep a good bundle out, nor a file that has gone")
    func apart() async throws {
        let gate = try await self.gate()
        try FileManager.default.removeItem(atPath: self.files.file("ca.crl"))
        try self.files.write(
            self.pki.root.certificatePEM + self.pki.otherRoot.certificatePEM,
            to: "ca.pem"
        )
        let view = try #require(
            try await self.view(gate) { $1.revision == 2 && $0.watchFailures?.isEmpty == false }
        )
        #expect(view.watchFailures?.first?.error.code == .revocationContentNotFound)
        #expect(view.configuration.trustStores[0].revocationLists.map(\.id) == [1])
        try self.write("ca.crl", self.pki.revoking([[7]], number: 3))
        #expect(
            try await self.view(gate) { $0.watchFailures == nil && $1.revocationLists.first?.id == 2 } != nil
        )
    }

    @Test("What changed while no gate ran is taken when one starts")
    func whileAway() async throws {
        let home = try TemporaryDirectory()
        // The state directory is free again when its gate has gone.
        do { await (try await self.gate(home: home)).service.stop(grace: .zero) }
        try self.write("ca.crl", self.pki.revoking([[1], [2], [3]], number: 2))
        let second = try await TestGate.reopened(home)
        try await second.service.start()
        #expect(try await self.view(second) { $1.revocationLists.first?.facts.entries == 3 } != nil)
    }

    @Test("A version is due once, when two looks have found it the same")
    func settling() throws {
        var watch = FileWatch()
        let path = try self.files.write("a", to: "file")
        func stamps() -> [String: OperatorFile.Stamp?] {
            var stamps: [String: OperatorFile.Stamp?] = [:]
            stamps.updateValue(OperatorFile.stamp(path), forKey: path)
            return stamps
        }
        #expect(watch.due(stamps()).isEmpty)
        #expect(watch.due(stamps()) == [path])
        #expect(watch.due(stamps()).isEmpty)
        try self.files.write("bb", to: "file")
        #expect(watch.due(stamps()).isEmpty)
        try self.files.write("ccc", to: "file")
        #expect(watch.due(stamps()).isEmpty)
        #expect(watch.due(stamps()) == [path])
        try FileManager.default.removeItem(atPath: path)
        #expect(watch.due(stamps()).isEmpty)
        #expect(watch.due(stamps()) == [path])
        #expect(watch.due(stamps()).isEmpty)
    }
}
