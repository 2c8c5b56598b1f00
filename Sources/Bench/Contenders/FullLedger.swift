import Model
import Service

/// A ledger that knows clients before the first one comes.
enum FullLedger {
    /// Writes so many verified clients; does nothing for none.
    static func write(_ path: String, clients: Int) throws {
        guard clients > 0 else { return }
        let ledger = ClientLedger(path: path)
        for first in stride(from: 0, to: clients, by: LedgerLimits.waiting) {
            ledger.note((first..<min(first + LedgerLimits.waiting, clients)).map(self.record))
            ledger.flush()
        }
        guard ledger.health.failure == nil, ledger.health.lost == 0 else {
            throw BenchmarkError("the ledger cannot be filled: \(ledger.health)")
        }
    }

    private static func record(_ number: Int) -> ConnectionRecord {
        let digits = String(number, radix: 16)
        let start = Timestamp(seconds: 1_700_000_000)
        return ConnectionRecord(
            time: Timestamp(seconds: start.seconds + Int64(number)),
            listenerID: ResourceID(bits: 1),
            listenerName: "verify",
            client: Endpoint(address: .loopback, port: 50_000),
            listenerPort: 8443,
            tls: ConnectionRecord.TLSDetails(
                mode: .verify,
                outcome: .success,
                version: "TLSv1.3",
                cipher: nil,
                keyExchange: nil,
                latencyMicroseconds: nil,
                serverName: nil,
                leaf: CertificateFacts(
                    subject: "CN=sensor-\(number),OU=Plant B,O=Umbra Works,C=DE",
                    issuer: "CN=Umbra Device CA \(number % 3),O=Umbra Works,C=DE",
                    serialNumber: digits.count % 2 == 0 ? digits : "0\(digits)",
                    notBefore: start,
                    notAfter: Timestamp(seconds: start.seconds + 86_400 * 3_650),
                    fingerprint: String(repeating: "0", count: 64 - digits.count) + digits,
                    keyDescription: "P-256"
                ),
                chainCount: 1,
                isResumed: false
            ),
            traceID: TraceID(high: 1, low: UInt64(number)),
            loadBalancerPath: "app/verify/0000000000000001",
            nodeAddress: .loopback
        )
    }
}
