import Foundation
import Model
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
        #expect(!json.contains("detail"))
    }

    /// A line of the file knows the listener by its port only.
    @Test("A line is about the listener whose name or port it has", arguments: ["front", "443"])
    func listener(listener: String) {
        #expect(LogLine(Self.unmapped).isAbout(listener))
        #expect(LogLine(alb: Self.unmapped.albLine).isAbout(listener) == (listener == "443"))
        #expect(!LogLine(Self.unmapped).isAbout("40112"))
    }

    @Test("A filter sees of a line of the file what it holds, and of anything else nothing")
    func row() throws {
        let line = Self.refused.replacing("NotBefore=x;NotAfter=y", with: Self.validity)
            .replacing("TID_1", with: "TID_00000000000000010000000000000002")
        let environment = FilterEnvironment(now: Timestamp(seconds: 1_767_605_833 + 60))
        for text in [
            "outcome:fail reason:expired", "client:198.51.100.0/24", "cn:\"a *b* c\"", "age<5m",
            "serial:0414", "expires<0s", "kx:x25519", "at:2026-01-05T09:37",
        ] {
            let filter = try Filter(text, schema: .connectionLines, environment: environment)
            #expect(filter.matches(try #require(LogLine(alb: line).row)), "\(text)")
        }
        #expect(LogLine(alb: "x \(line)").row == nil)
        #expect(LogLine(alb: "").row == nil)
    }

    private static let validity = "NotBefore=2025-01-01T00:00:00Z;NotAfter=2026-01-01T00:00:00Z"

    private static let unmapped = ConnectionRecord(
        time: Timestamp(seconds: 1_767_605_833),
        listenerID: ResourceID(bits: 1),
        listenerName: "front",
        client: Endpoint(address: .loopback, port: 40_112),
        listenerPort: 443,
        tls: ConnectionRecord.TLSDetails(
            mode: .verify,
            outcome: .failed(.noCertificate),
            version: "TLSv1.3",
            cipher: nil,
            keyExchange: nil,
            latencyMicroseconds: nil,
            serverName: "api.test",
            leaf: nil,
            chainCount: 0,
            isResumed: false
        ),
        traceID: TraceID(high: 1, low: 2),
        loadBalancerPath: "app/edge/1",
        nodeAddress: .loopback
    )

    @Test("JSON of a record tells what ALB's line leaves out, typed")
    func ownMembers() throws {
        let json = LogLine(Self.unmapped).json
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        )
        #expect(object["tls_verify_status"] as? String == "Failed:UnmappedConnectionError")
        #expect(object["listener"] as? String == "front")
        #expect(object["mode"] as? String == "verify")
        #expect(object["detail"] as? String == "no-cert")
        #expect(object["server_name"] as? String == "api.test")
        #expect(object["chain_count"] as? Int == 0)
        #expect(object["resumed"] as? Bool == false)
        #expect(object["fingerprint"] == nil)
        #expect(object["cut"] == nil)
    }

    @Test("A record that stands for more attempts says for how many")
    func repeated() throws {
        var record = Self.unmapped
        #expect(record.attempts == 1)
        record.repeated = 57
        let line = LogLine(record)
        #expect(line.text.contains(" (the last of 57 more)\n"))
        #expect(line.json.contains("\"repeated\":57"))
        #expect(line.alb == LogLine(Self.unmapped).alb)
        let decoder = JSONDecoder()
        #expect(try decoder.decode(ConnectionRecord.self, from: JSONEncoder().encode(record)).attempts == 57)
    }

    @Test("A client that was cut while it was connected is told from one that never came in")
    func cut() throws {
        var record = Self.unmapped
        record.tls?.cut = .policyChanged
        let line = LogLine(record)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.json.utf8)) as? [String: Any]
        )
        #expect(object["cut"] as? String == "policy-changed")
        #expect(line.text.contains("Cut while connected, because the listener's policy changed. The client"))
        // What is kept and sent on comes back whole, and so does a record from before there were cuts.
        let decoder = JSONDecoder()
        #expect(try decoder.decode(ConnectionRecord.self, from: JSONEncoder().encode(record)) == record)
        let whole = try JSONEncoder().encode(Self.unmapped)
        #expect(!String(decoding: whole, as: UTF8.self).contains("\"cut\""))
        #expect(try decoder.decode(ConnectionRecord.self, from: whole) == Self.unmapped)
    }
}
