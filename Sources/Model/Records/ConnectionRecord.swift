/// One attempt to connect, successful or not: a line of the connection log (`alb-mtls` 2.2).
///
/// A client that was cut while it was connected has a second one, with the same ``traceID``.
public struct ConnectionRecord: Hashable, Sendable, Codable {
    /// When the connection was established, or failed.
    public var time: Timestamp
    public let listenerID: ResourceID
    public let listenerName: String
    public var client: Endpoint
    public let listenerPort: UInt16
    /// nil on an HTTP or TCP listener.
    public var tls: TLSDetails?
    public var traceID: TraceID
    /// `app/<name>/<id>`.
    public let loadBalancerPath: String
    /// The local address of the connection.
    public let nodeAddress: IPAddress
    /// Set where the record stands for more than one attempt: of a client that keeps failing, the last of so
    /// many; see ``EngineLimits/failureWindow``.
    public var repeated: UInt64?

    /// What a TLS handshake came to.
    public struct TLSDetails: Hashable, Sendable, Codable {
        public let mode: MutualAuthentication.Mode
        public let outcome: HandshakeOutcome
        /// `TLSv1.2`, `TLSv1.3`; nil when none was negotiated.
        public let version: String?
        /// OpenSSL's name; nil when none was negotiated.
        public let cipher: String?
        /// The group's name, as OpenSSL spells it.
        public let keyExchange: String?
        /// From the first byte of the ClientHello to the end of the handshake; nil when it failed.
        public var latencyMicroseconds: Int64?
        /// The name the client asked for, made of letters, digits, `-`, `.` and `_` only; nil without one.
        public let serverName: String?
        /// The leaf the client sent, also when it was refused; nil if none, or not readable.
        public var leaf: CertificateFacts?
        /// Certificates in the client's message; 0 for none.
        public let chainCount: Int
        public let isResumed: Bool
        /// How the client came to be refused; nil where it was not, or nothing was verified.
        public var trace: VerificationTrace?
        /// What the client would have been refused for, on a listener that only observes.
        public var observed: RefusalReason?
        /// Set where the client had passed in its handshake, and was judged again; nil for a handshake.
        public var cut: CutCause?
        /// What a client presented that was refused or that its worker has not seen before, as DER, leaf
        /// first; empty for others.
        ///
        /// On its way from the engine to where it is kept; never encoded with the record.
        public var presentedChain: [[UInt8]] = []
        /// Of the leaf, as ``PresentedCertificate/alternativeNames``; never encoded with the record.
        public var alternativeNames: [String] = []
        /// What vouches for a client that is verified; never encoded with the record.
        public var anchor: TrustAnchor?

        private enum CodingKeys: String, CodingKey {
            case mode, outcome, version, cipher, keyExchange, latencyMicroseconds, serverName, leaf
            case chainCount, isResumed, trace, observed, cut
        }

        public init(
            mode: MutualAuthentication.Mode,
            outcome: HandshakeOutcome,
            version: String?,
            cipher: String?,
            keyExchange: String?,
            latencyMicroseconds: Int64?,
            serverName: String?,
            leaf: CertificateFacts?,
            chainCount: Int,
            isResumed: Bool,
            trace: VerificationTrace? = nil,
            observed: RefusalReason? = nil,
            cut: CutCause? = nil,
            presentedChain: [[UInt8]] = []
        ) {
            self.mode = mode
            self.outcome = outcome
            self.version = version
            self.cipher = cipher
            self.keyExchange = keyExchange
            self.latencyMicroseconds = latencyMicroseconds
            self.serverName = serverName
            self.leaf = leaf
            self.chainCount = chainCount
            self.isResumed = isResumed
            self.trace = trace
            self.observed = observed
            self.cut = cut
            self.presentedChain = presentedChain
        }

        /// What happened, as precisely as it is known; nil for a success.
        public var sentence: String? {
            guard let sentence = self.trace?.sentence ?? self.outcome.sentence else { return nil }
            return self.cut.map { "\($0.sentence) \(sentence)" } ?? sentence
        }

        /// What mends it; nil for a success.
        public var remedy: String? { self.trace?.remedy ?? self.outcome.remedy }
    }

    public init(
        time: Timestamp,
        listenerID: ResourceID,
        listenerName: String,
        client: Endpoint,
        listenerPort: UInt16,
        tls: TLSDetails?,
        traceID: TraceID,
        loadBalancerPath: String,
        nodeAddress: IPAddress,
        repeated: UInt64? = nil
    ) {
        self.time = time
        self.listenerID = listenerID
        self.listenerName = listenerName
        self.client = client
        self.listenerPort = listenerPort
        self.tls = tls
        self.traceID = traceID
        self.loadBalancerPath = loadBalancerPath
        self.nodeAddress = nodeAddress
        self.repeated = repeated
    }

    /// How many it stands for.
    public var attempts: UInt64 { self.repeated ?? 1 }

    /// Whether the client was refused, or the handshake did not complete; false on HTTP and TCP listeners.
    public var isFailure: Bool { self.tls.map { !$0.outcome.isSuccess } ?? false }
}

extension ConnectionRecord {
    /// The record as ALB writes it, without a line end; fields 1 to 15 of `alb-mtls` 2.2.
    public var albLine: String {
        let hasLeafFields = self.tls.map { $0.mode != .off } ?? false
        let leaf = hasLeafFields ? self.tls?.leaf : nil
        let latency = self.tls?.latencyMicroseconds.map(Self.seconds)
        let status: String? = self.tls.map { details in
            (details.outcome.reason ?? details.observed).map { "Failed:\($0.rawValue)" } ?? "Success"
        }
        let fields: [String] = [
            self.time.iso8601Microseconds,
            self.client.address.description,
            String(self.client.port),
            String(self.listenerPort),
            self.tls?.version ?? "-",
            self.tls?.cipher ?? "-",
            latency ?? "-",
            "\"\(leaf.map { Self.quotable($0.subject) } ?? "-")\"",
            leaf?.validity ?? "-",
            leaf?.serialNumber ?? "-",
            status ?? "-",
            self.traceID.description,
            self.tls?.keyExchange ?? "-",
            self.loadBalancerPath,
            self.nodeAddress.description,
        ]
        return fields.joined(separator: " ")
    }

    /// Seconds with three decimals, rounded down.
    private static func seconds(_ microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds) / 1_000
        return "\(milliseconds / 1_000).\(String(milliseconds % 1_000 + 1_000).dropFirst())"
    }

    /// A subject that cannot end the quoted field or the line, whatever a stranger put into it.
    ///
    /// RFC 2253 already writes a quote as `\"`; the check is for what is not RFC 2253.
    private static func quotable(_ subject: String) -> String {
        var text = ""
        var isEscaped = false
        for scalar in subject.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                text += "\\\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16, uppercase: true))"
                isEscaped = false
                continue
            }
            if scalar == "\"", !isEscaped { text += "\\" }
            isEscaped = scalar == "\\" && !isEscaped
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

/// A record with its place in the gate's log: numbers grow by one and are never reused by one process.
public struct NumberedRecord: Hashable, Sendable, Codable {
    public let number: UInt64
    public let record: ConnectionRecord

    public init(number: UInt64, record: ConnectionRecord) {
        self.number = number
        self.record = record
    }
}
