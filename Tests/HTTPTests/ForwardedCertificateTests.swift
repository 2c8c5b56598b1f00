import HTTP
import Model
import Testing

@Suite("Headers of other gateways")
struct ForwardedCertificateTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func facts(_ subject: String) -> CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: "CN=CA",
            serialNumber: "01",
            notBefore: Timestamp(seconds: 0),
            notAfter: Timestamp(seconds: 1),
            fingerprint: String(repeating: "a", count: 64),
            keyDescription: "P-256"
        )
    }

    @Test("RFC 9440 is byte sequences: the leaf, and the rest towards the root")
    func rfc9440() {
        let leaf = Array("any carnal pleas".utf8)
        #expect(
            self.text(IdentityHeaders.rfc9440(chain: [leaf])) == "Client-Cert: :YW55IGNhcm5hbCBwbGVhcw==:\r\n"
        )
        let lines = self.text(IdentityHeaders.rfc9440(chain: [leaf, [0], [1, 2, 255]]))
        #expect(lines.hasSuffix("\r\nClient-Cert-Chain: :AA==:, :AQL/:\r\n"))
        #expect(IdentityHeaders.rfc9440(chain: []).isEmpty)
    }

    @Test("An element of XFCC cannot be broken out of")
    func xfcc() {
        let identity = ClientIdentity(
            commonNames: [],
            organizationalUnits: [],
            dnsNames: [Array("a.test\";Subject=\"CN=root".utf8)],
            uris: [Array("spiffe://a/b,Hash=c".utf8), Array("ü\u{7}".utf8)],
            uriCount: 2,
            fingerprint: []
        )
        let line = self.text(
            IdentityHeaders.xfcc(
                leaf: self.facts(#"CN=a\",b\\;Hash=0,O=x"#),
                leafPEM: Array("L\n".utf8),
                chainPEM: Array("L\nC\n".utf8),
                identity: identity
            )
        )
        let hash = String(repeating: "a", count: 64)
        #expect(
            line == "X-Forwarded-Client-Cert: Hash=\(hash);Cert=\"L%0A\";Chain=\"L%0AC%0A\";"
                + #"Subject="CN=a\\\",b\\\\;Hash=0,O=x";URI="spiffe://a/b,Hash=c";URI="%C3%BC%07";"#
                + #"DNS="a.test\";Subject=\"CN=root""# + "\r\n"
        )
    }

    @Test("The verdict is one word, or the reason")
    func verdict() {
        let name = IdentityHeaderSettings.verdictHeader
        #expect(self.text(IdentityHeaders.verdict(nil, isVerified: true)) == "\(name): SUCCESS\r\n")
        #expect(self.text(IdentityHeaders.verdict(nil, isVerified: false)) == "\(name): NONE\r\n")
        #expect(
            self.text(IdentityHeaders.verdict(.crlHit, isVerified: false))
                == "\(name): FAILED:ClientCertCrlHit\r\n"
        )
    }
}
