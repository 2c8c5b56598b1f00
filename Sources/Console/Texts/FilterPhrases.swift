import Model

/// What is wrong with a filter, in every language.
extension Phrase {
    static func relatedShown(_ filter: String) -> Phrase {
        Phrase("only \(filter): Esc shows all", ja: "\(filter) のみ表示。Esc ですべて表示")
    }
    static func relatedKept(_ filter: String) -> Phrase {
        Phrase("your filter is kept: \(filter)", ja: "フィルタを維持しています: \(filter)")
    }
    static func mistake(_ mistake: FilterMistake) -> Phrase {
        Phrase(mistake.message, ja: self.japanese(mistake.kind))
    }

    private static func japanese(_ kind: FilterMistake.Kind) -> String {
        switch kind {
        case .noField(let name, let nearest, let known):
            "項目 \(name) はありません: \(nearest.map { "\($0) ですか" } ?? known.joined(separator: " "))"
        case .noValue(let field): "\(field) には値が必要です"
        case .noComparison(let field, let sign): "\(field) は \(sign) で比較できません"
        case .noNumber(_, let text): "「\(text)」は数値ではありません"
        case .noDuration(_, let text): "「\(text)」は時間の長さではありません: 50ms 30s 15m 2h 30d"
        case .noTime(_, let text): "「\(text)」は時刻ではありません: 15m 13:40 2026-11-23T13:40Z #17 (変更)"
        case .noChange(let number): "変更 #\(number) は手元にありません"
        case .noExpression(let reason): "正規表現の誤り: \(reason)"
        case .noSavedFilter(let name, let nearest):
            "保存したフィルタ \(name) はありません\(nearest.map { " (\($0) ですか)" } ?? "")"
        case .nothingAfter(let word): "\(word) の後に条件が必要です"
        case .notClosed(let sign): "\(sign) が閉じていません"
        case .unexpected(let sign): "\(sign) に対応する始まりがありません"
        case .tooLarge: "フィルタが大きすぎます"
        }
    }
}
