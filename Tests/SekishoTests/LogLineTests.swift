import Testing

@testable import sekisho

@Suite("Log line")
struct LogLineTests {
    static let refused = #"""
        2026-01-05T09:37:13.500001Z 198.51.100.24 40112 443 TLSv1.2 X - "CN=a \"b\" c,O=d" NotBefore=x;NotAfter=y 0414 Failed:ClientCertExpired TID_1 X25519 app/edge/1 192.0.2.10
        """#

    @Test("A quoted subject is one field, with its spaces and quotes")
    func fields() {
        let fields = LogLine(alb: Self.refused).fields
        #expect(fields.count == LogLine.names.count)
        #expect(fields[7] == #"CN=a \"b\" c,O=d"#)
    }

    @Test("Only a handshake that did not complete is a failure")
    func failure() {
        #expect(LogLine(alb: Self.refused).isFailure)
        let success = Self.refused.replacing("Failed:ClientCertExpired", with: "Success")
        #expect(!LogLine(alb: success).isFailure)
        // A stranger's subject cannot pass for a status.
        #expect(!LogLine(alb: success.replacing("CN=a", with: "CN=Failed:x")).isFailure)
    }

    @Test("JSON holds the fields that have a value")
    func json() {
        let json = LogLine(alb: Self.refused).json
        #expect(json.contains(#""leaf_client_cert_subject":"CN=a \\\"b\\\" c,O=d""#))
        #expect(json.contains(#""tls_verify_status":"Failed:ClientCertExpired""#))
        #expect(!json.contains("tls_handshake_latency"))
    }
}
