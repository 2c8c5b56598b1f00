import COpenSSL
import Model

/// Makes the `SSL` of a connection, joined to its window.
enum ConnectionHandle {
    /// The caller frees it (`SSL_free`), and keeps the window for as long.
    static func make(context: OpaquePointer, window: CipherWindow) throws(OperatorError) -> OpaquePointer {
        do throws(OpenSSLError) {
            guard let handle = SSL_new(context) else { throw .drain() }
            do throws(OpenSSLError) {
                let bio = try WindowBIO.make(for: window)
                // One reference serves for both directions.
                SSL_set_bio(handle, bio, bio)
                return handle
            } catch {
                SSL_free(handle)
                throw error
            }
        } catch {
            throw error.whileDoing("making a TLS connection")
        }
    }
}
