import Model
import Testing

/// The lines of the specification's examples, byte for byte.
@Suite("Connection record")
struct ConnectionRecordTests {
    @Test("A verified client")
    func success() throws {
        let record = try Self.record(
            "2026-01-05 09:37:12.048213",
            client: "198.51.100.23:51544",
            trace: "TID_4be0c2f1a97d4c35b1f6e0d2a8837c19",
            tls: Self.tls(
                .success,
                latency: 21_999,
                leaf: Self.leaf("CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE", "0413", from: 2026, to: 2027)
            )
        )
        #expect(
            record.albLine == """
                2026-01-05T09:37:12.048213Z 198.51.100.23 51544 443 TLSv1.3 TLS_AES_128_GCM_SHA256 0.021 \
                "CN=sensor-7,OU=Plant B,O=Umbra Works,C=DE" \
                NotBefore=2026-01-04T00:00:00Z;NotAfter=2027-01-04T00:00:00Z 0413 Success \
                TID_4be0c2f1a97d4c35b1f6e0d2a8837c19 X25519 app/edge/78b889fe26824b20 192.0.2.10
                """
        )
        #expect(!record.isFailure)
    }

    @Test("A refused client")
    func refused() throws {
        let record = try Self.record(
            "2026-01-05 09:37:13.500001",
            client: "198.51.100.24:40112",
            trace: "TID_0d1c8f6b52a94e0c9be2c1a74f5083d6",
            tls: Self.tls(
                .refused(.expired),
                version: "TLSv1.2",
                cipher: "ECDHE-ECDSA-AES128-GCM-SHA256",
                leaf: Self.leaf("CN=sensor-8,O=Umbra Works,C=DE", "0414", from: 2025, to: 2026)
            )
        )
        #expect(
            record.albLine == """
                2026-01-05T09:37:13.500001Z 198.51.100.24 40112 443 TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 - \
                "CN=sensor-8,O=Umbra Works,C=DE" \
                NotBefore=2025-01-04T00:00:00Z;NotAfter=2026-01-04T00:00:00Z 0414 Failed:ClientCertExpired \
                TID_0d1c8f6b52a94e0c9be2c1a74f5083d6 X25519 app/edge/78b889fe26824b20 192.0.2.10
                """
        )
        #expect(record.isFailure)
    }

    @Test("A client without a certificate")
    func noCertificate() throws {
        let record = try Self.record(
            "2026-01-05 09:37:14.000411",
            client: "198.51.100.25:40990",
            trace: "TID_7a5b1e20c3d64f8899aa01b2c3d4e5f6",
            tls: Self.tls(.failed(.noCertificate))
        )
        #expect(
            record.albLine == """
                2026-01-05T09:37:14.000411Z 198.51.100.25 40990 443 TLSv1.3 TLS_AES_128_GCM_SHA256 - "-" - - \
                Failed:UnmappedConnectionError TID_7a5b1e20c3d64f8899aa01b2c3d4e5f6 X25519 \
                app/edge/78b889fe26824b20 192.0.2.10
                """
        )
    }

    @Test("A connection without TLS")
    func plain() throws {
        let record = try Self.record(
            "2026-01-05 09:37:15.120000",
            client: "198.51.100.26:42000",
            port: 80,
            trace: "TID_55aa01b2c3d4e5f67a5b1e20c3d64f88",
            tls: nil
        )
        #expect(
            record.albLine == """
                2026-01-05T09:37:15.120000Z 198.51.100.26 42000 80 - - - "-" - - - \
                TID_55aa01b2c3d4e5f67a5b1e20c3d64f88 - app/edge/78b889fe26824b20 192.0.2.10
                """
        )
        #expect(!record.isFailure)
    }

    @Test("A leaf is not told where the listener did not ask for it")
    func leafInModeOff() throws {
        let leaf = Self.leaf("CN=sensor-7", "0413", from: 2026, to: 2027)
        let off = try Self.record(tls: Self.tls(.success, mode: .off, leaf: leaf))
        #expect(!off.albLine.contains("sensor-7"))
        let passthrough = try Self.record(tls: Self.tls(.success, mode: .passthrough, leaf: leaf))
        #expect(passthrough.albLine.contains("\"CN=sensor-7\""))
    }

    /// The subject is a stranger's: it must not be able to forge a field or a line.
    @Test(
        "A subject cannot end its field or the line",
        arguments: [
            (#"CN=a\"b"#, #""CN=a\"b""#),
            (#"CN=a"b"#, #""CN=a\"b""#),
            (#"CN=a\\"b"#, #""CN=a\\\"b""#),
            ("CN=a\nb", #""CN=a\0Ab""#),
            ("CN=a\u{7F}b\u{1B}", #""CN=a\7Fb\1B""#),
        ]
    )
    func hostileSubject(subject: String, field: String) throws {
        let record = try Self.record(
            tls: Self.tls(.success, leaf: Self.leaf(subject, "01", from: 2026, to: 2027))
        )
        #expect(record.albLine.contains(" \(field) NotBefore="))
        #expect(!record.albLine.contains("\n"))
    }

    private static func record(
        _ time: String = "2026-01-05 09:37:12.000000",
        client: String = "198.51.100.23:51544",
        port: UInt16 = 443,
        trace: String = "TID_4be0c2f1a97d4c35b1f6e0d2a8837c19",
        tls: ConnectionRecord.TLSDetails?
    ) throws -> ConnectionRecord {
        let numbers = time.split { "- :.".contains($0) }.compactMap { Int($0) }
        try #require(numbers.count == 7)
        let whole = Timestamp(
            year: numbers[0],
            month: numbers[1],
            day: numbers[2],
            hour: numbers[3],
            minute: numbers[4],
            second: numbers[5]
        )
        let parts = client.split(separator: ":").map(String.init)
        return ConnectionRecord(
            time: Timestamp(microseconds: whole.microseconds + Int64(numbers[6])),
            listenerID: ResourceID(bits: 1),
            listenerName: "edge-443",
            client: Endpoint(
                address: try #require(IPAddress(parts[0])),
                port: try #require(UInt16(parts[1]))
            ),
            listenerPort: port,
            tls: tls,
            traceID: try #require(TraceID(trace)),
            loadBalancerPath: "app/edge/78b889fe26824b20",
            nodeAddress: try #require(IPAddress("192.0.2.10"))
        )
    }

    private static func tls(
        _ outcome: HandshakeOutcome,
        mode: MutualAuthentication.Mode = .verify,
        version: String = "TLSv1.3",
        cipher: String = "TLS_AES_128_GCM_SHA256",
        latency: Int64? = nil,
        leaf: CertificateFacts? = nil
    ) -> ConnectionRecord.TLSDetails {
        ConnectionRecord.TLSDetails(
            mode: mode,
            outcome: outcome,
            version: version,
            cipher: cipher,
            keyExchange: "X25519",
            latencyMicroseconds: latency,
            serverName: nil,
            leaf: leaf,
            chainCount: leaf == nil ? 0 : 1,
            isResumed: false
        )
    }

    private static func leaf(
        _ subject: String,
        _ serialNumber: String,
        from first: Int,
        to last: Int
    ) -> CertificateFacts {
        CertificateFacts(
            subject: subject,
            issuer: "CN=Umbra Device CA 2,O=Umbra Works,C=DE",
            serialNumber: serialNumber,
            notBefore: Timestamp(year: first, month: 1, day: 4, hour: 0, minute: 0, second: 0),
            notAfter: Timestamp(year: last, month: 1, day: 4, hour: 0, minute: 0, second: 0),
            fingerprint: "",
            keyDescription: "P-256"
        )
    }
}
