import Model

/// A connection record in about a hundred bytes: what records share is kept once.
///
/// Two million of them are kept, so what a record weighs decides what a console weighs.
struct PackedRecord: Sendable {
    /// What all records of one listener with the same negotiated parameters share.
    final class Kind: Sendable {
        let listenerID: ResourceID
        let listenerName: String
        let listenerPort: UInt16
        let mode: MutualAuthentication.Mode?
        let version: String?
        let cipher: String?
        let keyExchange: String?
        let serverName: String?
        let loadBalancerPath: String
        let nodeAddress: IPAddress
        let names: ConnectionRow.Names

        init(_ record: ConnectionRecord) {
            self.listenerID = record.listenerID
            self.listenerName = record.listenerName
            self.listenerPort = record.listenerPort
            self.mode = record.tls?.mode
            self.version = record.tls?.version
            self.cipher = record.tls?.cipher
            self.keyExchange = record.tls?.keyExchange
            self.serverName = record.tls?.serverName
            self.loadBalancerPath = record.loadBalancerPath
            self.nodeAddress = record.nodeAddress
            self.names = ConnectionRow.Names(record)
        }

        /// Whether a record is of this kind.
        func fits(_ record: ConnectionRecord) -> Bool {
            self.listenerID == record.listenerID && self.listenerName == record.listenerName
                && self.listenerPort == record.listenerPort && self.mode == record.tls?.mode
                && self.version == record.tls?.version && self.cipher == record.tls?.cipher
                && self.keyExchange == record.tls?.keyExchange && self.serverName == record.tls?.serverName
                && self.loadBalancerPath == record.loadBalancerPath
                && self.nodeAddress == record.nodeAddress
        }
    }

    /// A client's certificate.
    final class Client: Sendable {
        let facts: CertificateFacts
        /// `CN=…`, or the whole name.
        let identity: String
        /// Its issuer's name, for people.
        let issuer: String
        let row: ConnectionRow.Leaf
        /// Bytes, roughly.
        let cost: Int

        /// A certificate without what nobody is ever shown: names have up to 64 KiB.
        static func shown(_ facts: CertificateFacts) -> CertificateFacts {
            let limit = NameText.limit * 4
            guard facts.subject.utf8.count > limit || facts.issuer.utf8.count > limit else { return facts }
            return CertificateFacts(
                subject: String(facts.subject.prefix(limit)),
                issuer: String(facts.issuer.prefix(limit)),
                serialNumber: facts.serialNumber,
                notBefore: facts.notBefore,
                notAfter: facts.notAfter,
                fingerprint: facts.fingerprint,
                keyDescription: facts.keyDescription
            )
        }

        /// Of a certificate as it is ``shown(_:)``.
        init(_ facts: CertificateFacts) {
            self.facts = facts
            self.identity = NameText.identity(self.facts)
            self.issuer = NameText.readable(self.facts.issuer)
            self.row = ConnectionRow.Leaf(self.facts)
            self.cost = 1_024 + 3 * (self.facts.subject.utf8.count + self.facts.issuer.utf8.count)
        }
    }

    let number: UInt64
    let time: Timestamp
    let client: Endpoint
    let outcome: HandshakeOutcome?
    /// −1 where there is none.
    private let latency: Int32
    private let chainCount: UInt8
    private let isResumed: Bool
    /// How many attempts it stands for.
    let attempts: UInt32
    /// Set where the client had been let in before.
    let cut: CutCause?
    /// Why a client that was let in would be refused, where the listener only observes.
    let observed: RefusalReason?
    let traceID: TraceID
    let kind: Kind
    let certificate: Client?

    init(_ numbered: NumberedRecord, kind: Kind, certificate: Client?) {
        let record = numbered.record
        self.number = numbered.number
        self.time = record.time
        self.client = record.client
        self.outcome = record.tls?.outcome
        self.latency = record.tls?.latencyMicroseconds.map { Int32(clamping: max(0, $0)) } ?? -1
        self.chainCount = UInt8(clamping: record.tls?.chainCount ?? 0)
        self.isResumed = record.tls?.isResumed ?? false
        self.cut = record.tls?.cut
        self.observed = record.tls?.observed
        self.attempts = UInt32(clamping: record.attempts)
        self.traceID = record.traceID
        self.kind = kind
        self.certificate = certificate
    }

    var isFailure: Bool { self.outcome.map { !$0.isSuccess } ?? false }

    /// From the first byte to the end of the handshake; nil when it failed.
    var latencyMicroseconds: Int64? { self.latency < 0 ? nil : Int64(self.latency) }

    /// As filters see it.
    var row: ConnectionRow {
        ConnectionRow(
            time: self.time,
            client: self.client,
            listenerPort: self.kind.listenerPort,
            mode: self.kind.mode,
            outcome: self.outcome,
            latencyMicroseconds: self.latencyMicroseconds,
            chainCount: Int(self.chainCount),
            isResumed: self.isResumed,
            traceID: self.traceID,
            names: self.kind.names,
            leaf: self.certificate?.row,
            observed: self.observed
        )
    }

    /// What was packed, but for names longer than anybody is shown.
    var record: ConnectionRecord {
        ConnectionRecord(
            time: self.time,
            listenerID: self.kind.listenerID,
            listenerName: self.kind.listenerName,
            client: self.client,
            listenerPort: self.kind.listenerPort,
            tls: self.outcome.map { outcome in
                ConnectionRecord.TLSDetails(
                    mode: self.kind.mode ?? .off,
                    outcome: outcome,
                    version: self.kind.version,
                    cipher: self.kind.cipher,
                    keyExchange: self.kind.keyExchange,
                    latencyMicroseconds: self.latencyMicroseconds,
                    serverName: self.kind.serverName,
                    leaf: self.certificate?.facts,
                    chainCount: Int(self.chainCount),
                    isResumed: self.isResumed,
                    observed: self.observed,
                    cut: self.cut
                )
            },
            traceID: self.traceID,
            loadBalancerPath: self.kind.loadBalancerPath,
            nodeAddress: self.kind.nodeAddress,
            repeated: self.attempts > 1 ? UInt64(self.attempts) : nil
        )
    }
}
