import Model
import TLS

/// The certificates that listeners and target groups of a declaration use, each once, with their keys.
///
/// A certificate is the same as one in force when chain and key are. A key that is missing is never the
/// same, so that applying the declaration again mends a lost key file.
struct CertificatePool {
    private let current: [ServerCertificate]
    private let keys: [ResourceID: SecretText]

    /// In the order of the declaration.
    private(set) var used: [ServerCertificate] = []
    private(set) var usedKeys: [ResourceID: SecretText] = [:]

    init(current: [ServerCertificate], keys: [ResourceID: SecretText]) {
        self.current = current
        self.keys = keys
    }

    /// The identifier of a declared certificate; `field` is the path of the pair.
    mutating func resolve(
        _ desired: DesiredCertificate,
        field: String
    ) throws(OperatorError) -> ResourceID {
        let facts: CertificateFacts
        do {
            facts = try CertificateReader.serverCertificate(
                chain: desired.certificate,
                key: desired.privateKey
            )
        } catch {
            let isAboutKey = error.code == .invalidPrivateKey || error.code == .certificateKeyMismatch
            throw error.about(isAboutKey ? "\(field).privateKey" : "\(field).certificate")
        }
        let chain = Self.certificateBlocks(desired.certificate.text)
        let key = desired.privateKey.text
        if let known = self.used.first(where: { $0.chainPEM == chain && self.usedKeys[$0.id] == key }) {
            return known.id
        }
        let kept = self.current.first { $0.chainPEM == chain && self.keys[$0.id] == key }
        let certificate =
            kept
            ?? ServerCertificate(
                id: .random(),
                chainPEM: chain,
                leaf: facts,
                source: desired.certificate.path
            )
        self.used.append(certificate)
        self.usedKeys[certificate.id] = key
        return certificate.id
    }

    /// Only the certificates of a PEM file, with LF line ends.
    ///
    /// Many tools write chain and private key into one file; the chain is stored and shown, so whatever
    /// else the file holds must not come along.
    static func certificateBlocks(_ text: String) -> String {
        var lines: [Substring] = []
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingTrailingBlanks()
            if line == "-----BEGIN CERTIFICATE-----" { isInside = true }
            if isInside { lines.append(line) }
            if line == "-----END CERTIFICATE-----" { isInside = false }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Substring {
    fileprivate func trimmingTrailingBlanks() -> Substring {
        var line = self
        while let last = line.last, last == " " || last == "\t" { line.removeLast() }
        return line
    }
}
