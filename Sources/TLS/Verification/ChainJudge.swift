import COpenSSL
public import Model

/// Judges certificates outside of a handshake, by the function that judges clients in one.
public struct ChainJudge: Sendable {
    private let policy: PeerVerifier.Policy

    /// Reads what clients are to be judged by.
    ///
    /// - Throws: ``OperatorError`` if the trust store cannot be used.
    public init(_ verification: ClientPolicy.Verification) throws(OperatorError) {
        self.policy = try PeerVerifier.Policy(verification)
    }

    /// Why a chain would be refused; nil if it would not.
    public func refusal(of chain: [[UInt8]], at time: Timestamp) -> RefusalReason? {
        Self.verdict(of: chain.prefix(Self.certificateLimit).map { $0[...] }, by: self.policy, at: time)
            .refusal
    }

    /// Judges what a client would present.
    ///
    /// - Parameters:
    ///   - chain: DER, leaf first.
    ///   - time: the moment at which certificates must be valid.
    ///   - directory: where a missing issuer is looked for besides.
    /// - Returns: the verdict, and how it came to be.
    public func trace(
        of chain: [[UInt8]],
        at time: Timestamp,
        knowing directory: AuthorityDirectory
    ) -> VerificationTrace {
        let presented = chain.prefix(Self.certificateLimit).map { $0[...] }
        let verdict = Self.verdict(of: presented, by: self.policy, at: time)
        return TraceWriter(
            presented: presented,
            policy: self.policy,
            verdict: verdict,
            refusal: verdict.refusal,
            time: time,
            directory: directory
        ).trace()
    }

    /// Certificates of one question; beyond it they are refused as they would be in a handshake.
    private static let certificateLimit = 64

    /// The certificates in a text of PEM blocks, as DER; blocks of other kinds are passed over.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the file.
    public static func certificates(in file: FileContents) throws(OperatorError) -> [[UInt8]] {
        let blocks: [PEM.Block]
        do {
            blocks = try PEM.blocks(in: file.text, between: .anyText)
        } catch {
            throw OperatorError(
                .invalidCertificate,
                subject: file.path,
                message: "\(file.path) line \(error.line) \(error.problem)",
                hint: error.hint
            )
        }
        let certificates = blocks.filter { $0.label == PEM.certificateLabel }.map(\.der)
        guard !certificates.isEmpty else {
            throw OperatorError(
                .invalidCertificate,
                subject: file.path,
                message: "\(file.path) holds no certificate.",
                hint: "Export the client's certificate as PEM (it begins with -----BEGIN CERTIFICATE-----)."
            )
        }
        return certificates
    }

    /// PEM of certificates in DER.
    public static func pem(_ chain: [[UInt8]]) -> String {
        String(decoding: chain.flatMap { PEM.encode($0[...]) }, as: UTF8.self)
    }

    private static func verdict(
        of presented: [ArraySlice<UInt8>],
        by policy: PeerVerifier.Policy,
        at time: Timestamp
    ) -> Verdict {
        // Each certificate has its length in front of it in the message, and the list too.
        guard presented.reduce(3, { $0 + $1.count + 3 }) <= EngineLimits.certificateMessageBytes else {
            return Verdict(refusal: .maxSizeExceeded, code: X509_V_ERR_UNSPECIFIED, findings: [])
        }
        let certificates = presented.compactMap { Certificate(der: $0) }
        guard certificates.count == presented.count, let stack = copenssl_x509_stack_new() else {
            return Verdict(refusal: .invalid, code: X509_V_ERR_UNSPECIFIED, findings: [])
        }
        defer { copenssl_x509_stack_free(stack) }
        for certificate in certificates { copenssl_x509_stack_push(stack, certificate.handle) }
        return withExtendedLifetime(certificates) {
            PeerVerifier.judge(stack, by: policy, at: time, keepsPath: true)
        }
    }
}
