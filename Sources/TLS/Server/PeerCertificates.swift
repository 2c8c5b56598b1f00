public import Model

/// The certificates of a client's message, exactly as it sent them.
///
/// Kept as the bytes that were received, not as what a library would write again: a target that compares
/// fingerprints, and a person who reads the log of a refused client, see the client's own certificate. At
/// most ``EngineLimits/certificateMessageBytes`` are held. Not `Sendable`: it belongs to its connection's
/// worker.
public final class PeerCertificates {
    let message: CertificateMessage

    /// The leaf with its key; nil if the handshake failed before it was read.
    let certificate: Certificate?

    /// What vouches for the client; nil unless it is verified.
    public let anchor: TrustAnchor?

    /// What the caller has made of the certificates, such as the lines that name the client to a target.
    ///
    /// Connections that show the same certificates under the same policy may share this object, and with it
    /// what is kept here; see ``VerdictCache``.
    public var derived: AnyObject?

    /// A record has told of these certificates.
    public var isRecorded = false

    /// What is needed to judge them again; nil until they have passed.
    private(set) var remembered: RememberedChain?

    /// When the judgement by which they passed may come out otherwise, in seconds since 1970.
    private(set) var turningPoint = Int64.max

    init(_ message: CertificateMessage, certificate: Certificate?, anchor: TrustAnchor? = nil) {
        self.message = message
        self.certificate = certificate
        self.anchor = anchor
    }

    /// Certificates in the message, leaf included; at least 1.
    public var count: Int { self.message.ranges.count }

    /// DER, leaf first.
    public var certificates: [[UInt8]] { self.message.certificates.map { Array($0) } }

    /// What the leaf says; nil if it cannot be read.
    ///
    /// Read once, when first asked for.
    public private(set) lazy var leaf: CertificateFacts? = {
        guard let der = self.message.certificates.first,
            let certificate = self.certificate ?? Certificate(der: der)
        else { return nil }
        return FactsReader.facts(of: certificate, der: der)
    }()

    /// They have passed; `share` lends bytes that others hold too.
    func passed(until turningPoint: Int64?, sharing share: ([UInt8]) -> [UInt8]) {
        self.turningPoint = turningPoint ?? .max
        self.remembered = self.certificate.map { leaf in
            RememberedChain(
                leaf: leaf,
                issuers: self.message.certificates.dropFirst().map { share(Array($0)) }
            )
        }
    }

    /// The leaf's, as ``PresentedCertificate/alternativeNames``; none if it cannot be read.
    ///
    /// Read once, when first asked for.
    public private(set) lazy var alternativeNames: [String] = {
        guard let der = self.message.certificates.first,
            let certificate = self.certificate ?? Certificate(der: der)
        else { return [] }
        return PresentedReader.alternativeNames(of: certificate.handle)
    }()

    /// Who the leaf is for; nil if it cannot be read.
    public func identity() -> ClientIdentity? {
        guard let der = self.message.certificates.first,
            let certificate = self.certificate ?? Certificate(der: der)
        else { return nil }
        return IdentityReader.read(certificate, der: der)
    }

    /// The leaf in PEM: 64 columns, LF after every line.
    public func leafPEM() -> [UInt8] {
        self.message.certificates.first.map { PEM.encode($0) } ?? []
    }

    /// All certificates in PEM, leaf first, as they were sent.
    public func chainPEM() -> [UInt8] {
        self.message.certificates.flatMap { PEM.encode($0) }
    }
}
