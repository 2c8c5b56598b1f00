import Model

/// A CA certificate in one line: who, of what kind, until when, and which one exactly.
enum AuthorityText {
    static func line(_ facts: CertificateFacts) -> String {
        "\(NameText.readable(facts.subject))  \(facts.keyDescription)  "
            + "\(Figures.date(facts.notAfter))  sha256 \(facts.fingerprint.prefix(8)).."
    }
}
