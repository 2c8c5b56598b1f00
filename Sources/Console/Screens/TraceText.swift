import Model

/// How a client was judged, line by line: what it sent, what each check found, what nearly fitted.
enum TraceText {
    /// The chain as presented, leaf first, and where it should have gone on.
    static func chain(_ trace: VerificationTrace, _ say: Language) -> [Detail.Line] {
        var lines: [Detail.Line] = []
        for (index, certificate) in trace.presented.enumerated() {
            let label = index == 0 ? say(.labelPresented) : ""
            guard let facts = certificate.facts else {
                lines.append(
                    Detail.Line(
                        label: label,
                        text: "\(index)  \(say(.unreadablePresented))",
                        role: .stateFail
                    )
                )
                continue
            }
            lines.append(
                Detail.Line(
                    label: label,
                    text: "\(index)  \(NameText.readable(facts.subject))",
                    role: .logIdentity
                )
            )
            let usage =
                (certificate.extendedKeyUsage + (certificate.isCertificateAuthority ? ["CA"] : []))
                .joined(separator: " ")
            lines.append(
                Detail.Line(
                    label: "",
                    text:
                        "   \(say(.validFromTo(Figures.date(facts.notBefore), Figures.date(facts.notAfter))))"
                        + "  \(facts.keyDescription)  \(usage)",
                    role: .textMuted
                )
            )
        }
        if let last = trace.presented.last?.facts, last.issuer != last.subject {
            let isFound = trace.path.count > trace.presented.count
            lines.append(
                Detail.Line(
                    label: "",
                    text: "\(isFound ? "+" : "?")  \(NameText.readable(last.issuer))"
                        + (isFound ? "" : "  " + say(.issuerNotInStore(self.store(trace)))),
                    role: isFound ? .stateOk : .stateFail
                )
            )
        }
        return lines
    }

    static func store(_ trace: VerificationTrace) -> String {
        "\(trace.trustStore) r\(trace.trustStoreRevision)"
    }

    static func steps(_ trace: VerificationTrace, _ say: Language) -> [Detail.Line] {
        var lines = trace.steps.filter { $0.result != .skipped }.enumerated().map { index, step in
            let role: Role =
                switch step.result {
                case .passed: .stateOk
                case .failed: .stateFail
                case .overlooked: .stateWarn
                case .skipped: .textMuted
                }
            return Detail.Line(
                label: index == 0 ? say(.labelSteps) : "",
                text: "\(step.result.rawValue)  \(step.name.rawValue): \(step.finding)",
                role: role
            )
        }
        for (index, candidate) in trace.candidates.enumerated() {
            lines.append(
                Detail.Line(
                    label: index == 0 ? say(.labelNearly) : "",
                    text: "\(NameText.short(candidate.subject)): \(candidate.mismatch)"
                )
            )
        }
        if !trace.otherTrustStores.isEmpty {
            let stores = trace.otherTrustStores.joined(separator: " ")
            lines.append(
                Detail.Line(label: say(.labelElsewhere), text: say(.elsewhere(stores)), role: .stateWarn)
            )
        }
        return lines
    }
}
