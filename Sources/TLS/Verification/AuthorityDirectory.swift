import COpenSSL
public import Model

/// The CAs of all trust stores of a gate, to tell where else a missing issuer stands.
///
/// Nobody is judged by it: a CA in another trust store vouches for nobody here.
public final class AuthorityDirectory: Sendable {
    private struct Entry: Sendable {
        let storeID: ResourceID
        let storeName: String
        let certificate: Certificate
    }

    /// Signatures that are checked for one answer.
    private static let signatureLimit = 4

    /// What it was made of, to tell whether it can be used again.
    public let stores: [ServedTrustStore]

    private let entries: [Entry]

    public init(_ stores: [ServedTrustStore]) {
        self.stores = stores
        self.entries = stores.flatMap { store in
            store.anchors.compactMap { anchor in
                guard let block = try? PEM.blocks(in: anchor, between: .anyText).first,
                    let certificate = Certificate(der: block.der)
                else { return nil }
                return Entry(storeID: store.id, storeName: store.name, certificate: certificate)
            }
        }
    }

    public static let empty = AuthorityDirectory([])

    /// The stores that hold the issuer of a certificate, without the one that was asked.
    func stores(holdingIssuerOf certificate: Certificate, otherThan storeID: ResourceID) -> [String] {
        let issuer = X509_get_issuer_name(certificate.handle)
        let named = self.entries.filter {
            $0.storeID != storeID
                && X509_NAME_cmp(X509_get_subject_name($0.certificate.handle), issuer) == 0
        }
        var names: [String] = []
        for entry in named.prefix(Self.signatureLimit)
        where certificate.isIssued(by: entry.certificate) && !names.contains(entry.storeName) {
            names.append(entry.storeName)
        }
        return names
    }
}
