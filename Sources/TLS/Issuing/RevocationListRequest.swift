public import Model

/// What is to be in a revocation list, sensible or not.
public struct RevocationListRequest: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// Content of the DER INTEGER, as in ``CertificateRequest/serialNumber``.
        public var serialNumber: [UInt8]
        /// Entry extensions, each an Extension in DER.
        public var extensions: [[UInt8]]

        public init(_ serialNumber: [UInt8], extensions: [[UInt8]] = []) {
            self.serialNumber = serialNumber
            self.extensions = extensions
        }
    }

    public var entries: [Entry]
    public var thisUpdate: Timestamp
    /// nil leaves it out.
    public var nextUpdate: Timestamp?
    /// nil leaves the extension out.
    public var number: UInt64?
    public var extraExtensions: [CertificateRequest.Extension] = []
    public var signatureDigest = SignatureDigest.sha256
    /// Whether the list names the key that signs it.
    public var hasKeyIdentifier = true

    public init(
        entries: [Entry] = [],
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?,
        number: UInt64? = 1
    ) {
        self.entries = entries
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.number = number
    }
}
