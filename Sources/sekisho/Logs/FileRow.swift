import Model

extension ConnectionRow {
    /// A line of the log's file, which knows neither listener nor issuer; nil for anything else.
    init?(albFields fields: [String]) {
        guard fields.count == LogLine.names.count, let time = Timestamp(iso8601: fields[0]),
            let address = IPAddress(fields[1]), let port = UInt16(fields[2]),
            let listenerPort = UInt16(fields[3])
        else { return nil }
        func value(_ index: Int) -> String? { fields[index] == "-" ? nil : fields[index] }
        let outcome = value(10).map { status -> HandshakeOutcome in
            guard status.hasPrefix("Failed:") else { return .success }
            return .refused(RefusalReason(rawValue: String(status.dropFirst(7))) ?? .unmapped)
        }
        let record = ConnectionRecord(
            time: time,
            listenerID: ResourceID(bits: 0),
            listenerName: "",
            client: Endpoint(address: address, port: port),
            listenerPort: listenerPort,
            tls: outcome.map { outcome in
                ConnectionRecord.TLSDetails(
                    mode: .off,
                    outcome: outcome,
                    version: value(4),
                    cipher: value(5),
                    keyExchange: value(12),
                    latencyMicroseconds: value(6).flatMap { Double($0) }.map { Int64($0 * 1_000_000) },
                    serverName: nil,
                    leaf: Self.leaf(value(7), validity: value(8), serial: value(9)),
                    chainCount: 0,
                    isResumed: false
                )
            },
            traceID: TraceID(fields[11]) ?? TraceID(high: 0, low: 0),
            loadBalancerPath: fields[13],
            nodeAddress: IPAddress(fields[14]) ?? IPAddress(v4: 0)
        )
        self.init(record)
    }

    private static func leaf(_ subject: String?, validity: String?, serial: String?) -> CertificateFacts? {
        guard let subject, let validity, let serial else { return nil }
        let ends = validity.split(separator: ";").compactMap { part in
            part.firstIndex(of: "=").flatMap { Timestamp(iso8601: String(part[part.index(after: $0)...])) }
        }
        guard ends.count == 2 else { return nil }
        return CertificateFacts(
            subject: subject,
            issuer: "",
            serialNumber: serial,
            notBefore: ends[0],
            notAfter: ends[1],
            fingerprint: "",
            keyDescription: ""
        )
    }
}
