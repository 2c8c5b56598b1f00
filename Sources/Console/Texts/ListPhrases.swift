/// Titles of columns and what lists say of themselves.
extension Phrase {
    static let columnHalf = Phrase("P50", ja: "P50")
    static let columnSlowest = Phrase("P99", ja: "P99")
    static let columnNote = Phrase("NOTE", ja: "備考")
    static func noteTrial(_ left: String) -> Phrase { Phrase("trial \(left)", ja: "試行 \(left)") }
    static let noteFailing = Phrase("failures up", ja: "失敗が増加")
    static func noteTargets(_ down: Int) -> Phrase {
        Phrase("\(down) \(down == 1 ? "target" : "targets") down", ja: "宛先 \(down) 停止")
    }
    static let noteUntouched = Phrase("TLS untouched", ja: "TLS は素通し")
    static let columnName = Phrase("NAME", ja: "名前")
    static let columnState = Phrase("STATE", ja: "状態")
    static let columnAddress = Phrase("ADDRESS", ja: "アドレス")
    static let columnProtocol = Phrase("PROTO", ja: "方式")
    static let columnMode = Phrase("MODE", ja: "モード")
    static let columnStore = Phrase("STORE", ja: "ストア")
    static let columnRevision = Phrase("REV", ja: "版")
    static let columnHandshakes = Phrase("HS/S", ja: "HS/S")
    static let columnFailureShare = Phrase("FAIL%", ja: "失敗%")
    static let columnConnections = Phrase("CONNS", ja: "接続")
    static let columnDrain = Phrase("DRAIN", ja: "排出")
    static let columnLastFive = Phrase("LAST 5 MIN", ja: "直近 5 分")
    static let columnResumed = Phrase("RESUMED", ja: "再開")
    static let columnTargets = Phrase("TARGETS", ja: "宛先")
    static let columnCertificateExpiry = Phrase("CERT EXP", ja: "証明書")
    static let columnLastChange = Phrase("LAST CHANGE", ja: "最終変更")
    static let columnAuthorities = Phrase("CAs", ja: "CA")
    static let columnUsedBy = Phrase("USED BY", ja: "利用元")
    static let columnSubject = Phrase("SUBJECT", ja: "サブジェクト")
    static let columnIssuer = Phrase("ISSUER", ja: "発行者")
    static let columnKey = Phrase("KEY", ja: "鍵")
    static let columnExpires = Phrase("EXPIRES", ja: "有効期限")
    static let columnSerial = Phrase("SERIAL", ja: "シリアル")
    static let columnFingerprint = Phrase("SHA-256", ja: "SHA-256")
    static let columnCount = Phrase("COUNT", ja: "件数")
    static let columnReason = Phrase("REASON", ja: "理由")
    static let columnOrigin = Phrase("ISSUER / NETWORK", ja: "発行者 / 網")
    static let columnListener = Phrase("LISTENER", ja: "リスナー")
    static let columnLast = Phrase("LAST", ja: "最後")
    static let columnFirst = Phrase("FIRST", ja: "最初")
    static let columnTarget = Phrase("TARGET", ja: "ターゲット")
    static let columnGroup = Phrase("GROUP", ja: "グループ")
    static let columnChecks = Phrase("CHECKS", ja: "検査結果")
    static let columnSince = Phrase("SINCE", ja: "経過")
    static let columnCheck = Phrase("LAST CHECK", ja: "最終検査")
    static let columnNumber = Phrase("NO", ja: "番号")
    static let columnWhen = Phrase("WHEN", ja: "日時")
    static let columnWho = Phrase("WHO", ja: "変更者")
    static let columnVia = Phrase("VIA", ja: "経路")
    static let columnObject = Phrase("OBJECT", ja: "対象")
    static let columnChange = Phrase("CHANGE", ja: "内容")
    static let columnGeneration = Phrase("GEN", ja: "世代")
    static let columnSentence = Phrase("WHAT", ja: "内容")
    static let columnTime = Phrase("TIME", ja: "時刻")
    static let columnResult = Phrase("RES", ja: "結果")
    static let columnClient = Phrase("CLIENT", ja: "接続元")
    static let columnTLS = Phrase("TLS", ja: "TLS")
    static let columnMilliseconds = Phrase("MS", ja: "MS")
    static let columnIdentity = Phrase("IDENTITY", ja: "識別名")
    static let columnIdentityOrReason = Phrase("IDENTITY / REASON", ja: "識別名 / 理由")
    static let columnServerName = Phrase("SNI", ja: "SNI")
    static let columnFailures = Phrase("FAIL", ja: "失敗")

    static let selfIssued = Phrase("self", ja: "自己")

    static func listeners(_ count: Int) -> Phrase {
        Phrase("\(count) \(count == 1 ? "listener" : "listeners")", ja: "リスナー \(count) 件")
    }
    static func trustStores(_ count: Int) -> Phrase {
        Phrase("\(count) trust \(count == 1 ? "store" : "stores")", ja: "トラストストア \(count) 件")
    }
    static func causes(_ count: Int) -> Phrase {
        Phrase("\(count) \(count == 1 ? "cause" : "causes") in 15 min", ja: "直近 15 分の原因 \(count) 件")
    }
    static func changes(_ count: Int) -> Phrase {
        Phrase("\(count) \(count == 1 ? "change" : "changes")", ja: "変更 \(count) 件")
    }
    static func targets(_ count: Int, groups: Int, healthy: Int, down: Int) -> Phrase {
        let targets = count == 1 ? "1 target" : "\(count) targets"
        let places = groups == 1 ? "1 group" : "\(groups) groups"
        return Phrase(
            "\(targets) in \(places): \(healthy) healthy" + (down > 0 ? ", \(down) down" : ""),
            ja: "\(groups) グループのターゲット \(count) 件: 正常 \(healthy)"
                + (down > 0 ? "、停止 \(down)" : "")
        )
    }

    // MARK: Nothing to show

    static let noListeners = Phrase(
        "no listener yet: sekisho apply FILE configures load balancers and their listeners",
        ja: "リスナーがありません。sekisho apply FILE でロードバランサーとリスナーを設定します"
    )
    static let noTrustStores = Phrase(
        "no trust store yet: verify needs one.",
        ja: "トラストストアがありません。verify に必要です。"
    )
    static let noTrustStoresHelp = Phrase(
        "sekisho apply FILE makes one of a CA bundle (trustStores: - {name, caCertificatesBundle})",
        ja: "sekisho apply FILE が CA バンドルから作ります (trustStores: - {name, caCertificatesBundle})"
    )
    static let noRefusals = Phrase(
        "no handshake has failed in the last 15 minutes: each cause appears here, counted",
        ja: "直近 15 分に失敗したハンドシェイクはありません。原因ごとにここへ現れます"
    )
    static let noTargets = Phrase(
        "no target group yet: sekisho apply FILE makes them (targetGroups:)",
        ja: "ターゲットグループがありません。sekisho apply FILE で作ります (targetGroups:)"
    )
    static let noChanges = Phrase(
        "nothing has been changed yet: each change appears here, with who made it",
        ja: "変更はまだありません。変更のたびに、行った人とともにここへ現れます"
    )
    static let noRecords = Phrase(
        "no connection yet: every attempt, successful or not, appears here",
        ja: "接続はまだありません。成否を問わず、すべての接続がここに現れます"
    )
    static let noRecordsFit = Phrase(
        "no record fits the filter: Esc clears it, F switches failed only",
        ja: "フィルタに合う記録がありません。Esc で解除、F で失敗のみを切替"
    )
    static let noRecordsFitYet = Phrase("looking through older records", ja: "古い記録を探しています")
}
