import COpenSSL

/// What a client keeps of a connection to resume it.
///
/// `@unchecked Sendable` holds because the session is only read after it was taken from its connection, and
/// the library counts its references atomically.
public final class ClientSession: @unchecked Sendable {
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        SSL_SESSION_free(self.handle)
    }
}
