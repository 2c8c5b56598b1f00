import Model

/// Records of clients, told apart by a number.
enum SeenClients {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let day: Int64 = 86_400

    static func record(
        _ number: Int,
        mode: MutualAuthentication.Mode = .verify,
        outcome: HandshakeOutcome = .success,
        at time: Timestamp = SeenClients.now,
        from address: IPAddress = .loopback,
        listener: String = "edge-8443",
        subject: String? = nil,
        daysLeft: Int64 = 30,
        names: [String] = [],
        root: String? = nil,
        trustStore: String = "partners"
    ) -> ConnectionRecord {
        var record = ConnectionRecord(
            time: time,
            listenerID: ResourceID(bits: 1),
            listenerName: listener,
            client: Endpoint(address: address, port: 50_000),
            listenerPort: 8443,
            tls: ConnectionRecord.TLSDetails(
                mode: mode,
                outcome: outcome,
                version: "TLSv1.3",
                cipher: nil,
                keyExchange: nil,
                latencyMicroseconds: nil,
                serverName: nil,
                leaf: CertificateFacts(
                    subject: subject ?? "CN=client-\(number)",
                    issuer: "CN=ca-\(number % 3)",
                    serialNumber: "0\(number % 10)",
                    notBefore: Timestamp(seconds: 0),
                    notAfter: Timestamp(seconds: Self.now.seconds + daysLeft * Self.day),
                    fingerprint: Self.fingerprint(number),
                    keyDescription: "P-256"
                ),
                chainCount: 1,
                isResumed: false
            ),
            traceID: TraceID(high: 1, low: UInt64(number)),
            loadBalancerPath: "app/edge/0000000000000001",
            nodeAddress: .loopback
        )
        record.tls?.alternativeNames = names
        record.tls?.anchor = root.map {
            TrustAnchor(subject: $0, fingerprint: Self.fingerprint($0.utf8.count), trustStore: trustStore)
        }
        return record
    }

    static func fingerprint(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }
}
