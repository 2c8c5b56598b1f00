import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// A listener in `passthrough`: everybody who can prove possession of a key, and everybody without one.
@Suite("Handshakes in passthrough", .ownThreads)
struct PassthroughHandshakeTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    @Test(
        "Any certificate passes, and its PEM is what was sent",
        arguments: TestPKI.Client.allCases,
        Bench.versions
    )
    func anyCertificate(kind: TestPKI.Client, version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(kind)
        let talk = try self.bench.outcome(of: certificate, version, .passthrough)
        #expect(talk.outcome == .success)
        let peer = try #require(talk.server.facts().peer)
        #expect(String(decoding: peer.chainPEM(), as: UTF8.self) == certificate.chainPEM)
        #expect(String(decoding: peer.leafPEM(), as: UTF8.self) == certificate.certificatePEM)
        #expect(peer.leaf?.commonName == kind.rawValue)
    }

    @Test("A chain longer than verify allows passes whole", arguments: Bench.versions)
    func longChain(version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(below: 6)
        let talk = try self.bench.outcome(of: certificate, version, .passthrough)
        #expect(talk.outcome == .success)
        let peer = try #require(talk.server.facts().peer)
        #expect(peer.count == 7)
        #expect(String(decoding: peer.chainPEM(), as: UTF8.self) == certificate.chainPEM)
    }

    @Test("A client without a certificate passes", arguments: Bench.versions)
    func noCertificate(version: ClientContext.Version) throws {
        let talk = try self.bench.outcome(of: nil, version, .passthrough)
        #expect(talk.outcome == .success)
        #expect(talk.server.facts().peer == nil)
    }

    @Test("In off mode a client that has a certificate is not asked for it", arguments: Bench.versions)
    func off(version: ClientContext.Version) throws {
        let certificate = try self.bench.pki.client(.valid)
        let talk = try self.bench.outcome(of: certificate, version, .off)
        #expect(talk.outcome == .success)
        #expect(talk.server.facts().peer == nil)
    }
}
