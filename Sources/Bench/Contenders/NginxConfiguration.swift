/// nginx set up to do what Sekisho does: one worker, and the client's identity in headers.
struct NginxConfiguration {
    let site: Site
    let ports: Site.Ports
    let issuesTickets: Bool
    /// Whether targets are told all that Sekisho tells them, or the subject alone.
    let tellsAll: Bool
    /// For what it writes while it runs.
    let directory: String
    /// Who the worker is; nil where only root may say.
    let user: String?

    var text: String {
        """
        \(self.user.map { "user \($0);" } ?? "")
        worker_processes 1;
        daemon off;
        pid \(self.directory)/nginx.pid;
        error_log \(self.directory)/nginx.log crit;
        worker_rlimit_nofile 20000;
        events { worker_connections 9000; multi_accept on; }
        http {
          access_log off;
          server_tokens off;
        \(Self.temporaryPaths.map { "  \($0)_temp_path \(self.directory)/\($0);" }.joined(separator: "\n"))
          keepalive_timeout 300s;
          keepalive_requests 1000000000;
          tcp_nodelay on;
          upstream origin {
            server 127.0.0.1:\(self.site.originPort);
            keepalive 256;
            keepalive_requests 1000000000;
            keepalive_timeout 300s;
          }
          ssl_certificate \(self.site.serverCertificate);
          ssl_certificate_key \(self.site.serverKey);
          ssl_protocols TLSv1.2 TLSv1.3;
          ssl_session_cache shared:SSL:20m;
          ssl_session_tickets \(self.issuesTickets ? "on" : "off");
          proxy_http_version 1.1;
          # A body of 1 MiB is not to go through a file.
          proxy_buffers 16 16k;
          proxy_buffer_size 16k;
          proxy_max_temp_file_size 0;
          server {
            listen 127.0.0.1:\(self.ports.verify) ssl http2 backlog=4096;
            ssl_client_certificate \(self.site.rootCertificate);
            ssl_verify_client on;
            ssl_verify_depth 4;
            location / {
              proxy_pass http://origin;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
        \(self.headers)
            }
          }
          server {
            listen 127.0.0.1:\(self.ports.off) ssl http2 backlog=4096;
            location / {
              proxy_pass http://origin;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
            }
          }
        }

        """
    }

    private static let temporaryPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]

    private var headers: String {
        let facts = [
            ("Subject", "$ssl_client_s_dn"), ("Issuer", "$ssl_client_i_dn"),
            ("Serial-Number", "$ssl_client_serial"),
            ("Validity", "\"NotBefore=$ssl_client_v_start;NotAfter=$ssl_client_v_end\""),
            ("Leaf", "$ssl_client_escaped_cert"),
        ]
        return facts.prefix(self.tellsAll ? facts.count : 1)
            .map { "      proxy_set_header X-Amzn-Mtls-Clientcert-\($0) \($1);" }
            .joined(separator: "\n")
    }
}
