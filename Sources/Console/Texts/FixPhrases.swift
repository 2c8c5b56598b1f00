/// What mends a refusal.
extension Phrase {
    static let fixTitle = Phrase("What mends it", ja: "対処")
    static let labelMend = Phrase("MEND", ja: "対処")
    static let hintFix = Phrase("mend", ja: "対処")
    static let helpFix = Phrase(
        "what mends the refusal under the cursor, each with its preview",
        ja: "カーソル行の拒否への対処 (影響の確認つき)"
    )
    static let helpAddSent = Phrase(
        "add the CA that the refused client sent to the trust store",
        ja: "拒否されたクライアントが送った CA をトラストストアに追加"
    )
    static let fixSent = Phrase("add the CA that the client sent", ja: "クライアントが送った CA を追加")
    static func fixInto(_ name: String, _ store: String) -> Phrase {
        Phrase("\(name) into \(store)", ja: "\(name) を \(store) へ")
    }
    static func fixFile(_ store: String) -> Phrase {
        Phrase("add its CA to \(store) from a file", ja: "\(store) に CA をファイルから追加")
    }
    static let fixOpensFiles = Phrase("opens the choice of a file", ja: "ファイル選択を開く")
    static func fixRevision(_ store: String) -> Phrase {
        Phrase("bring back an earlier bundle of \(store)", ja: "\(store) の以前のバンドルに戻す")
    }
    static func fixUndo(_ number: Int64, _ author: String) -> Phrase {
        Phrase("undo #\(number) of \(author), just before", ja: "直前の変更 #\(number) (\(author)) を取り消す")
    }
    static func fixPassthrough(_ listener: String) -> Phrase {
        Phrase("\(listener) to passthrough", ja: "\(listener) を passthrough にする")
    }
    static let fixWeakens = Phrase("STOPS VERIFYING everybody there", ja: "そのリスナーの検証を止めます")
    static let fixReport = Phrase("changes nothing", ja: "何も変更しません")
    static let fixNotKept = Phrase(
        "the gate does not keep this client's certificates any more: take a newer refusal, or a file",
        ja: "このクライアントの証明書は残っていません。新しい拒否を選ぶか、ファイルを使ってください"
    )
}
