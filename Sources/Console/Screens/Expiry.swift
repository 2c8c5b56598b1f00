import Model

/// How long a certificate is still good for, as a word and a role.
struct Expiry: Hashable, Sendable {
    let text: String
    let role: Role

    /// Days before the end in which it is a warning.
    static let warningDays: Int64 = 30

    /// Judges a certificate; without the time only the date is told.
    init(_ facts: CertificateFacts, now: Timestamp?) {
        guard let now else {
            self.text = "until \(Figures.date(facts.notAfter))"
            self.role = .text
            return
        }
        let left = facts.notAfter.seconds - now.seconds
        if facts.notBefore > now {
            self.text = "not valid before \(facts.notBefore.iso8601)"
            self.role = .stateWarn
        } else if left < 0 {
            self.text = "EXPIRED \(Figures.date(facts.notAfter))"
            self.role = .stateFail
        } else {
            self.text = "expires in \(Figures.duration(seconds: left))"
            self.role = left < Self.warningDays * 86_400 ? .stateWarn : .text
        }
    }
}
