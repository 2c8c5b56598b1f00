/// HAProxy set up to do what Sekisho does: one thread, and the client's identity in headers.
struct HAProxyConfiguration {
    let site: Site
    let ports: Site.Ports
    let issuesTickets: Bool
    /// Whether targets are told all that Sekisho tells them, or the subject alone.
    let tellsAll: Bool

    var text: String {
        let certificate = "ssl crt \(self.site.serverPair) alpn h2,http/1.1"
        let verify = "ca-file \(self.site.rootCertificate) verify required"
        return """
            global
              nbthread 1
              maxconn 7000
              ssl-default-bind-options ssl-min-ver TLSv1.2\(self.issuesTickets ? "" : " no-tls-tickets")
            defaults
              mode http
              http-reuse always
              timeout connect 5s
              timeout client 300s
              timeout server 300s
            frontend verify
              bind 127.0.0.1:\(self.ports.verify) backlog 4096 \(certificate) \(verify)
            \(self.headers)
              default_backend origin
            frontend off
              bind 127.0.0.1:\(self.ports.off) backlog 4096 \(certificate)
              default_backend origin
            backend origin
              server origin 127.0.0.1:\(self.site.originPort)
            listen tcp
              mode tcp
              option splice-auto
              bind 127.0.0.1:\(self.ports.tcp) backlog 4096
              server origin 127.0.0.1:\(self.site.originPort)

            """
    }

    private var headers: String {
        let facts = [
            ("Subject", "%{+Q}[ssl_c_s_dn]"), ("Issuer", "%{+Q}[ssl_c_i_dn]"),
            ("Serial-Number", "%[ssl_c_serial,hex]"),
            ("Validity", "NotBefore=%[ssl_c_notbefore];NotAfter=%[ssl_c_notafter]"),
            ("Leaf", "%[ssl_c_der,base64]"),
        ]
        return facts.prefix(self.tellsAll ? facts.count : 1)
            .map { "  http-request set-header X-Amzn-Mtls-Clientcert-\($0) \($1)" }
            .joined(separator: "\n")
    }
}
