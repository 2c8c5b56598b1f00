import Model
import Testing

@Suite("Certificate facts")
struct CertificateFactsTests {
    @Test(
        "The common name is the one people know a certificate by",
        arguments: [
            ("CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE", "sensor-7"),
            ("CN=sensor-7", "sensor-7"),
            ("OU=Plant B,CN=sensor-7", "sensor-7"),
            ("OU=x+CN=sensor-7,O=y", "sensor-7"),
            ("CN=sensor-7+OU=x,O=y", "sensor-7"),
            (#"CN=Umbra\, Works,C=DE"#, #"Umbra\, Works"#),
            (#"CN=back\\,C=DE"#, #"back\\"#),
            ("O=Umbra Works,C=DE", "O=Umbra Works,C=DE"),
            ("", ""),
            ("CN=,O=y", ""),
        ]
    )
    func commonName(subject: String, name: String) {
        #expect(Self.facts(subject: subject).commonName == name)
    }

    /// `CN=` inside another value is not a common name: it would let a stranger choose what is shown.
    @Test(
        "A value that only looks like a common name is not one",
        arguments: ["O=xCN=root,C=DE", #"O=a\,CN=root,C=DE"#, #"O=a\+CN=root"#]
    )
    func spoofedCommonName(subject: String) {
        #expect(Self.facts(subject: subject).commonName == subject)
    }

    @Test("A spoof in front does not hide the common name")
    func commonNameAfterSpoof() {
        #expect(Self.facts(subject: "O=xCN=root,CN=sensor-7").commonName == "sensor-7")
    }

    @Test("The validity is written as the header wants it")
    func validity() {
        #expect(
            Self.facts(subject: "").validity
                == "NotBefore=1970-01-01T00:00:00Z;NotAfter=2026-01-05T09:37:12Z"
        )
    }

    private static func facts(subject: String) -> CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: "CN=ca",
            serialNumber: "01",
            notBefore: Timestamp(seconds: 0),
            notAfter: Timestamp(seconds: 1_767_605_832),
            fingerprint: "",
            keyDescription: "P-256"
        )
    }
}
