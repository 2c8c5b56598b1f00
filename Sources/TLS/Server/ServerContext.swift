import COpenSSL
import Glibc
public import Model

/// A listener's TLS for one worker: an `SSL_CTX` for each set of certificates it may show.
///
/// All are configured alike but for the certificates, so that whichever a server name chooses, clients are
/// judged by the same policy. Configured in `init` and never again. `@unchecked Sendable` holds because a
/// finished `SSL_CTX` may be used by any thread (`openssl-threads(7)`); one per worker only keeps its locks
/// uncontended.
public final class ServerContext: @unchecked Sendable {
    /// By set of ``CertificateTable``; never empty.
    private let handles: [ContextHandle]

    /// The one that connections begin with, which shows the default certificate.
    var handle: OpaquePointer { self.handles[0].pointer }

    public let material: ServerMaterial

    /// The moment at which clients' certificates must be valid.
    let clock: @Sendable () -> Timestamp

    /// Prepares the handshakes of one listener.
    ///
    /// - Throws: ``OperatorError`` if OpenSSL does not accept the material.
    public convenience init(_ material: ServerMaterial) throws(OperatorError) {
        try self.init(material, allowsResumption: material.mode == .off)
    }

    /// `allowsResumption` apart from the mode is for tests of what a connection does if resumption happens
    /// where it must not.
    init(
        _ material: ServerMaterial,
        allowsResumption: Bool,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: Int64(time(nil))) }
    ) throws(OperatorError) {
        self.material = material
        self.clock = clock
        do throws(OpenSSLError) {
            self.handles = try material.certificates.sets.map { positions throws(OpenSSLError) in
                try ContextHandle(
                    material,
                    showing: positions.map { material.identities[$0] },
                    allowsResumption: allowsResumption
                )
            }
        } catch {
            throw error.whileDoing("preparing a TLS context")
        }
    }

    /// The context of a set of ``CertificateTable``.
    func handle(ofSet index: Int) -> OpaquePointer { self.handles[index].pointer }

    public var mode: MutualAuthentication.Mode { self.material.mode }
}
