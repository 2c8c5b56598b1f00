import Model

/// Every reason a handshake can fail for, as the console names them.
enum Reasons {
    struct Reason: Hashable, Sendable {
        let outcome: HandshakeOutcome
        /// The short word; unique.
        let word: String
        /// The connection log's code.
        let code: Phrase
    }

    static let all: [Reason] =
        RefusalReason.allCases.filter { $0 != .unmapped }.map { reason in
            Reason(
                outcome: .refused(reason),
                word: reason.shortWord,
                code: Phrase(verbatim: reason.rawValue)
            )
        }
        + ConnectionErrorDetail.allCases.map { detail in
            Reason(
                outcome: .failed(detail),
                word: detail.rawValue,
                code: Phrase(verbatim: RefusalReason.unmapped.rawValue)
            )
        }

    /// The code of a short word, and the word where several have one code.
    static func full(_ word: String) -> String {
        guard let reason = self.all.first(where: { $0.word == word }) else { return word }
        guard case .failed = reason.outcome else { return reason.code.english }
        return "Unmapped: \(word)"
    }
}

extension ConsoleState {
    /// What a reason means, over the page.
    mutating func explain(_ word: String?) -> [Effect] {
        guard let word else {
            self.overlay = .help(HelpView(section: .reasons))
            return []
        }
        let wanted = word.lowercased()
        guard
            let reason = Reasons.all.first(where: {
                $0.word == wanted || $0.code.english.lowercased() == wanted
            })
        else {
            self.say(.warn, .noSuch(.nounReason, word))
            return []
        }
        let say = self.language
        self.overlay = .detail(
            Detail(
                title: "\(reason.code.english)  \(reason.word)",
                lines: [
                    Detail.Line(
                        label: say(.labelCause),
                        text: Phrase.sentence(reason.outcome).map { say($0) } ?? "",
                        role: .logReason
                    ),
                    Detail.Line(
                        label: say(.labelDo),
                        text: Phrase.remedy(reason.outcome).map { say($0) } ?? "",
                        role: .stateWarn
                    ),
                    Detail.Line(label: say(.logFilter), text: "reason:\(reason.word)"),
                ]
            ),
            scroll: 0
        )
        return []
    }
}
