import Model

/// Targets, their groups, and what is done to them by hand.
extension Phrase {
    static func groupTitle(_ name: String) -> Phrase { Phrase("group \(name)", ja: "グループ \(name)") }
    static let labelState = Phrase("state", ja: "状態")
    static let labelReason = Phrase("reason", ja: "理由")
    static let labelLast = Phrase("last check", ja: "最終検査")
    static let labelProtocol = Phrase("protocol", ja: "方式")
    static let labelAlgorithm = Phrase("balance", ja: "分散")
    static let labelCheck = Phrase("check", ja: "検査")
    static let labelHealthy = Phrase("healthy", ja: "正常")
    static func checkSummary(
        path: String,
        interval: String,
        timeout: String,
        up: Int,
        down: Int
    )
        -> Phrase
    {
        Phrase(
            "\(path) every \(interval), timeout \(timeout), \(up) passes up, \(down) fails down",
            ja: "\(path) を \(interval) ごと、期限 \(timeout)、成功 \(up) 回で復帰、失敗 \(down) 回で停止"
        )
    }
    static let stateUnknown = Phrase(
        "the gate tells only the first 20 that are not healthy",
        ja: "ゲートは正常でない宛先を 20 件までしか知らせません"
    )
    static func stateSince(_ time: String, _ age: Phrase) -> Phrase {
        Phrase("since \(time) (\(age.english))", ja: "\(time) から (\(age.japanese))")
    }
    static let labelChecks = Phrase("checks", ja: "検査結果")
    static func checksKept(_ count: Int) -> Phrase {
        Phrase("the last \(count), newest on the right", ja: "直近 \(count) 回、右が最新")
    }
    static let labelTLSErrors = Phrase("TLS errors", ja: "TLS エラー")
    static func tlsErrors(_ count: String, _ last: TargetTLSFailure?) -> Phrase {
        last.map { Phrase("\(count); the last: \($0.sentence)", ja: "\(count) 回、最後は \($0.rawValue)") }
            ?? Phrase("\(count), none since", ja: "\(count) 回、その後は成功")
    }
    static let targetHasLeft = Phrase("it is no longer in the group", ja: "グループから外れています")
    static func targetNoMember(_ name: String) -> Phrase {
        Phrase(
            "\(name) is no registered target: only those are drained",
            ja: "\(name) は登録されたターゲットではないためドレインできません"
        )
    }

    // MARK: Functions

    static let labelFunction = Phrase("function", ja: "関数")
    static let labelInvoked = Phrase("invoked at", ja: "呼び出し先")
    static let labelSigned = Phrase("signed", ja: "署名")
    static let notChecked = Phrase("not checked: it counts as healthy", ja: "検査なし (正常とみなします)")
    static let functionUnsigned = Phrase("no", ja: "なし")
    static let functionNoAddress = Phrase("no address", ja: "アドレスなし")
    static func functionLookup(_ failure: String) -> Phrase {
        Phrase("not found any more: \(failure)", ja: "名前を解決できなくなりました: \(failure)")
    }

    // MARK: Groups

    static let labelResponse = Phrase("response", ja: "応答")
    static func responseTimes(_ median: String, _ slowest: String) -> Phrase {
        Phrase("p50 \(median) ms  p99 \(slowest) ms", ja: "p50 \(median) ms  p99 \(slowest) ms")
    }
    static let labelRequestRate = Phrase("requests", ja: "リクエスト")
    static let labelErrorRate = Phrase("errors", ja: "エラー")
    static let failsOpen = Phrase(
        "too few are healthy: requests go to all of them",
        ja: "正常な宛先が足りないため、すべての宛先に送っています"
    )
}
