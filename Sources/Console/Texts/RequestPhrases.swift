/// Requests of the access log.
extension Phrase {
    static let nounRequest = Phrase("request", ja: "リクエスト")
    static let columnStatus = Phrase("STATUS", ja: "応答")
    static let columnMethod = Phrase("METHOD", ja: "メソッド")
    static let columnPath = Phrase("PATH", ja: "パス")
    static let columnHost = Phrase("HOST", ja: "ホスト")
    static let columnSent = Phrase("SENT", ja: "送信")
    static let columnReceived = Phrase("RECVD", ja: "受信")
    static let labelHost = Phrase("host", ja: "ホスト")
    static let labelTarget = Phrase("target", ja: "ターゲット")
    static let labelAgent = Phrase("agent", ja: "エージェント")
    static let labelConnection = Phrase("by", ja: "証明書")
    static let hintSwitchLog = Phrase("requests/connections", ja: "リクエスト/接続")
    static let hintJoin = Phrase("join", ja: "関連")
    static let helpSwitchLog = Phrase(
        "from connections to requests of the access log, and back",
        ja: "接続ログとリクエスト (アクセスログ) を切替"
    )
    static let helpJoin = Phrase(
        "the requests of the connection under the cursor, or the connection of the request",
        ja: "カーソル行の接続のリクエスト、またはリクエストの接続を表示"
    )
    static let noRequests = Phrase("no request has come yet", ja: "リクエストはまだありません")
    static let requestsNotForViewers = Phrase(
        "the gate tells requests only to those who may change it: URLs may hold secrets",
        ja: "リクエストは変更権限のある利用者にのみ表示されます (URL に秘密が含まれうるため)"
    )
    static let noAccessLog = Phrase("no load balancer writes an access log", ja: "アクセスログが有効なロードバランサーがありません")
    static let noAccessLogHelp = Phrase(
        "switch it on with the attribute access_logs.s3.enabled in the configuration, and sekisho apply",
        ja: "設定の属性 access_logs.s3.enabled を有効にして sekisho apply を実行してください"
    )
    static func requestCount(_ count: Int, skipped: Int) -> Phrase {
        skipped == 0
            ? Phrase("\(count) requests", ja: "リクエスト \(count) 件")
            : Phrase("\(count) requests, \(skipped) not shown", ja: "リクエスト \(count) 件、省略 \(skipped) 件")
    }
    static let requestUnanswered = Phrase("no answer", ja: "応答なし")
    static func requestTargetSaid(_ status: Int) -> Phrase {
        Phrase("target \(status)", ja: "ターゲット \(status)")
    }
    static func requestBytes(_ received: String, _ sent: String) -> Phrase {
        Phrase("received \(received), sent \(sent)", ja: "受信 \(received)、送信 \(sent)")
    }
    static let requestNoCertificate = Phrase("a client without a certificate", ja: "証明書なしのクライアント")
}
