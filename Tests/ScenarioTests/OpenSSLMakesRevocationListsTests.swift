import Foundation
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// A CA as operators run one: `openssl ca` issues, revokes and makes the list, `sekisho` takes it.
@Suite("Lists of openssl ca", .ownThreads)
struct OpenSSLMakesRevocationListsTests {
    let pki: TestPKI
    let files: TemporaryDirectory

    init() throws {
        self.pki = try TestPKI()
        self.files = try TemporaryDirectory()
    }

    private func openssl(_ arguments: String) async throws {
        let words = arguments.split(separator: " ").map {
            $0.hasPrefix("@") ? self.files.file(String($0.dropFirst())) : String($0)
        }
        let result = try await runTool("openssl", words)
        try #require(result.status == 0, Comment(rawValue: result.standardError))
    }

    private func makeAuthority() async throws {
        try self.files.write(
            """
            [ca]
            default_ca = lab
            [lab]
            dir = \(self.files.path)
            database = $dir/index.txt
            serial = $dir/serial
            crlnumber = $dir/crlnumber
            new_certs_dir = $dir
            certificate = $dir/ca.pem
            private_key = $dir/ca.key
            default_md = sha256
            default_days = 30
            default_crl_days = 7
            policy = any
            x509_extensions = client
            crl_extensions = crl
            [any]
            commonName = supplied
            [client]
            keyUsage = digitalSignature
            extendedKeyUsage = clientAuth
            [crl]
            authorityKeyIdentifier = keyid:always
            """,
            to: "ca.cnf"
        )
        try self.files.write("", to: "index.txt")
        try self.files.write("1000\n", to: "serial")
        try self.files.write("2F\n", to: "crlnumber")
        try await self.openssl("ecparam -name prime256v1 -genkey -noout -out @ca.key")
        try await self.openssl("req -new -x509 -days 30 -key @ca.key -out @ca.pem -subj /CN=Lab-CA")
        for client in ["good", "bad"] {
            try await self.openssl("ecparam -name prime256v1 -genkey -noout -out @\(client)_key.pem")
            try await self.openssl("req -new -key @\(client)_key.pem -out @\(client).csr -subj /CN=\(client)")
            try await self.openssl(
                "ca -batch -notext -config @ca.cnf -in @\(client).csr -out @\(client)_cert.pem"
            )
        }
    }

    private func curl(_ client: String, port: UInt16) async throws -> ToolResult {
        try await runTool(
            "curl",
            [
                "-sS", "--max-time", "20", "--cacert", self.files.file("server_root.pem"),
                "--cert", self.files.file("\(client)_cert.pem"), "--key",
                self.files.file("\(client)_key.pem"), "https://localhost:\(port)/",
            ]
        )
    }

    private func connect(_ client: String, port: UInt16) throws -> SecureClient {
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: self.files.file(name), encoding: .utf8)
        }
        let context = try ClientContext(
            trustedRootPEM: self.pki.root.certificatePEM,
            certificateChainPEM: text("\(client)_cert.pem"),
            privateKey: SecretText(text("\(client)_key.pem"))
        )
        return try SecureClient(to: Endpoint(address: .loopback, port: port), context: context)
    }

    @Test("Who was revoked is refused from the command on, and let in again without the list")
    func scenario() async throws {
        try await self.makeAuthority()
        try self.files.write(self.pki.server, named: "server")
        try self.files.write(self.pki.root.certificatePEM, to: "server_root.pem")
        let port = try FreePorts.block(of: 1)
        try await self.openssl("ca -config @ca.cnf -gencrl -out @empty.crl")
        let yaml = try self.files.write(
            """
            loadBalancers:
              - name: edge
                address: 127.0.0.1
                listeners:
                  - port: \(port)
                    protocol: HTTPS
                    certificates: [{certificate: server_cert.pem, privateKey: server_key.pem}]
                    mutualAuthentication: {mode: verify, trustStore: lab}
                    defaultActions: [{type: fixed-response, statusCode: 200, contentType: text/plain, messageBody: in}]
            trustStores:
              - {name: lab, caCertificatesBundle: ca.pem, revocationLists: [empty.crl], expiredRevocationLists: strict}
            """,
            to: "gate.yaml"
        )
        let state = self.files.file("state")
        let gate = try await Program.serve(state)
        let applied = try await Program.run("apply", yaml, "--state", state)
        #expect(applied.status == 0, Comment(rawValue: applied.standardError))
        #expect(try await self.curl("good", port: port).standardOutput == "in")
        #expect(try await self.curl("bad", port: port).standardOutput == "in")

        let good = try self.connect("good", port: port)
        let bad = try self.connect("bad", port: port)
        for client in [good, bad] { #expect(try client.get()?.body == "in") }
        try await self.openssl("ca -config @ca.cnf -revoke @bad_cert.pem -crl_reason keyCompromise")
        try await self.openssl("ca -config @ca.cnf -gencrl -out @full.crl")
        let added = try await Program.run(
            "trust-store",
            "lab",
            "add-revocations",
            self.files.file("full.crl"),
            "--state",
            state
        )
        #expect(added.standardOutput.contains("add revocation list 2 (CN=Lab-CA, 1 entries)"))
        #expect(added.standardOutput.contains("In force"))
        // Who is connected is cut as well, if the list names it.
        #expect(bad.receiveToEnd() == "")
        #expect(try good.get()?.body == "in")
        let logs = try await Program.run("logs", "--failed", "--state", state).standardOutput
        #expect(logs.contains("Cut while connected, because the listener's policy changed."))
        #expect(try await self.curl("good", port: port).standardOutput == "in")
        let refused = try await self.curl("bad", port: port)
        #expect(refused.status != 0)
        #expect(refused.standardError.contains("revoked"), Comment(rawValue: refused.standardError))

        let shown = try await Program.run("trust-store", "lab", "--state", state).standardOutput
        // 2F and 30 in hexadecimal, as openssl keeps them.
        #expect(shown.contains("CN=Lab-CA  0        47"))
        #expect(shown.contains("CN=Lab-CA  1        48"))
        // The serial numbers of openssl ca begin with 1000 here; the second client is the bad one.
        let found = try await Program.run("trust-store", "lab", "revoked", "1001", "--state", state)
        #expect(found.standardOutput.contains("1001 is revoked since 20"))
        #expect(found.standardOutput.contains(", keyCompromise, by list 2 of CN=Lab-CA"))
        let status = try await Program.run("status", "--state", state).standardOutput
        #expect(status.contains("NEXT UPDATE"))
        #expect(status.contains("CUT WHILE CONNECTED"))
        #expect(status.contains("in 6 d") || status.contains("in 7 d"))

        let removed = try await Program.run("trust-store", "lab", "remove-revocations", "2", "--state", state)
        #expect(removed.status == 0, Comment(rawValue: removed.standardError))
        #expect(try await self.curl("bad", port: port).standardOutput == "in")
        let unknown = try await Program.run("trust-store", "lab", "remove-revocations", "2", "--state", state)
        #expect(unknown.standardError.contains("RevocationIdNotFound"))
        gate.signal(SIGTERM)
        _ = await gate.status()
    }
}
