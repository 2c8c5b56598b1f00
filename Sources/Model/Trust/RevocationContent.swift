/// What judging needs of a revocation list (RFC 5280 section 5).
///
/// Two contents with the same fingerprint are the same list.
public struct RevocationContent: Hashable, Sendable {
    /// How the list is signed, so that a key can be tried without the list at hand.
    public struct Signature: Sendable {
        /// The AlgorithmIdentifier, in DER.
        public let algorithm: [UInt8]
        /// Of what is signed, by the algorithm's hash function.
        public let digest: [UInt8]
        public let value: [UInt8]

        public init(algorithm: [UInt8], digest: [UInt8], value: [UInt8]) {
            self.algorithm = algorithm
            self.digest = digest
            self.value = value
        }
    }

    /// SHA-256 of the DER, lower-case hexadecimal.
    public let fingerprint: String
    /// The name of the CA, in DER.
    public let issuer: [UInt8]
    /// Which of the CA's keys signed, where the list says so.
    public let keyIdentifier: [UInt8]?
    public let thisUpdate: Timestamp
    /// nil for a list that never expires.
    public let nextUpdate: Timestamp?
    public let signature: Signature
    public let serials: RevokedSerials

    public init(
        fingerprint: String,
        issuer: [UInt8],
        keyIdentifier: [UInt8]?,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?,
        signature: Signature,
        serials: RevokedSerials
    ) {
        self.fingerprint = fingerprint
        self.issuer = issuer
        self.keyIdentifier = keyIdentifier
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.signature = signature
        self.serials = serials
    }

    public static func == (one: RevocationContent, other: RevocationContent) -> Bool {
        one.fingerprint == other.fingerprint
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.fingerprint)
    }
}
