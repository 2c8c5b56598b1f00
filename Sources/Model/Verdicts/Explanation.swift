/// A question why a client was, or would be, accepted or refused.
public enum ExplanationRequest: Hashable, Sendable, Codable {
    /// A record of the connection log: its `TID_…`, or its number.
    case record(String)
    case certificate(CertificateQuestion)
}

/// How certificates would be judged.
public struct CertificateQuestion: Hashable, Sendable, Codable {
    /// PEM, leaf first, from one file or several.
    public var files: [FileContents]
    /// By name, ARN, id or port; nil for the only one that verifies.
    public var listener: String?
    /// The name a client would ask for, where names have policies of their own.
    public var serverName: String?
    /// By name, in place of the listener's.
    public var trustStore: String?
    /// nil for now.
    public var time: Timestamp?

    public init(
        files: [FileContents],
        listener: String? = nil,
        serverName: String? = nil,
        trustStore: String? = nil,
        time: Timestamp? = nil
    ) {
        self.files = files
        self.listener = listener
        self.serverName = serverName
        self.trustStore = trustStore
        self.time = time
    }
}

/// The answer: what happened or would happen, and what is needed to see it again.
public struct Explanation: Hashable, Sendable, Codable {
    /// The record that was asked about; nil for certificates.
    public let record: NumberedRecord?
    /// Whose policy it was or would be; nil where a trust store alone was named.
    public let listener: String?
    /// nil where nothing was verified.
    public let trace: VerificationTrace?
    /// What was presented, leaf first; empty where it is not, or no longer, kept.
    public let chainPEM: String
    /// The CAs of the trust store as it is now; empty where there is none.
    public let anchorsPEM: String
    /// The name of the trust store as it is now is that of the trace, and so is its revision.
    public let isSameTrustStore: Bool

    public init(
        record: NumberedRecord? = nil,
        listener: String?,
        trace: VerificationTrace?,
        chainPEM: String,
        anchorsPEM: String,
        isSameTrustStore: Bool
    ) {
        self.record = record
        self.listener = listener
        self.trace = trace
        self.chainPEM = chainPEM
        self.anchorsPEM = anchorsPEM
        self.isSameTrustStore = isSameTrustStore
    }

    /// Whether the client was, or would be, let in.
    public var isAccepted: Bool {
        if let record { return !record.record.isFailure && record.record.tls?.observed == nil }
        return self.trace?.isAccepted ?? false
    }

    public var sentence: String? { self.record?.record.tls?.sentence ?? self.trace?.sentence }
    public var remedy: String? { self.trace?.remedy ?? self.record?.record.tls?.remedy }
}
