import HTTP
import Testing

/// Identity headers at a target come from us or are absent (invariant 2 of the data plane).
@Suite("Forged headers")
struct ForgedHeaderTests {
    static let identityNames = [
        "X-Amzn-Mtls-Clientcert", "X-Amzn-Mtls-Clientcert-Serial-Number", "X-Amzn-Mtls-Clientcert-Issuer",
        "X-Amzn-Mtls-Clientcert-Subject", "X-Amzn-Mtls-Clientcert-Validity", "X-Amzn-Mtls-Clientcert-Leaf",
        // Not in use, but of the family a target may come to trust.
        "X-Amzn-Mtls-", "X-Amzn-Mtls-Clientcert-Chain",
        // Those of other gateways, and our own.
        "Client-Cert", "Client-Cert-Chain", "X-Forwarded-Client-Cert", "X-Sekisho-Client-Verdict",
    ]

    static let ownNames = [
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id", "Content-Length",
        "Transfer-Encoding", "Keep-Alive", "Proxy-Connection",
    ]

    /// Spellings that some target reads as the name itself.
    private func spellings(of name: String) -> [String] {
        let flat = ["_", ".", "~", "!"].map { name.replacing("-", with: $0) }
        let mixed = name.replacing("-", with: "_", maxReplacements: 1)
        return ([mixed] + flat).flatMap { [$0, $0.lowercased(), $0.uppercased()] }
    }

    /// The same name as CGI, WSGI and their kin would see it.
    private func folded(_ name: some StringProtocol) -> String {
        String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }

    @Test("No spelling of an identity header reaches a target", arguments: identityNames)
    func identity(name: String) {
        for spelling in [name, name.lowercased(), name.uppercased()] + self.spellings(of: name) {
            let request = ParsedRequest(
                "GET / HTTP/1.1\r\n\(spelling): CN=root\r\nHost: a\r\n\(spelling):CN=root\r\nX-Kept: 1\r\n\r\n"
            )
            #expect(request.result == .complete)
            let forwarded = request.forwardedLines()
            #expect(!forwarded.contains { self.folded($0).hasPrefix("x-amzn-mtls") }, "\(spelling)")
            #expect(!forwarded.contains { $0.contains("CN=root") }, "\(spelling)")
            #expect(forwarded.contains("X-Kept: 1"))
        }
    }

    @Test("No other spelling of a header that we write or frame with reaches a target", arguments: ownNames)
    func own(name: String) {
        for spelling in self.spellings(of: name) {
            let request = ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n\(spelling): 7\r\nX-Kept: 1\r\n\r\n")
            // Such a name means nothing to our framing.
            #expect(request.result == .complete, "\(spelling)")
            #expect(request.head.framing == .none, "\(spelling)")
            let forwarded = request.forwardedLines()
            #expect(!forwarded.contains("\(spelling): 7"), "\(spelling)")
            #expect(forwarded.contains("X-Kept: 1"))
        }
    }

    @Test("Our identity headers survive a Connection header that lists them")
    func listed() {
        let request = ParsedRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Amzn-Mtls-Clientcert-Subject\r\n"
                + "X-Amzn-Mtls-Clientcert-Subject: CN=root\r\n\r\n"
        )
        let forwarded = request.forwarded(identity: "X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7\r\n")
        #expect(forwarded.hasSuffix("X-Amzn-Mtls-Clientcert-Subject: CN=sensor-7\r\n\r\n"))
        #expect(!forwarded.contains("CN=root"))
    }

    @Test(
        "Names that only look alike go on",
        arguments: [
            "Client-Certificate", "Client-Cert-X", "X-Forwarded-Client-Certs", "X-Amzn-Mtl",
            "X-Amzn-Mtlsx-Clientcert", "XX-Amzn-Mtls-Clientcert",
            "X-Forwarded-Host", "X-Forwarded-Form", "Contents-Length", "X_Custom", "Forwarded", "Date",
        ]
    )
    func others(name: String) {
        let request = ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n\(name): 1\r\n\r\n")
        #expect(request.forwardedLines().contains("\(name): 1"))
    }
}
