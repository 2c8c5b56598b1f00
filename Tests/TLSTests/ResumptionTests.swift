import Model
import TestSupport
import TestTraits
import Testing

@testable import TLS

/// Which sessions may resume where: those of a listener in `off`, under the material they were made under,
/// and no others.
@Suite("Resumption", .ownThreads)
struct ResumptionTests {
    let bench: Bench

    init() throws {
        self.bench = try Bench()
    }

    private func session(
        from server: ServerContext,
        _ client: ClientContext
    ) throws -> ClientSession? {
        let talk = try Conversation(client, server)
        try #require(talk.run() == .success)
        return talk.client.session()
    }

    @Test("A session of an off listener resumes there, on any worker", arguments: Bench.versions)
    func resumes(version: ClientContext.Version) throws {
        let client = try self.bench.client(nil, version)
        let material = try ServerMaterial(
            self.bench.pki.served(.off),
            listenerID: ResourceID(bits: 1),
            policyGeneration: 1
        )
        let session = try #require(try self.session(from: ServerContext(material), client))
        let talk = try Conversation(client, try ServerContext(material), resuming: session)
        #expect(talk.run() == .success)
        #expect(talk.client.isResumed)
        #expect(talk.server.facts().isResumed)
        #expect(talk.server.facts().serverName == "localhost")
    }

    @Test("A session made while a listener was off does not spare anyone verify", arguments: Bench.versions)
    func offThenVerify(version: ClientContext.Version) throws {
        let client = try self.bench.client(nil, version)
        let session = try #require(try self.session(from: self.bench.server(.off), client))
        for (policy, outcome) in [
            (self.bench.pki.verification(), HandshakeOutcome.failed(.noCertificate)),
            (.passthrough, .success),
        ] {
            let talk = try Conversation(client, try self.bench.server(policy), resuming: session)
            #expect(talk.run() == outcome)
            #expect(!talk.server.facts().isResumed)
        }
    }

    @Test("A session of another listener or policy is not taken up", arguments: Bench.versions)
    func otherMaterial(version: ClientContext.Version) throws {
        let client = try self.bench.client(nil, version)
        let session = try #require(try self.session(from: self.bench.server(.off), client))
        for (listener, generation) in [(1, 1), (1, 2), (2, 1)] as [(UInt64, UInt64)] {
            let server = try self.bench.server(.off, listener: listener, generation: generation)
            let talk = try Conversation(client, server, resuming: session)
            #expect(talk.run() == .success)
            #expect(!talk.server.facts().isResumed)
        }
    }

    /// Even if ticket keys were shared by mistake.
    @Test("The session context alone keeps listeners and policies apart", arguments: Bench.versions)
    func sessionContext(version: ClientContext.Version) throws {
        let client = try self.bench.client(nil, version)
        let keys = [UInt8](repeating: 7, count: ServerMaterial.ticketKeyBytes)
        func server(_ listener: UInt64, _ generation: UInt64) throws -> ServerContext {
            try ServerContext(
                ServerMaterial(
                    self.bench.pki.served(.off),
                    listenerID: ResourceID(bits: listener),
                    policyGeneration: generation,
                    ticketKeys: keys
                )
            )
        }
        let session = try #require(try self.session(from: server(1, 1), client))
        let same = try Conversation(client, try server(1, 1), resuming: session)
        #expect(same.run() == .success)
        #expect(same.server.facts().isResumed)
        for (listener, generation) in [(1, 2), (2, 1)] as [(UInt64, UInt64)] {
            let talk = try Conversation(client, try server(listener, generation), resuming: session)
            talk.run()
            #expect(!(talk.outcome == .success && talk.server.facts().isResumed))
        }
    }

    @Test("Listeners that ask for certificates give nothing to resume with", arguments: Bench.versions)
    func noTickets(version: ClientContext.Version) throws {
        let client = try self.bench.client(try self.bench.pki.client(.valid), version)
        for policy in [self.bench.pki.verification(), .passthrough] {
            #expect(try self.session(from: self.bench.server(policy), client) == nil)
        }
    }

    /// The last line of defence: everything before it is switched off here, by giving both materials the
    /// same keys and context and by letting the second one take tickets.
    @Test("A session that resumes where it must not ends the connection", arguments: Bench.versions)
    func resumedUnderVerify(version: ClientContext.Version) throws {
        let client = try self.bench.client(try self.bench.pki.client(.valid), version)
        let keys = [UInt8](repeating: 7, count: ServerMaterial.ticketKeyBytes)
        func server(_ policy: ClientPolicy) throws -> ServerContext {
            let material = try ServerMaterial(
                self.bench.pki.served(policy),
                listenerID: ResourceID(bits: 1),
                policyGeneration: 1,
                ticketKeys: keys
            )
            return try ServerContext(material, resumption: .tickets)
        }
        let session = try #require(try self.session(from: server(.off), client))
        for policy in [self.bench.pki.verification(), .passthrough] {
            let talk = try Conversation(client, try server(policy), resuming: session)
            #expect(talk.run() == .failed(.other))
            #expect(talk.server.facts().isResumed)
            #expect(talk.server.write([1]) == false)
        }
    }
}

extension ServerConnection {
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { self.write($0) }
    }
}
