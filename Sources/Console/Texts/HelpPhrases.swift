/// The help beside the commands: the filter language, and what the words on the screen mean.
extension Phrase {
    static func helpTitle(_ page: Phrase) -> Phrase {
        Phrase("Help: \(page.english)", ja: "ヘルプ: \(page.japanese)")
    }
    static let sectionPage = Phrase("this page", ja: "このページ")
    static let sectionAll = Phrase("all pages", ja: "全ページ")
    static let sectionFilter = Phrase("filter language", ja: "フィルタ")
    static let sectionReasons = Phrase("reasons", ja: "理由コード")
    static let sectionWords = Phrase("words", ja: "用語")
    static let helpSafety = Phrase(
        "Changes open a dialogue. No Ctrl key and no pasted text changes anything.",
        ja: "変更は必ず確認画面を開きます。Ctrl キーと貼り付けでは何も変わりません。"
    )
    static func helpChangedKeys(_ names: String) -> Phrase {
        Phrase("keys.yaml has its own keys for: \(names)", ja: "keys.yaml で変更したキー: \(names)")
    }

    static let filterTitle = Phrase("Filter language", ja: "フィルタの書き方")
    static let filterFields = Phrase("Fields here", ja: "ここで使える項目")
    static let filterExamples = Phrase("Examples, for the log", ja: "例 (ログ)")
    static let filterEquals = Phrase(
        "the whole value, * and ? stand for anything, any case",
        ja: "値全体の一致。* と ? は任意の文字、大文字小文字は区別しない"
    )
    static let filterDiffers = Phrase("anything else", ja: "不一致")
    static let filterExpression = Phrase(
        "a match of an expression anywhere in it; !~ for none",
        ja: "正規表現に一致。!~ は不一致"
    )
    static let filterNumbers = Phrase(
        "numbers and time spans: ms>50 age<5m",
        ja: "数値と時間の比較: ms>50 age<5m"
    )
    static let filterRange = Phrase("from a to b: at:13:40..13:59", ja: "a から b: at:13:40..13:59")
    static let filterNetwork = Phrase("addresses of a network", ja: "ネットワークに属するアドレス")
    static let filterSet = Phrase("any of them", ja: "いずれか")
    static let filterSince = Phrase(
        "younger than; also a time, or #17 for a change",
        ja: "それ以降。時刻や #17 (変更) も可"
    )
    static let filterExpires = Phrase("ends within", ja: "期限がそれ以内")
    static let filterHas = Phrase(
        "there is one: cert sni tls resumed",
        ja: "あるもの: cert sni tls resumed"
    )
    static let filterWords = Phrase("occur anywhere in the row, all of them", ja: "行のどこかにすべて含む語")
    static let filterLogic = Phrase(
        "and is what nothing means; not binds strongest, or weakest",
        ja: "何も書かなければ and。not が最も強く or が最も弱い"
    )
    static let filterQuotes = Phrase("with spaces, or with what means something", ja: "空白や記号を含む値")
    static let filterSaved = Phrase("a filter saved with :save-filter", ja: ":save-filter で保存したもの")

    static let wordFollow = Phrase("the newest record is shown at the bottom", ja: "最新の記録を一番下に表示")
    static let wordHeld = Phrase(
        "you stopped or scrolled up; recording goes on, + counts what is newer",
        ja: "停止または上へ移動した状態。記録は続き、+ が新着の数"
    )
    static let wordFrozen = Phrase(
        "the gate cannot be reached; nothing new arrives",
        ja: "ゲートに接続できず、新着なし"
    )
    static let wordObserve = Phrase("nothing can be changed", ja: "変更できない状態")
    static let wordArmed = Phrase(
        "changes can be asked for, until the time is over",
        ja: "時間切れまで変更できる状態"
    )
    static let wordOff = Phrase("clients are not asked for a certificate", ja: "証明書を求めない")
    static let wordPassthrough = Phrase(
        "clients are asked; whatever they send goes to the target, unchecked",
        ja: "証明書を求め、検査せずターゲットへ渡す"
    )
    static let wordVerify = Phrase(
        "only clients with a certificate of the trust store get through",
        ja: "トラストストアの証明書を持つものだけ通す"
    )
    static let wordFail = Phrase("the handshake did not complete", ja: "ハンドシェイクが完了しなかった")
    static let wordMark = Phrase(
        "a name with characters that cannot be seen: look twice",
        ja: "見えない文字を含む名前。要注意"
    )
    static let wordDown = Phrase(
        "a listener that is not served, a target that fails its checks",
        ja: "提供されていないリスナー、検査に失敗したターゲット"
    )
    static let wordUnused = Phrase(
        "no listener sends requests to the target's group",
        ja: "どのリスナーもそのグループを使っていない"
    )
    static let wordInitial = Phrase("not checked often enough yet", ja: "検査の回数がまだ足りない")
    static let wordLeft = Phrase("a target that is no longer in its group", ja: "グループから外れた宛先")
    static let wordClaim = Phrase(
        "a certificate that no listener has verified: anybody can make one",
        ja: "どのリスナーも検証していない証明書。誰でも作れる"
    )
    static let wordDrain = Phrase(
        "connections judged by an older policy, closed after the request in hand",
        ja: "以前の方針で受けた接続。処理中のリクエスト後に閉じる"
    )
}
