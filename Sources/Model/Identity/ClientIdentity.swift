/// Who a verified client is: the names in its leaf, by kind, as the bytes that stand there.
///
/// A name that holds control characters is no name: it is not among these, so that what one reader takes for
/// its end cannot make it another name. Made once a handshake and shared, hence a class.
public final class ClientIdentity: Sendable {
    /// Each CN of the subject, in UTF-8.
    public let commonNames: [[UInt8]]
    /// Each OU of the subject, in UTF-8.
    public let organizationalUnits: [[UInt8]]
    /// The dNSName entries of the subjectAltName.
    public let dnsNames: [[UInt8]]
    /// The uniformResourceIdentifier entries of the subjectAltName.
    public let uris: [[UInt8]]
    /// Entries of that type, also those that are no names.
    public let uriCount: Int
    /// SHA-256 of the DER, lower-case hexadecimal.
    public let fingerprint: [UInt8]

    public init(
        commonNames: [[UInt8]],
        organizationalUnits: [[UInt8]],
        dnsNames: [[UInt8]],
        uris: [[UInt8]],
        uriCount: Int,
        fingerprint: [UInt8]
    ) {
        self.commonNames = commonNames
        self.organizationalUnits = organizationalUnits
        self.dnsNames = dnsNames
        self.uris = uris
        self.uriCount = uriCount
        self.fingerprint = fingerprint
    }

    /// The identity of a SPIFFE X.509-SVID, which has one URI and no other (X509-SVID 2).
    public var spiffeID: [UInt8]? {
        guard self.uriCount == 1, let uri = self.uris.first, uri.starts(with: "spiffe://".utf8) else {
            return nil
        }
        return uri
    }
}
