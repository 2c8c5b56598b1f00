public import Model

/// The headers of other gateways that tell a target who the client is.
///
/// Nothing a stranger put into a certificate can end a value, an element or a line: what a form has no place
/// for is encoded, in base64 or percent escapes.
extension IdentityHeaders {
    /// `Client-Cert` and, where more than a leaf was sent, `Client-Cert-Chain` (RFC 9440 2).
    ///
    /// `chain` is DER, leaf first.
    public static func rfc9440(chain: [[UInt8]]) -> [UInt8] {
        guard let leaf = chain.first else { return [] }
        var lines = Array("Client-Cert: ".utf8) + self.byteSequence(leaf) + Array("\r\n".utf8)
        guard chain.count > 1 else { return lines }
        lines += "Client-Cert-Chain: ".utf8
        for (index, certificate) in chain.dropFirst().enumerated() {
            if index > 0 { lines += ", ".utf8 }
            lines += self.byteSequence(certificate)
        }
        lines += "\r\n".utf8
        return lines
    }

    /// `X-Forwarded-Client-Cert` with one element: this hop's client.
    public static func xfcc(
        leaf: CertificateFacts,
        leafPEM: [UInt8],
        chainPEM: [UInt8],
        identity: ClientIdentity
    ) -> [UInt8] {
        var line = Array("X-Forwarded-Client-Cert: Hash=\(leaf.fingerprint);Cert=\"".utf8)
        self.append(percentEncoded: leafPEM, to: &line)
        line += "\";Chain=\"".utf8
        self.append(percentEncoded: chainPEM, to: &line)
        line += "\";Subject=".utf8
        self.append(quoted: Array(leaf.subject.utf8), to: &line)
        for (key, names) in [("URI", identity.uris), ("DNS", identity.dnsNames)] {
            for name in names {
                line += ";\(key)=".utf8
                self.append(quoted: name, to: &line)
            }
        }
        line += "\r\n".utf8
        return line
    }

    /// What verifying the client came to; nil for a client that was not verified.
    public static func verdict(_ refusal: RefusalReason?, isVerified: Bool) -> [UInt8] {
        let word = refusal.map { "FAILED:\($0.rawValue)" } ?? (isVerified ? "SUCCESS" : "NONE")
        return Array("\(IdentityHeaderSettings.verdictHeader): \(word)\r\n".utf8)
    }

    /// A byte sequence of structured fields (RFC 8941 3.3.5).
    private static func byteSequence(_ bytes: [UInt8]) -> [UInt8] {
        [0x3A] + Base64Writer.encode(bytes) + [0x3A]
    }

    /// A quoted string in which `"` and `\` are escaped, and whatever does not print is `%XX`.
    private static func append(quoted text: [UInt8], to line: inout [UInt8]) {
        line.append(0x22)
        for byte in text {
            switch byte {
            case 0x22, 0x5C: line += [0x5C, byte]
            case 0x20..<0x7F where byte != 0x25: line.append(byte)
            default: self.append(percentEncoded: byte, to: &line)
            }
        }
        line.append(0x22)
    }
}
