import COpenSSL
import Model

/// Owner of a reference to an `SSL_SESSION`.
///
/// `@unchecked Sendable` holds because the library counts references atomically and changes a session only
/// until it has told of it; after that it says of one that it must not be resumed any more, in a word of its
/// own that is only ever set.
final class SessionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a reference the caller owns.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        SSL_SESSION_free(self.pointer)
    }

    var id: SessionID? {
        var count: UInt32 = 0
        guard let bytes = SSL_SESSION_get_id(self.pointer, &count) else { return nil }
        return SessionID(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    /// False once a connection of it has ended with a fatal alert, or without a goodbye.
    var isResumable: Bool { SSL_SESSION_is_resumable(self.pointer) == 1 }
}

/// A session, with what its client is judged by when it comes back.
final class CachedSession: Sendable {
    let handle: SessionHandle
    let binding: SessionBinding
    /// When the full handshake was complete, in seconds since 1970; renewing the session does not move it.
    let establishedAt: Int64
    /// What the client presented then; nil for nothing.
    let message: CertificateMessage?
    /// The very certificate that OpenSSL keeps with the session.
    let leaf: Certificate?
    /// Of what was presented; nil where it must not be recognised.
    let digest: VerdictCache.Digest?

    init(
        _ handle: SessionHandle,
        binding: SessionBinding,
        establishedAt: Int64,
        message: CertificateMessage?,
        leaf: Certificate?,
        digest: VerdictCache.Digest?
    ) {
        self.handle = handle
        self.binding = binding
        self.establishedAt = establishedAt
        self.message = message
        self.leaf = leaf
        self.digest = digest
    }

    /// Bytes of memory, about.
    var cost: Int { ResumptionLimits.sessionBytes + (self.message?.byteCount ?? 0) }
}
