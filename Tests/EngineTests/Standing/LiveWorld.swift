import Model
import TLS
import TestSupport

@testable import Engine

/// Two clients of a listener that trusts both of their roots, and changes after which one does not pass.
struct LiveWorld {
    enum Change: CaseIterable {
        case list
        case trustStore
        case filter
    }

    let pki: TestPKI
    let doomed: IssuedCertificate
    let kept: IssuedCertificate

    init() throws {
        self.pki = try TestPKI()
        var doomed = self.pki.request(commonName: "bad-9")
        doomed.serialNumber = [9]
        self.doomed = try self.pki.otherRoot.issue(doomed)
        self.kept = try self.pki.root.issue(self.pki.request(commonName: "good-8"))
    }

    private var anchors: [String] { [self.pki.root.certificatePEM, self.pki.otherRoot.certificatePEM] }

    var before: ClientPolicy { self.pki.verification(anchors: self.anchors) }

    var revoking: ClientPolicy { get throws { try self.after(.list).policy } }

    func after(_ change: Change) throws -> (policy: ClientPolicy, reason: RefusalReason) {
        switch change {
        case .list:
            let list = try self.pki.list(self.pki.revoking([[9]]), by: self.pki.otherRoot)
            return (self.pki.verification(anchors: self.anchors, revocationLists: [list]), .crlHit)
        case .trustStore:
            return (self.pki.verification(anchors: [self.pki.root.certificatePEM]), .untrusted)
        case .filter:
            let filter = IdentityFilter(field: .subjectCN, values: ["good-*"])
            let requirements = ClientRequirements(identityFilters: [filter])
            return (self.pki.verification(anchors: self.anchors, requirements: requirements), .rejected)
        }
    }

    func listener(
        _ action: ServedAction,
        attributes change: (inout LoadBalancerAttributes) -> Void = { _ in }
    ) -> ServedListener {
        var attributes = LoadBalancerAttributes.standard
        change(&attributes)
        return .test(tls: self.pki.served(self.before), action: action, attributes: attributes)
    }

    func connect(
        _ certificate: IssuedCertificate,
        to endpoint: Endpoint,
        _ version: ClientContext.Version = .tls13
    ) throws -> SecureClient {
        try SecureClient(to: endpoint, context: self.pki.context(certificate, versions: version...version))
    }

    /// A client whose certificate ends in a few seconds, connected to the listener.
    ///
    /// On a machine that is so busy that it ends before, the next one has more time.
    func connectShortLived<Connected>(
        _ connect: (IssuedCertificate) throws -> Connected?
    ) throws -> Connected? {
        for seconds: Int64 in [4, 20] {
            var request = self.pki.request(commonName: "short")
            request.notAfter = Timestamp(seconds: Clock.wall().seconds + seconds)
            if let connected = try? connect(self.pki.root.issue(request)) { return connected }
        }
        return nil
    }
}
