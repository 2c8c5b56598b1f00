extension FilterSchema {
    /// The fields of the connection log.
    public static let connections = FilterSchema([
        "outcome": .text, "reason": .text, "listener": .text, "port": .number, "mode": .text,
        "client": .address, "sni": .text, "tls": .text, "cipher": .text, "kx": .text, "ms": .milliseconds,
        "subject": .text, "cn": .text, "issuer": .text, "serial": .text, "fp": .text, "key": .text,
        "chain": .number, "conn": .text, "expires": .remaining, "age": .age, "since": .since, "at": .time,
        "has": .text,
    ])

    /// Those of them that ALB's line holds: what a filter can ask of the log's file.
    public static let connectionLines = FilterSchema([
        "outcome": .text, "reason": .text, "port": .number, "client": .address, "tls": .text,
        "cipher": .text, "kx": .text, "ms": .milliseconds, "subject": .text, "cn": .text, "serial": .text,
        "conn": .text, "expires": .remaining, "age": .age, "since": .since, "at": .time,
    ])
}

/// A record of the connection log as filters see it.
public struct ConnectionRow: FilterRow, Sendable {
    /// What a certificate is found by; the same for all records of one client.
    public final class Leaf: Sendable {
        let subject: FoldedText
        let commonName: FoldedText
        let issuer: FoldedText
        let serialNumber: FoldedText
        let fingerprint: FoldedText
        let key: FoldedText
        let notAfter: Timestamp

        public init(_ facts: CertificateFacts) {
            let name = NameText.identity(facts)
            self.subject = FoldedText(NameText.readable(facts.subject))
            self.commonName = FoldedText(name.hasPrefix("CN=") ? String(name.dropFirst(3)) : name)
            self.issuer = FoldedText(NameText.readable(facts.issuer))
            self.serialNumber = FoldedText(facts.serialNumber)
            self.fingerprint = FoldedText(facts.fingerprint)
            self.key = FoldedText(facts.keyDescription)
            self.notAfter = facts.notAfter
        }
    }

    /// Texts that many records share.
    public final class Names: Sendable {
        let listener: FoldedText
        let version: FoldedText?
        let shortVersion: FoldedText?
        let cipher: FoldedText?
        let keyExchange: FoldedText?
        let serverName: FoldedText?

        public init(_ record: ConnectionRecord) {
            self.listener = FoldedText(record.listenerName)
            self.version = record.tls?.version.map { FoldedText($0) }
            self.shortVersion = record.tls?.version.map { FoldedText($0.dropFirst(4)) }
            self.cipher = record.tls?.cipher.map { FoldedText($0) }
            self.keyExchange = record.tls?.keyExchange.map { FoldedText($0) }
            self.serverName = record.tls?.serverName.map { FoldedText($0) }
        }
    }

    public let time: Timestamp
    public let client: Endpoint
    public let listenerPort: UInt16
    public let mode: MutualAuthentication.Mode?
    public let outcome: HandshakeOutcome?
    public let latencyMicroseconds: Int64?
    public let chainCount: Int
    public let isResumed: Bool
    public let traceID: TraceID
    public let names: Names
    public let leaf: Leaf?
    /// Why a client that got through would be refused, where its listener only observes.
    public let observed: RefusalReason?

    public init(
        time: Timestamp,
        client: Endpoint,
        listenerPort: UInt16,
        mode: MutualAuthentication.Mode?,
        outcome: HandshakeOutcome?,
        latencyMicroseconds: Int64?,
        chainCount: Int,
        isResumed: Bool,
        traceID: TraceID,
        names: Names,
        leaf: Leaf?,
        observed: RefusalReason? = nil
    ) {
        self.time = time
        self.client = client
        self.listenerPort = listenerPort
        self.mode = mode
        self.outcome = outcome
        self.latencyMicroseconds = latencyMicroseconds
        self.chainCount = chainCount
        self.isResumed = isResumed
        self.traceID = traceID
        self.names = names
        self.leaf = leaf
        self.observed = observed
    }

    public init(_ record: ConnectionRecord) {
        self.init(
            time: record.time,
            client: record.client,
            listenerPort: record.listenerPort,
            mode: record.tls?.mode,
            outcome: record.tls?.outcome,
            latencyMicroseconds: record.tls?.latencyMicroseconds,
            chainCount: record.tls?.chainCount ?? 0,
            isResumed: record.tls?.isResumed ?? false,
            traceID: record.traceID,
            names: Names(record),
            leaf: (record.tls?.leaf).map { Leaf($0) },
            observed: record.tls?.observed
        )
    }

    // MARK: Filtering

    public func has(_ field: FilterField, _ passes: (FilterValue) -> Bool) -> Bool {
        func text(_ text: FoldedText?) -> Bool { text.map { passes(.text($0)) } ?? false }
        func number(_ number: (some BinaryInteger)?) -> Bool {
            number.map { passes(.number(Double($0))) } ?? false
        }
        switch field.name {
        case "outcome": return Words.outcome(self.isFailure).contains { passes(.text($0)) }
        case "reason": return Words.reasons(self.judged).contains { passes(.text($0)) }
        case "listener":
            return text(self.names.listener) || passes(.text(FoldedText(String(self.listenerPort))))
        case "port": return number(self.listenerPort)
        case "mode": return text(self.mode.map { FoldedText($0.rawValue) })
        case "client":
            return passes(.address(self.client.address))
                || passes(.text(FoldedText(self.client.address.description)))
                || passes(.text(FoldedText(self.client.description)))
        case "sni": return text(self.names.serverName)
        case "tls": return text(self.names.version) || text(self.names.shortVersion)
        case "cipher": return text(self.names.cipher)
        case "kx": return text(self.names.keyExchange)
        case "ms": return self.latencyMicroseconds.map { passes(.number(Double($0) / 1_000)) } ?? false
        case "subject": return text(self.leaf?.subject)
        case "cn": return text(self.leaf?.commonName)
        case "issuer": return text(self.leaf?.issuer)
        case "serial": return text(self.leaf?.serialNumber)
        case "fp": return text(self.leaf?.fingerprint)
        case "key": return text(self.leaf?.key)
        case "chain": return self.outcome == nil ? false : number(self.chainCount)
        case "conn": return passes(.text(FoldedText(self.traceID.description)))
        case "expires": return number(self.leaf?.notAfter.microseconds)
        case "age", "since", "at": return number(self.time.microseconds)
        case "has": return self.possessions.contains { passes(.text($0)) }
        default: return false
        }
    }

    public func contains(_ word: FoldedText) -> Bool {
        if self.names.listener.contains(word) { return true }
        if let leaf, leaf.subject.contains(word) || leaf.issuer.contains(word) { return true }
        if let leaf, leaf.serialNumber.contains(word) { return true }
        if let name = self.names.serverName, name.contains(word) { return true }
        if let version = self.names.version, version.contains(word) { return true }
        if Words.outcome(self.isFailure)[0].contains(word) { return true }
        if Words.reasons(self.judged).contains(where: { $0.contains(word) }) { return true }
        return Words.mayBeAddress(word) && FoldedText(self.client.description).contains(word)
    }

    private var isFailure: Bool { self.outcome.map { !$0.isSuccess } ?? false }

    /// What came of it, or would have if its listener did more than observe.
    private var judged: HandshakeOutcome? { self.observed.map { .refused($0) } ?? self.outcome }

    private var possessions: [FoldedText] {
        var words: [FoldedText] = []
        if self.outcome != nil { words.append(Words.tls) }
        if self.leaf != nil { words.append(Words.certificate) }
        if self.names.serverName != nil { words.append(Words.serverName) }
        if self.isResumed { words.append(Words.resumed) }
        if self.observed != nil { words.append(Words.observed) }
        return words
    }

    /// Words of our own, folded once.
    private enum Words {
        static let tls = FoldedText("tls")
        static let certificate = FoldedText("cert")
        static let serverName = FoldedText("sni")
        static let resumed = FoldedText("resumed")
        static let observed = FoldedText("observed")
        private static let failed = [FoldedText("fail"), FoldedText("failed")]
        private static let succeeded = [FoldedText("ok"), FoldedText("success")]

        static func outcome(_ isFailure: Bool) -> [FoldedText] { isFailure ? self.failed : self.succeeded }

        static func reasons(_ outcome: HandshakeOutcome?) -> [FoldedText] {
            switch outcome {
            case .refused(let reason): self.refusals[reason] ?? []
            case .failed(let detail): self.failures[detail] ?? []
            case .success, nil: []
            }
        }

        private static let refusals = Dictionary(
            uniqueKeysWithValues: RefusalReason.allCases.map {
                ($0, [FoldedText($0.shortWord), FoldedText($0.rawValue)])
            }
        )
        private static let failures = Dictionary(
            uniqueKeysWithValues: ConnectionErrorDetail.allCases.map {
                ($0, [FoldedText($0.rawValue), FoldedText(RefusalReason.unmapped.rawValue)])
            }
        )

        /// Whether a word can be a part of an address, so that most words cost no address as text.
        static func mayBeAddress(_ word: FoldedText) -> Bool {
            word.bytes.allSatisfy {
                (0x30...0x3A).contains($0) || (0x61...0x66).contains($0) || [0x2E, 0x5B, 0x5D].contains($0)
            }
        }
    }
}
