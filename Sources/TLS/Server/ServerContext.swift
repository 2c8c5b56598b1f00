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
    /// How clients come back without a full handshake.
    enum Resumption: Hashable {
        case none
        /// Everything is in the ticket: only where nobody is asked for a certificate.
        case tickets
        /// From a ``SessionCache``, for so many seconds.
        case cache(lifetimeSeconds: Int)
    }

    /// By set of ``CertificateTable``; never empty.
    private let handles: [ContextHandle]

    /// The one that connections begin with, which shows the default certificate.
    var handle: OpaquePointer { self.handles[0].pointer }

    public let material: ServerMaterial

    /// Which policy a name has; a connection begins with the context of policy 0.
    public let policies: PolicyTable

    /// Of policy 1 and those behind it.
    private let others: [ServerContext]

    /// The moment at which clients' certificates must be valid.
    let clock: @Sendable () -> Timestamp

    /// Prepares the handshakes of one listener.
    ///
    /// - Throws: ``OperatorError`` if OpenSSL does not accept the material.
    public convenience init(_ material: ServerMaterial) throws(OperatorError) {
        try self.init(material, resumption: material.resumption)
    }

    /// The same for a listener whose names have several policies, the materials in the order of the table.
    ///
    /// Nothing resumes by tickets there: OpenSSL would not ask for which policy one was issued.
    public convenience init(
        _ material: ServerMaterial,
        others: [ServerMaterial],
        policies: PolicyTable
    ) throws(OperatorError) {
        let resumption =
            material.resumption == .tickets && !others.isEmpty ? Resumption.none : material.resumption
        try self.init(
            material,
            resumption: resumption,
            others: try others.map { other throws(OperatorError) in
                try ServerContext(other, resumption: resumption)
            },
            policies: policies
        )
    }

    /// `resumption` apart from the material's is for tests of what a connection does if resumption happens
    /// where it must not.
    init(
        _ material: ServerMaterial,
        resumption: Resumption,
        others: [ServerContext] = [],
        policies: PolicyTable = .single,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: Int64(time(nil))) }
    ) throws(OperatorError) {
        self.material = material
        self.clock = clock
        self.others = others
        self.policies = policies
        do throws(OpenSSLError) {
            self.handles = try material.certificates.sets.map { positions throws(OpenSSLError) in
                try ContextHandle(
                    material,
                    showing: positions.map { material.identities[$0] },
                    resumption: resumption,
                    // Sessions are bound to the name, which is known from there.
                    choosesPolicy: !others.isEmpty || material.sessions != nil
                )
            }
        } catch {
            throw error.whileDoing("preparing a TLS context")
        }
    }

    /// The context of a set of ``CertificateTable``.
    func handle(ofSet index: Int) -> OpaquePointer { self.handles[index].pointer }

    /// The context of a policy; nil for one that there is not.
    func context(ofPolicy policy: Int) -> ServerContext? {
        if policy == 0 { return self }
        return self.others.indices.contains(policy - 1) ? self.others[policy - 1] : nil
    }

    /// The materials of all policies, in their order.
    public var materials: [ServerMaterial] { [self.material] + self.others.map(\.material) }

    public var mode: MutualAuthentication.Mode { self.material.mode }
}
