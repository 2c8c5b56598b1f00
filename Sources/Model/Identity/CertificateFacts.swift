/// What a certificate says, in the words of the logs and headers (`alb-mtls` 1.3).
///
/// Names come from strangers. They are RFC 2253 text with everything outside printable ASCII escaped by
/// OpenSSL, so they are 7-bit and hold no control characters; what they claim is still only a claim.
public struct CertificateFacts: Hashable, Sendable, Codable {
    /// RFC 2253, last RDN first: `CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE`.
    public let subject: String

    public let issuer: String

    /// Upper-case hexadecimal with an even number of digits: `0413`.
    public let serialNumber: String

    public let notBefore: Timestamp

    public let notAfter: Timestamp

    /// SHA-256 of the DER, lower-case hexadecimal.
    public let fingerprint: String

    /// `P-256`, `RSA 2048`, `Ed25519`: for people.
    public let keyDescription: String

    public init(
        subject: String,
        issuer: String,
        serialNumber: String,
        notBefore: Timestamp,
        notAfter: Timestamp,
        fingerprint: String,
        keyDescription: String
    ) {
        self.subject = subject
        self.issuer = issuer
        self.serialNumber = serialNumber
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.fingerprint = fingerprint
        self.keyDescription = keyDescription
    }

    /// `NotBefore=<ISO 8601>;NotAfter=<ISO 8601>`.
    public var validity: String {
        "NotBefore=\(self.notBefore.iso8601);NotAfter=\(self.notAfter.iso8601)"
    }

    /// The common name, or the whole subject where there is none.
    public var commonName: String {
        // An attribute ends at a comma or plus that is not escaped, so a value that holds `,CN=` is no name.
        var attribute = ""
        var isEscaped = false
        for character in self.subject {
            if !isEscaped, character == "," || character == "+" {
                if attribute.hasPrefix("CN=") { break }
                attribute = ""
                continue
            }
            isEscaped = !isEscaped && character == "\\"
            attribute.append(character)
        }
        return attribute.hasPrefix("CN=") ? String(attribute.dropFirst(3)) : self.subject
    }
}
