import Model

/// An explanation as people read it.
struct ExplanationText {
    private let explanation: Explanation

    init(_ explanation: Explanation) {
        self.explanation = explanation
    }

    var lines: [String] {
        var lines = [self.headline]
        if let sentence = self.explanation.sentence { lines.append(sentence) }
        if let remedy = self.explanation.remedy { lines.append("Remedy: \(remedy)") }
        if let record = self.explanation.record?.record {
            let others = record.repeated.map { ", the last of \($0) alike" } ?? ""
            lines += ["", "\(record.traceID), \(record.time.iso8601), from \(record.client)\(others)"]
        }
        guard let trace = self.explanation.trace else { return lines }
        lines += ["", "Presented:"] + self.presented(trace)
        lines += ["", "Steps:"]
        lines += trace.steps.map { step in
            "  \(Self.padded(step.result.rawValue, 10)) \(Self.padded(step.name.rawValue, 12)) \(step.finding)"
        }
        if !trace.path.isEmpty {
            lines += ["", "Path:"]
            lines += trace.path.enumerated().map { depth, subject in "  \(depth) \(subject)" }
        }
        if !trace.candidates.isEmpty {
            lines += ["", "Could have been the issuer:"]
            lines += trace.candidates.map { "  \($0.subject) (\($0.place.rawValue)) \($0.mismatch)" }
        }
        if !trace.otherTrustStores.isEmpty {
            lines += ["", "The issuer stands in: \(trace.otherTrustStores.joined(separator: ", "))"]
        }
        return lines
    }

    private var headline: String {
        let trace = self.explanation.trace
        let tls = self.explanation.record?.record.tls
        let reason = trace.map(\.refusal) ?? tls?.outcome.reason
        let what =
            tls?.observed != nil
            ? "Let through, would be refused" : tls?.cut != nil ? "Cut while connected" : "Refused"
        let verdict = reason.map { "\(what): \($0.rawValue)" } ?? "Accepted"
        let listener = self.explanation.listener.map { "listener \($0)" }
        let store = trace.map { "trust store \($0.trustStore), revision \($0.trustStoreRevision)" }
        let places = [listener, store].compactMap { $0 }.joined(separator: ", ")
        return places.isEmpty ? verdict : "\(verdict) (\(places))"
    }

    private func presented(_ trace: VerificationTrace) -> [String] {
        guard !trace.presented.isEmpty else { return ["  nothing that could be read"] }
        var lines: [String] = []
        for (index, certificate) in trace.presented.enumerated() {
            guard let facts = certificate.facts else {
                lines.append("  \(index) \(certificate.byteCount) bytes that are no certificate")
                continue
            }
            lines.append("  \(index) \(facts.subject)")
            lines.append("    issuer      \(facts.issuer)")
            lines.append("    serial      \(facts.serialNumber)")
            lines.append("    valid       \(facts.notBefore.iso8601) to \(facts.notAfter.iso8601)")
            lines.append(
                "    key         \(facts.keyDescription), \(certificate.signatureAlgorithm), "
                    + "X.509 v\(certificate.version)\(certificate.isCertificateAuthority ? ", CA" : "")"
            )
            let usage = certificate.keyUsage + certificate.extendedKeyUsage
            if !usage.isEmpty { lines.append("    usage       \(usage.joined(separator: ", "))") }
            if !certificate.alternativeNames.isEmpty {
                lines.append("    names       \(certificate.alternativeNames.joined(separator: ", "))")
            }
            lines.append("    fingerprint \(facts.fingerprint)")
        }
        let rest = trace.presentedCount - trace.presented.count
        return rest > 0 ? lines + ["  and \(rest) more"] : lines
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
