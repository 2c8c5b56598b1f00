import COpenSSL
import Model
import TestTraits
import Testing

@testable import TLS

/// What is kept of sessions, for how long, and how much of it.
@Suite("Cache of sessions", .ownThreads)
struct SessionCacheTests {
    private static let binding = SessionBinding(context: [1], policy: 0, serverName: "a.test")

    /// A session of its own name, made at 1000.
    private func session(_ number: UInt8, message: Int = 0) throws -> (id: SessionID, CachedSession) {
        let handle = SessionHandle(owning: try #require(SSL_SESSION_new()))
        let id = [UInt8](repeating: number, count: 32)
        try #require(SSL_SESSION_set1_id(handle.pointer, id, 32) == 1)
        let certificate: [UInt8] = [0, UInt8(message >> 8), UInt8(message & 255)]
        let bytes = [11, 0, 0, 0, 0, 0, 0] + certificate + [UInt8](repeating: 7, count: message)
        let cached = CachedSession(
            handle,
            binding: Self.binding,
            establishedAt: 1_000,
            message: message == 0 ? nil : bytes.withUnsafeBytes { CertificateMessage($0, isTLS13: false) },
            leaf: nil,
            digest: nil
        )
        return (try #require(handle.id), cached)
    }

    private func cache(sessions: Int = 100, bytes: Int = 1 << 20) -> SessionCache {
        SessionCache(SessionResumption(lifetimeSeconds: 300), sessions: sessions, bytes: bytes)
    }

    @Test("A session answers from its full handshake until its lifetime is over, and no earlier")
    func lifetime() throws {
        for (seconds, isFound) in [(1_000, true), (1_299, true), (1_300, false), (999, false)]
            as [(Int64, Bool)]
        {
            let cache = self.cache()
            let (id, session) = try self.session(1)
            cache.keep(session)
            #expect((cache.session(id, for: Self.binding, at: seconds) != nil) == isFound)
            #expect(cache.count == (isFound ? 1 : 0))
        }
    }

    @Test(
        "A session answers nothing but what it is bound to",
        arguments: [
            SessionBinding(context: [2], policy: 0, serverName: "a.test"),
            SessionBinding(context: [1], policy: 1, serverName: "a.test"),
            SessionBinding(context: [1], policy: 0, serverName: "b.test"),
            SessionBinding(context: [1], policy: 0, serverName: ""),
        ]
    )
    func binding(other: SessionBinding) throws {
        let cache = self.cache()
        let (id, session) = try self.session(1)
        cache.keep(session)
        #expect(cache.session(id, for: other, at: 1_001) == nil)
        #expect(cache.session(id, for: Self.binding, at: 1_001) === session)
    }

    @Test("However many sessions are made, so many stay; who is asked for stays longest")
    func count() throws {
        let cache = self.cache(sessions: 10)
        let (first, kept) = try self.session(0)
        cache.keep(kept)
        for number in 1...200 as ClosedRange<UInt8> {
            cache.keep(try self.session(number).1)
            #expect(cache.session(first, for: Self.binding, at: 1_001) != nil)
            #expect(cache.count <= 10)
        }
        #expect(cache.session(try self.session(1).id, for: Self.binding, at: 1_001) == nil)
        #expect(cache.session(try self.session(200).id, for: Self.binding, at: 1_001) != nil)
    }

    @Test("However much clients present, so many bytes stay")
    func bytes() throws {
        let bytes = 20 * ResumptionLimits.sessionBytes
        let cache = self.cache(bytes: bytes)
        for number in 1...200 as ClosedRange<UInt8> {
            cache.keep(try self.session(number, message: Int(number) * 100).1)
            #expect(cache.byteCount <= bytes)
        }
        #expect(cache.count > 1)
        let (id, large) = try self.session(201, message: 60_000)
        cache.keep(large)
        #expect(cache.session(id, for: Self.binding, at: 1_001) == nil)
    }

    @Test("One that was closed holds nothing, and takes nothing")
    func closed() throws {
        let cache = self.cache()
        let (id, session) = try self.session(1)
        cache.keep(session)
        cache.close()
        cache.keep(session)
        #expect(cache.count == 0 && cache.byteCount == 0)
        #expect(cache.session(id, for: Self.binding, at: 1_001) == nil)
    }

    @Test("What is no name of a session is none", arguments: [0, 1, 31, 33, 64])
    func names(count: Int) {
        #expect([UInt8](repeating: 1, count: count).withUnsafeBytes { SessionID($0) } == nil)
    }
}
