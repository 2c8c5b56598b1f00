/// What all pages share: header, tabs, messages, prompts.
extension Phrase {
    // MARK: Pages

    static let pageOverview = Phrase("Overview", ja: "概要")
    static let pageListeners = Phrase("Listeners", ja: "リスナー")
    static let pageTrustStores = Phrase("Trust stores", ja: "トラストストア")
    static let pageRequests = Phrase("Requests", ja: "リクエスト")
    static let pageLog = Phrase("Log", ja: "ログ")
    static let pageRefusals = Phrase("Refusals", ja: "拒否")
    static let pageTargets = Phrase("Targets", ja: "ターゲット")
    static let pageChanges = Phrase("Changes", ja: "変更")

    static let tabOverview = Phrase("Over", ja: "概要")
    static let tabListeners = Phrase("List", ja: "リスナ")
    static let tabTrustStores = Phrase("Trust", ja: "信頼")
    static let tabLog = Phrase("Log", ja: "ログ")
    static let tabRefusals = Phrase("Refuse", ja: "拒否")
    static let tabTargets = Phrase("Targ", ja: "宛先")
    static let tabChanges = Phrase("Change", ja: "変更")

    // MARK: Header

    static func generation(_ generation: UInt64, workers: Int) -> Phrase {
        Phrase(
            "generation \(generation)  \(workers) \(workers == 1 ? "worker" : "workers")",
            ja: "世代 \(generation)  ワーカー \(workers)"
        )
    }
    static func uptime(_ duration: Phrase) -> Phrase {
        Phrase("up \(duration.english)", ja: "稼働 \(duration.japanese)")
    }
    static func handshakesPerSecond(_ rate: String) -> Phrase {
        Phrase("\(rate) hs/s", ja: "\(rate) hs/s")
    }
    static func failureShare(_ share: String) -> Phrase { Phrase("fail \(share)", ja: "失敗 \(share)") }
    static func openConnections(_ count: String) -> Phrase {
        Phrase("\(count) conns", ja: "接続 \(count)")
    }
    static func unlogged(_ count: String) -> Phrase {
        Phrase("unlogged \(count)", ja: "未記録 \(count)")
    }
    static let linkLive = Phrase("live", ja: "接続中")
    static let linkSlow = Phrase("slow link", ja: "低速回線")
    static let linkConnecting = Phrase("connecting", ja: "接続待ち")
    static let linkGone = Phrase("gone", ja: "切断")
    static let windowTooSmall = Phrase("window too small", ja: "画面が小さすぎます")

    // MARK: Waiting and gone

    static let waiting = Phrase(
        "waiting for the gate to say what it runs",
        ja: "ゲートからの最初の応答を待っています"
    )
    static func unreachable(_ reason: String) -> Phrase {
        Phrase(
            "the gate cannot be reached: \(reason) It is tried again every few seconds.",
            ja: "ゲートに接続できません: \(reason) 数秒ごとに再試行します。"
        )
    }
    static func stale(_ reason: String) -> Phrase {
        Phrase(
            "the gate cannot be reached; what is shown is as it was. \(reason)",
            ja: "ゲートに接続できません。表示は最後に受け取った内容です。\(reason)"
        )
    }
    static let gateIsBack = Phrase("the gate is back", ja: "ゲートに再接続しました")
    static let gateRestarted = Phrase(
        "the gate was restarted: this log begins with the new process",
        ja: "ゲートが再起動しました。このログは新しいプロセスから始まります"
    )
    static let gateUnreachable = Phrase("the gate cannot be reached", ja: "ゲートに接続できません")

    // MARK: Lock

    static let observeHint = Phrase(
        "observe mode: press ! to arm",
        ja: "閲覧モードです。! を押すと変更できます"
    )
    static let viewerOnly = Phrase(
        "viewer: the gate refuses every change from this console",
        ja: "閲覧専用です。このコンソールからの変更はゲートが拒否します"
    )
    static let observeAgain = Phrase(
        "observe mode: nothing can be changed",
        ja: "閲覧モードに戻りました。変更はできません"
    )
    static func armed(minutes: Int64) -> Phrase {
        Phrase(
            "armed for \(minutes) minutes: changes ask before they are made, ! ends it",
            ja: "\(minutes) 分間、変更できます。変更の前に必ず確認します。! で終了"
        )
    }
    static func armingOver(minutes: Int64) -> Phrase {
        Phrase("observe mode: the \(minutes) minutes are over", ja: "\(minutes) 分が過ぎ、閲覧モードに戻りました")
    }

    // MARK: Prompts and lists

    static func shown(_ count: String) -> Phrase { Phrase("\(count) shown", ja: "\(count) 件表示") }
    static func matching(_ count: String, isPartial: Bool) -> Phrase {
        Phrase("\(isPartial ? "≥ " : "")\(count) match", ja: "\(isPartial ? "≥ " : "")\(count) 件一致")
    }
    static func filterNote(_ text: String) -> Phrase { Phrase("filter \(text)", ja: "フィルタ \(text)") }
    static func sortedBy(_ column: Phrase, isDescending: Bool) -> Phrase {
        Phrase(
            "sorted by \(column.english) (\(isDescending ? "desc" : "asc"))",
            ja: "並び順 \(column.japanese) (\(isDescending ? "降順" : "昇順"))"
        )
    }
    static func marked(_ count: Int) -> Phrase { Phrase("\(count) marked", ja: "\(count) 件選択") }
    static func nothingFits(_ filter: String) -> Phrase {
        Phrase(
            "nothing fits the filter \"\(filter)\": Esc clears it",
            ja: "フィルタ「\(filter)」に一致するものはありません。Esc で解除"
        )
    }
    static let pasteIgnored = Phrase("pasted text is not read as keys", ja: "貼り付けはキー入力として扱いません")
    static func gone(_ kind: Phrase, _ name: String) -> Phrase {
        Phrase(
            "\(kind.english) \(name) has gone; the cursor is on the next one",
            ja: "\(kind.japanese) \(name) はなくなりました。カーソルを次に移しました"
        )
    }
    static let fullDetail = Phrase("Enter full detail", ja: "Enter で詳細")
    static func range(_ first: Int, _ last: Int, of count: Int) -> Phrase {
        Phrase("\(first)-\(last) of \(count)", ja: "\(count) 行中 \(first)-\(last)")
    }

    // MARK: Leaving

    static let leaveTitle = Phrase("Leave", ja: "終了")
    static let leaveSentence = Phrase(
        "This process is also the gate.",
        ja: "このプロセスはゲート本体でもあります。"
    )
    static let leaveStay = Phrase("Stay", ja: "このまま続ける")
    static let leaveKeepServing = Phrase("Leave console, keep serving", ja: "コンソールだけ閉じる")
    static func leaveStop(_ connections: String) -> Phrase {
        Phrase("Stop serving: \(connections) connections", ja: "ゲートを停止する: 接続 \(connections)")
    }
    static let cannotSuspend = Phrase(
        "this process serves traffic and must not be stopped; F10 leaves the console",
        ja: "このプロセスは通信を処理中のため停止できません。F10 でコンソールを閉じます"
    )

    // MARK: Times

    /// What is left or has passed, in the largest units that matter.
    static func duration(seconds: Int64) -> Phrase {
        let seconds = max(0, seconds)
        switch seconds {
        case ..<120: return Phrase("\(seconds) s", ja: "\(seconds) 秒")
        case ..<7_200: return Phrase("\(seconds / 60) min", ja: "\(seconds / 60) 分")
        case ..<172_800: return Phrase("\(seconds / 3_600) h", ja: "\(seconds / 3_600) 時間")
        case ..<31_536_000: return Phrase("\(seconds / 86_400) d", ja: "\(seconds / 86_400) 日")
        default:
            let (years, months) = (seconds / 86_400 * 12 / 365 / 12, seconds / 86_400 * 12 / 365 % 12)
            return months == 0
                ? Phrase("\(years) y", ja: "\(years) 年")
                : Phrase("\(years) y \(months) m", ja: "\(years) 年 \(months) か月")
        }
    }
    static func until(_ date: String) -> Phrase { Phrase("until \(date)", ja: "\(date) まで") }
    static func notValidBefore(_ time: String) -> Phrase {
        Phrase("not valid before \(time)", ja: "\(time) までは無効")
    }
    static func expired(_ date: String) -> Phrase { Phrase("EXPIRED \(date)", ja: "EXPIRED \(date)") }
    static func expiresIn(_ left: Phrase) -> Phrase {
        Phrase("expires in \(left.english)", ja: "残り \(left.japanese)")
    }
}
