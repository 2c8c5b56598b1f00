import HTTP
import Model
import Testing

@Suite("Identity headers")
struct IdentityHeadersTests {
    private func facts(subject: String) -> CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: "CN=Umbra Device CA 2,O=Umbra Works,C=DE",
            serialNumber: "0413",
            notBefore: Timestamp(seconds: 1_767_484_800),
            notAfter: Timestamp(seconds: 1_799_020_800),
            fingerprint: String(repeating: "0", count: 64),
            keyDescription: "P-256"
        )
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("Verify sends five lines in the order of the table")
    func verify() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB8z+C/q9Zw==\n-----END CERTIFICATE-----\n"
        let lines = IdentityHeaders.verify(
            leaf: self.facts(subject: "CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE"),
            leafPEM: Array(pem.utf8)
        )
        #expect(
            self.text(lines) == """
                X-Amzn-Mtls-Clientcert-Serial-Number: 0413\r
                X-Amzn-Mtls-Clientcert-Issuer: CN=Umbra Device CA 2,O=Umbra Works,C=DE\r
                X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE\r
                X-Amzn-Mtls-Clientcert-Validity: NotBefore=2026-01-04T00:00:00Z;NotAfter=2027-01-04T00:00:00Z\r
                X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0AMIIB8z+C/q9Zw==%0A\
                -----END%20CERTIFICATE-----%0A\r

                """
        )
    }

    @Test("Passthrough sends the chain in one line, nothing between its certificates")
    func passthrough() {
        let block = "-----BEGIN CERTIFICATE-----\nMIIB8z+C\nQ/8=\n-----END CERTIFICATE-----\n"
        let encoded = "-----BEGIN%20CERTIFICATE-----%0AMIIB8z+C%0AQ/8=%0A-----END%20CERTIFICATE-----%0A"
        let line = IdentityHeaders.passthrough(chainPEM: Array((block + block).utf8))
        #expect(self.text(line) == "X-Amzn-Mtls-Clientcert: \(encoded)\(encoded)\r\n")
    }

    @Test("Every byte is kept or escaped with upper-case digits")
    func encoding() {
        let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+=/".utf8)
        for byte in UInt8.min...UInt8.max {
            let digits = String(byte, radix: 16, uppercase: true)
            let escaped = "%\(digits.count == 1 ? "0" : "")\(digits)"
            let expected = kept.contains(byte) ? String(UnicodeScalar(byte)) : escaped
            let line = self.text(IdentityHeaders.passthrough(chainPEM: [byte]))
            #expect(line == "X-Amzn-Mtls-Clientcert: \(expected)\r\n")
        }
    }

    /// Names come from whoever issued the certificate; a line end in one must stay inside its line.
    @Test("No name can begin a header of its own")
    func injection() {
        let subject = "CN=a\r\nX-Admin: 1\u{0},O=\u{FC}\u{7F}"
        let lines = self.text(IdentityHeaders.verify(leaf: self.facts(subject: subject), leafPEM: []))
        #expect(lines.contains(#"Subject: CN=a\0D\0AX-Admin: 1\00,O=\C3\BC\7F"# + "\r\n"))
        #expect(lines.split(separator: "\r\n").count == 5)
    }
}
