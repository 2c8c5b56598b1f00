import TLS

/// subjectAltName extensions that hold what a test says, whatever it is.
enum GeneralNames {
    /// A dNSName.
    static func dns(_ text: String) -> [UInt8] { self.tagged(0x82, Array(text.utf8)) }

    /// A uniformResourceIdentifier.
    static func uri(_ text: String) -> [UInt8] { self.tagged(0x86, Array(text.utf8)) }

    /// An otherName of a made-up type with a UTF8String.
    static func other(_ text: String) -> [UInt8] {
        let identifier = self.tagged(0x06, [0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xB2, 0x03])
        return self.tagged(0xA0, identifier + self.tagged(0xA0, self.tagged(0x0C, Array(text.utf8))))
    }

    static func alternativeName(_ names: [UInt8]...) -> CertificateRequest.Extension {
        CertificateRequest.Extension(
            identifier: "2.5.29.17",
            isCritical: false,
            der: self.tagged(0x30, names.flatMap { $0 })
        )
    }

    /// One DER element.
    static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case ..<128: [tag, UInt8(content.count)] + content
        case ..<256: [tag, 0x81, UInt8(content.count)] + content
        default:
            [
                tag, 0x83, UInt8(content.count >> 16), UInt8(content.count >> 8 & 255),
                UInt8(content.count & 255),
            ]
                + content
        }
    }
}
