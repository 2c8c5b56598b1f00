import Model
import Testing

@Suite("Identity header settings")
struct IdentityHeaderSettingsTests {
    @Test(
        "Tokens of up to 40 characters are names",
        arguments: ["X-Who", "a", String(repeating: "x", count: 40)]
    )
    func accepted(name: String) throws {
        try IdentityHeaderSettings(names: [.subject: name]).check()
    }

    @Test(
        "What is no token, means something already or is taken is refused by the attribute's name",
        arguments: [
            "", "X Who", "X-Who:", "X-Wh\u{F6}", "a\r\nb", String(repeating: "x", count: 41), "Host", "host",
            "Connection", "content_length", "Transfer-Encoding", "X-Forwarded-For", "Cookie", "Client-Cert",
            "X-Sekisho-Client-Verdict", "X-Amzn-Mtls-Clientcert-Issuer", "x_amzn_mtls_clientcert",
            "X-Amzn-Tls-Version",
        ]
    )
    func refused(name: String) {
        let error = #expect(throws: OperatorError.self) {
            try IdentityHeaderSettings(names: [.subject: name]).check()
        }
        #expect(error?.code == .invalidConfigurationRequest)
        #expect(error?.subject == NamedHeader.subject.rawValue)
    }

    @Test("Two headers cannot share a name, however it is spelt, and may change places")
    func duplicates() throws {
        #expect(throws: OperatorError.self) {
            try IdentityHeaderSettings(names: [.subject: "X-Who", .issuer: "x_who"]).check()
        }
        let (subject, issuer) = (NamedHeader.subject.standardName, NamedHeader.issuer.standardName)
        try IdentityHeaderSettings(names: [.subject: issuer, .issuer: subject]).check()
        #expect(throws: OperatorError.self) { try IdentityHeaderSettings(forms: [.alb, .alb]).check() }
    }
}
