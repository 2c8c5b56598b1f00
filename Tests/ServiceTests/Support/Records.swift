import Model

/// Connection records for tests, told apart by the client's port.
enum Records {
    static func make(_ ports: Range<Int>, subject: String? = nil) -> [ConnectionRecord] {
        ports.map { port in
            ConnectionRecord(
                time: Timestamp(seconds: 1_800_000_000),
                listenerID: ResourceID(bits: 1),
                listenerName: "edge-8080",
                client: Endpoint(address: .loopback, port: UInt16(port)),
                listenerPort: 8080,
                tls: subject.map(Self.details),
                traceID: TraceID(high: 1, low: UInt64(port)),
                loadBalancerPath: "app/edge/0000000000000001",
                nodeAddress: .loopback
            )
        }
    }

    private static func details(subject: String) -> ConnectionRecord.TLSDetails {
        ConnectionRecord.TLSDetails(
            mode: .verify,
            outcome: .success,
            version: "TLSv1.3",
            cipher: "TLS_AES_128_GCM_SHA256",
            keyExchange: "X25519",
            latencyMicroseconds: 1_000,
            serverName: nil,
            leaf: CertificateFacts(
                subject: subject,
                issuer: "CN=ca",
                serialNumber: "01",
                notBefore: Timestamp(seconds: 0),
                notAfter: Timestamp(seconds: 1),
                fingerprint: "",
                keyDescription: "P-256"
            ),
            chainCount: 1,
            isResumed: false
        )
    }
}
