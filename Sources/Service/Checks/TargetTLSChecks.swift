import Model
import TLS

/// What a declared target group may say about TLS with its targets.
struct TargetTLSChecks {
    let now: Timestamp
    var certificates: CertificatePool

    /// nil for a group whose targets are spoken to in clear text.
    mutating func resolve(
        _ wanted: DesiredTargetGroup,
        previous: TargetGroup?,
        path: String
    ) throws(OperatorError) -> TargetTLS? {
        guard wanted.protocol.usesTLS else {
            let field: String? =
                wanted.clientCertificate != nil
                ? "clientCertificate" : wanted.targetVerification != nil ? "targetVerification" : nil
            guard let field else { return nil }
            let secure = wanted.protocol.balancer == .network ? "TLS" : "HTTPS"
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(path).\(field)",
                message: "Target group \(wanted.name) speaks \(wanted.protocol.rawValue), without TLS.",
                hint: "Remove \(field), or make the protocol \(secure)."
            )
        }
        var id: ResourceID?
        if let certificate = wanted.clientCertificate {
            id = try self.certificates.resolve(certificate, field: "\(path).clientCertificate")
        }
        return TargetTLS(
            clientCertificateID: id,
            verification: try wanted.targetVerification.map { verification throws(OperatorError) in
                try Self.verification(
                    verification,
                    previous: previous?.tls?.verification,
                    path: "\(path).targetVerification",
                    now: self.now
                )
            }
        )
    }

    /// As with trust stores, bytes that were accepted once are not read again.
    static func verification(
        _ wanted: DesiredTargetVerification,
        previous: TargetVerification?,
        path: String,
        now: Timestamp
    ) throws(OperatorError) -> TargetVerification {
        let serverName = try wanted.serverName.map { name throws(OperatorError) in
            try self.serverName(name, field: "\(path).serverName")
        }
        let bundle = wanted.caCertificatesBundle
        let digest = CertificateReader.sha256Hex(bundle.text.utf8)
        if let previous, previous.source.digest == digest {
            return TargetVerification(
                certificates: previous.certificates,
                source: previous.source,
                serverName: serverName
            )
        }
        do {
            return TargetVerification(
                certificates: try CertificateReader.trustBundle(bundle),
                source: BundleSource(path: bundle.path, digest: digest, readAt: now),
                serverName: serverName
            )
        } catch {
            throw error.about("\(path).caCertificatesBundle")
        }
    }

    private static func serverName(_ text: String, field: String) throws(OperatorError) -> String {
        if let address = IPAddress(text) { return address.description }
        guard let name = SNIRoute.normalized(text), !name.hasPrefix("*") else {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "\"\(text)\" is neither a host name nor an address.",
                hint: "Write one that the targets' certificates are for, such as app.internal or 10.0.0.7."
            )
        }
        return name
    }
}
