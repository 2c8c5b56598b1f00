import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Listeners whose names have policies of their own: by which one a client is judged.
@Suite("Handshakes by the policy of a name", .ownThreads)
struct NamePolicyHandshakeTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    private static let versions: [ClientContext.Version] = [.tls12, .tls13]

    /// A listener in `policy`, whose names under `special.test` have another.
    private func context(_ policy: ClientPolicy, _ special: ClientPolicy) throws -> ServerContext {
        let served = self.pki.served(policy)
        let tls = ServedTLS(
            certificateChain: served.certificateChain,
            privateKey: served.privateKey,
            clientPolicy: policy,
            namePolicies: [ServedNamePolicy(names: ["special.test", "*.special.test"], policy: special)]
        )
        let materials = try tls.policies.map {
            try ServerMaterial(tls, policy: $0, listenerID: ResourceID(bits: 7), policyGeneration: 1)
        }
        return try ServerContext(
            materials[0],
            others: Array(materials.dropFirst()),
            policies: tls.policyTable
        )
    }

    private func client(
        _ identity: IssuedCertificate?,
        _ version: ClientContext.Version = .tls13,
        groups: String? = nil
    ) throws -> ClientContext {
        var offer = ClientContext.Offer()
        offer.groups = groups
        return try ClientContext(
            certificateChainPEM: identity?.chainPEM,
            privateKey: identity?.privateKey,
            versions: version...version,
            offer: offer
        )
    }

    /// The first flight with every byte of its handshake message in a record of its own.
    private static func inOneByteRecords(_ flight: [UInt8]) -> [UInt8] {
        guard flight.count > 5, flight[0] == 22 else { return flight }
        let length = Int(flight[3]) << 8 | Int(flight[4])
        let message = flight[5..<(5 + length)]
        return message.flatMap { [22, flight[1], flight[2], 0, 1, $0] } + flight[(5 + length)...]
    }

    @Test("A name in a ClientHello of one-byte records is still the name that decides", arguments: versions)
    func oneByteRecords(version: ClientContext.Version) throws {
        let context = try self.context(.off, self.pki.verification())
        for (identity, outcome) in [
            (nil, .failed(.noCertificate)), (try self.pki.client(.unknownCA), .refused(.untrusted)),
            (try self.pki.client(.valid), .success),
        ] as [(IssuedCertificate?, HandshakeOutcome)] {
            let talk = try Conversation(
                try self.client(identity, version),
                context,
                serverName: "special.test"
            )
            var isFirst = true
            talk.tamper = { flight in
                defer { isFirst = false }
                return isFirst ? Self.inOneByteRecords(flight) : flight
            }
            #expect(talk.run() == outcome)
        }
    }

    @Test(
        "A name that is verified refuses who is not, on a listener that asks nobody",
        arguments: ["special.test", "SPECIAL.test", "special.test.", "a.special.test"],
        versions
    )
    func verifiedName(name: String, version: ClientContext.Version) throws {
        let context = try self.context(.off, self.pki.verification())
        let stranger = try Conversation(try self.client(nil, version), context, serverName: name)
        #expect(stranger.run() == .failed(.noCertificate))
        let untrusted = try Conversation(
            try self.client(try self.pki.client(.unknownCA), version),
            context,
            serverName: name
        )
        #expect(untrusted.run() == .refused(.untrusted))
        let known = try Conversation(
            try self.client(try self.pki.client(.valid), version),
            context,
            serverName: name
        )
        #expect(known.run() == .success)
        #expect(known.server.mode == .verify)
        #expect(known.server.policy == 1)
        #expect(known.server.facts().peer?.leaf != nil)
    }

    @Test("Other names, and clients that ask for none, have the listener's policy", arguments: versions)
    func otherNames(version: ClientContext.Version) throws {
        let open = try self.context(.off, self.pki.verification())
        let closed = try self.context(self.pki.verification(), .off)
        for name in ["other.test", "xspecial.test", nil] {
            let talk = try Conversation(try self.client(nil, version), open, serverName: name)
            #expect(talk.run() == .success)
            #expect(talk.server.policy == 0)
            #expect(talk.server.mode == .off)
            let refused = try Conversation(try self.client(nil, version), closed, serverName: name)
            #expect(refused.run()?.isSuccess == false)
        }
    }

    @Test("A name that asks nobody is open on a listener that verifies", arguments: versions)
    func openName(version: ClientContext.Version) throws {
        let context = try self.context(self.pki.verification(), .off)
        let talk = try Conversation(try self.client(nil, version), context, serverName: "special.test")
        #expect(talk.run() == .success)
        #expect(talk.server.mode == .off)
        #expect(talk.server.policy == 1)
        // It was asked for no certificate, and so has shown none.
        let other = try Conversation(
            try self.client(try self.pki.client(.valid), version),
            context,
            serverName: "special.test"
        )
        #expect(other.run() == .success)
        #expect(other.server.facts().peer == nil)
    }

    @Test("Passthrough and verify stand side by side", arguments: versions)
    func passthroughName(version: ClientContext.Version) throws {
        let context = try self.context(.passthrough, self.pki.verification())
        let stranger = try self.client(try self.pki.client(.unknownCA), version)
        let open = try Conversation(stranger, context, serverName: "other.test")
        #expect(open.run() == .success)
        #expect(open.server.facts().peer?.leaf != nil)
        #expect(try Conversation(stranger, context, serverName: "special.test").run() == .refused(.untrusted))
    }

    /// Two trust stores on one port: who is known to one is a stranger to the other.
    @Test(
        "A client is judged by the trust store of its name, remembered verdicts included",
        arguments: versions
    )
    func trustStores(version: ClientContext.Version) throws {
        let other = try TestPKI()
        let context = try self.context(self.pki.verification(), other.verification())
        let verdicts = context.materials.map { VerdictCache(for: $0) }
        let (here, there) = (
            try self.client(try self.pki.client(.valid), version),
            try self.client(try other.client(.valid), version)
        )
        for _ in 0..<2 {
            for (client, name, isKnown) in [
                (here, "other.test", true), (here, "special.test", false), (there, "other.test", false),
                (there, "special.test", true),
            ] {
                let talk = try Conversation(client, context, serverName: name, allVerdicts: verdicts)
                let outcome = talk.run()
                #expect((outcome == .success) == isKnown)
            }
        }
        #expect(verdicts.map(\.count) == [1, 1])
    }

    /// The second ClientHello has to choose the same policy, and is asked.
    @Test("A client that is asked to begin again is judged by the policy of its name")
    func retry() throws {
        let context = try self.context(.off, self.pki.verification())
        let groups = "X448:P-256"
        let known = try Conversation(
            try self.client(try self.pki.client(.valid), groups: groups),
            context,
            serverName: "special.test"
        )
        #expect(known.run() == .success)
        #expect(known.server.facts().keyExchange == "secp256r1")
        #expect(known.server.mode == .verify)
        let stranger = try Conversation(
            try self.client(nil, groups: groups),
            context,
            serverName: "special.test"
        )
        #expect(stranger.run()?.isSuccess == false)
    }

    @Test("A name with a NUL in it is refused", arguments: versions)
    func hiddenName(version: ClientContext.Version) throws {
        let context = try self.context(.off, self.pki.verification())
        let talk = try Conversation(try self.client(nil, version), context, serverName: "special.test")
        var isFirst = true
        talk.tamper = { bytes in
            defer { isFirst = false }
            guard isFirst else { return bytes }
            let name = Array("special.test".utf8)
            var changed = bytes
            for start in changed.indices where changed[start...].starts(with: name) { changed[start + 7] = 0 }
            return changed
        }
        #expect(talk.run()?.isSuccess == false)
        #expect(talk.server.policy == 0)
    }

    /// OpenSSL looks a session up before the name is known, under the listener's own policy.
    @Test("Nothing resumes where names have policies", arguments: versions)
    func resumption(version: ClientContext.Version) throws {
        let context = try self.context(.off, self.pki.verification())
        // As if the same keys had made tickets, which a listener without such names does.
        let plain = try ServerContext(context.material)
        for name in ["other.test", "special.test"] {
            let client = try self.client(nil, version)
            let first = try Conversation(client, plain, serverName: name)
            #expect(first.run() == .success)
            let session = try #require(first.client.session())
            let talk = try Conversation(client, context, serverName: name, resuming: session)
            #expect(talk.run() == (name == "other.test" ? .success : .failed(.noCertificate)))
            #expect(!talk.server.facts().isResumed)
            if name == "other.test" { #expect(talk.client.session() == nil) }
        }
    }
}
