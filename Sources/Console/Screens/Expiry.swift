import Model

/// How long a certificate is still good for, as a text and a role.
struct Expiry: Hashable, Sendable {
    let text: Phrase
    /// The same for those who hear it, with units in full.
    let words: Phrase
    let role: Role

    /// Days before the end in which it is a warning.
    static let warningDays: Int64 = 30

    /// Judges a certificate; without the time only the date is told.
    init(_ facts: CertificateFacts, now: Timestamp?) {
        guard let now else {
            self.text = .until(Figures.date(facts.notAfter))
            self.words = self.text
            self.role = .text
            return
        }
        let left = facts.notAfter.seconds - now.seconds
        if facts.notBefore > now {
            self.text = .notValidBefore(facts.notBefore.iso8601)
            self.words = self.text
            self.role = .stateWarn
        } else if left < 0 {
            self.text = .expired(Figures.date(facts.notAfter))
            self.words = self.text
            self.role = .stateFail
        } else {
            self.text = .expiresIn(.duration(seconds: left))
            self.words = .expiresIn(.toldDuration(seconds: left))
            self.role = left < Self.warningDays * 86_400 ? .stateWarn : .text
        }
    }

    /// `61 d`, for a column.
    static func short(_ facts: CertificateFacts, now: Timestamp, _ language: Language) -> Table.Field {
        let left = facts.notAfter.seconds - now.seconds
        if left < 0 { return Table.Field(text: "EXPIRED", role: .stateFail) }
        let role: Role = left < Self.warningDays * 86_400 ? .stateWarn : .text
        return Table.Field(text: language(.duration(seconds: left)), role: role)
    }

    /// The state of a certificate as a word, the same in every language.
    static func word(_ facts: CertificateFacts, now: Timestamp?) -> String {
        switch Expiry(facts, now: now).role {
        case .stateFail: "EXPIRED"
        case .stateWarn: now.map { facts.notBefore > $0 } == true ? "not-yet" : "expiring"
        default: "ok"
        }
    }

    static func wordRole(_ facts: CertificateFacts, now: Timestamp?) -> Role {
        let role = Expiry(facts, now: now).role
        return role == .text ? .stateOk : role
    }
}
