/// What commands are called in hints, and what help says of them: one line, without a full stop.
extension Phrase {
    static let groupMove = Phrase("Move", ja: "移動")
    static let groupView = Phrase("View", ja: "表示")
    static let groupChange = Phrase("Change (when armed)", ja: "変更 (! の後)")
    static let groupAnywhere = Phrase("Anywhere", ja: "共通")

    // MARK: Hints

    static let hintPane = Phrase("pane", ja: "枠")
    static func hintRelated(_ page: Page) -> Phrase {
        switch page {
        case .clients: Phrase("its clients", ja: "該当顧客")
        case .requests: Phrase("its requests", ja: "該当要求")
        default: Phrase("its records", ja: "該当記録")
        }
    }
    static let hintOpen = Phrase("open", ja: "開く")
    static let hintFilter = Phrase("filter", ja: "絞込")
    static let hintLike = Phrase("only like", ja: "同類")
    static let hintSort = Phrase("sort", ja: "並替")
    static let hintColumns = Phrase("columns", ja: "列")
    static let hintEvents = Phrase("event", ja: "次の件")
    static let hintFollow = Phrase("follow/hold", ja: "追従/停止")
    static let hintFailedOnly = Phrase("failed only", ja: "失敗のみ")
    static let hintNextFailure = Phrase("next FAIL", ja: "次の FAIL")
    static let hintTime = Phrase("time", ja: "時刻")
    static let hintGroup = Phrase("group", ja: "集計")
    static let hintCopy = Phrase("copy", ja: "コピー")
    static let hintExport = Phrase("export", ja: "書出")
    static let hintArm = Phrase("arm", ja: "変更可")
    static let hintDisarm = Phrase("disarm", ja: "変更不可")
    static let hintMode = Phrase("mode", ja: "モード")
    static let hintKeepTrial = Phrase("keep", ja: "確定")
    static let hintUndo = Phrase("revert", ja: "取消")
    static let hintDrain = Phrase("drain", ja: "ドレイン")
    static let hintRestore = Phrase("restore", ja: "復帰")
    static let hintActions = Phrase("actions", ja: "操作")
    static let hintBack = Phrase("quit", ja: "終了")
    static let hintReturn = Phrase("back", ja: "戻る")
    static let hintCommand = Phrase("command", ja: "コマンド")
    static let hintHelp = Phrase("help", ja: "ヘルプ")

    // MARK: Hints of overlays and dialogues

    static let hintClose = Phrase("close", ja: "閉じる")
    static let hintScroll = Phrase("scroll", ja: "スクロール")
    static let hintNeighbours = Phrase("previous, next", ja: "前後の件")
    static let hintKeep = Phrase("keep", ja: "確定")
    static let hintAsBefore = Phrase("as before", ja: "元に戻す")
    static let hintClear = Phrase("clear", ja: "消去")
    static let hintChoose = Phrase("choose", ja: "選択")
    static let hintNext = Phrase("next", ja: "次へ")
    static let hintField = Phrase("field", ja: "項目")
    static let hintCancel = Phrase("cancel", ja: "中止")
    static let hintCancelUnchanged = Phrase("cancel, nothing changed", ja: "中止 (変更なし)")
    static let hintPressButton = Phrase("press button", ja: "ボタンを押す")
    static let hintStay = Phrase("stay", ja: "続ける")
    static let hintRun = Phrase("run", ja: "実行")
    static let hintComplete = Phrase("complete", ja: "補完")
    static let hintSection = Phrase("section", ja: "章")
    static let hintSearch = Phrase("type to search", ja: "文字で検索")

    // MARK: Help

    static let helpDown = Phrase("one row down", ja: "一行下へ")
    static let helpUp = Phrase("one row up", ja: "一行上へ")
    static let helpPageDown = Phrase("one screen down", ja: "一画面下へ")
    static let helpPageUp = Phrase("one screen up", ja: "一画面上へ")
    static let helpHalfDown = Phrase("half a screen down", ja: "半画面下へ")
    static let helpHalfUp = Phrase("half a screen up", ja: "半画面上へ")
    static let helpFirst = Phrase("first row", ja: "先頭の行へ")
    static let helpLast = Phrase(
        "last row; in the log the newest, which follows",
        ja: "最後の行へ。ログでは最新に追従"
    )
    static let helpColumnsLeft = Phrase("columns further left", ja: "左の列へ")
    static let helpColumnsRight = Phrase("columns further right", ja: "右の列へ")
    static let helpPane = Phrase("the next pane", ja: "次の枠へ")
    static let helpPaneBack = Phrase("the pane before", ja: "前の枠へ")
    static let helpOpen = Phrase(
        "open what is under the cursor, or tell everything about it",
        ja: "カーソル行を開く、または詳細を表示"
    )
    static let helpFilter = Phrase(
        "show only rows that fit; :help filter tells the language",
        ja: "条件に合う行だけ表示 (書き方は :help filter)"
    )
    static let helpSaved = Phrase("saved filters", ja: "保存したフィルタ")
    static let helpSaveFilter = Phrase("save the filter under a name", ja: "フィルタに名前を付けて保存")
    static let helpLike = Phrase("only rows like this one", ja: "この行と同じものだけ表示")
    static let helpUnlike = Phrase("hide rows like this one", ja: "この行と同じものを隠す")
    static let helpSort = Phrase("sort by the next column", ja: "次の列で並べ替え")
    static let helpReverse = Phrase("sort the other way round", ja: "逆順に並べ替え")
    static let helpColumns = Phrase("choose columns", ja: "列を選ぶ")
    static let helpMark = Phrase("mark the row, or unmark it", ja: "行に印を付ける、外す")
    static let helpUnmark = Phrase("clear all marks", ja: "印をすべて外す")
    static let helpZoom = Phrase("the lower pane alone, or the list again", ja: "下の枠を拡大、または元に戻す")
    static let helpNextEvent = Phrase("the next failure of this cause", ja: "同じ原因の次の失敗")
    static let helpPreviousEvent = Phrase("the failure of this cause before", ja: "同じ原因の前の失敗")
    static let helpFollow = Phrase("follow the newest record, or hold the view", ja: "最新に追従、または表示を停止")
    static let helpHold = Phrase("hold the view; recording goes on", ja: "表示を停止 (記録は続く)")
    static let helpFailedOnly = Phrase(
        "only handshakes that failed, or all again",
        ja: "失敗のみ表示、または全部"
    )
    static let helpNextFailure = Phrase("the next failed handshake", ja: "次の失敗へ")
    static let helpPreviousFailure = Phrase("the failed handshake before", ja: "前の失敗へ")
    static let helpTime = Phrase(
        "go to a moment: 13:40, 10m (ago), #17 (a change)",
        ja: "時点へ移動: 13:40, 10m (前), #17 (変更)"
    )
    static let helpGroup = Phrase(
        "count by reason, listener, identity, issuer, client, SNI, or not",
        ja: "理由、リスナー、識別名、発行者、接続元、SNI で集計、または解除"
    )
    static let helpCopy = Phrase("copy something of the row to the clipboard", ja: "行の内容をクリップボードへ")
    static let helpExport = Phrase("write what is shown to a file", ja: "表示内容をファイルに書き出す")
    static let helpScreenshot = Phrase("write the screen as text and as a picture", ja: "画面を文字と画像で保存")
    static let helpArm = Phrase(
        "allow changes for some minutes, or forbid them again",
        ja: "一定時間変更を許可、または禁止"
    )
    static let helpMode = Phrase(
        "change the mutual TLS mode of the listener under the cursor",
        ja: "カーソル行のリスナーの mTLS モードを変更"
    )
    static let helpKeep = Phrase("let a change on trial stay", ja: "試行中の変更を確定")
    static let helpUndo = Phrase(
        "take back a trial, or the change under the cursor",
        ja: "試行、またはカーソル行の変更を取り消す"
    )
    static let helpDrain = Phrase(
        "drain the target, or the marked ones: nothing new goes there",
        ja: "ターゲット (またはマークしたターゲット) をドレイン。新しいリクエストは送らない"
    )
    static let helpRestore = Phrase(
        "use a drained target again, or the marked ones",
        ja: "ドレインしたターゲット (またはマークしたターゲット) を復帰"
    )
    static let helpActions = Phrase(
        "what can be done with the row, and why not",
        ja: "この行にできる操作とその可否"
    )
    static func helpPage(_ title: Phrase) -> Phrase {
        Phrase("page: \(title.english.lowercased())", ja: "ページ: \(title.japanese)")
    }
    static let helpListener = Phrase("go to a listener", ja: "リスナーへ移動")
    static let helpStore = Phrase("go to a trust store", ja: "トラストストアへ移動")
    static let helpExplain = Phrase("what a reason means and what mends it", ja: "理由コードの意味と対処")
    static let helpTheme = Phrase("choose colours", ja: "配色を選ぶ")
    static let helpLanguage = Phrase("choose the language", ja: "言語を選ぶ")
    static let helpClock = Phrase(
        "write times in another zone: utc, local, +09:00",
        ja: "時刻の表示を切り替える: utc、local、+09:00"
    )
    static let helpClose = Phrase(
        "close the innermost thing: dialogue, message, filter",
        ja: "一番手前を閉じる: ダイアログ、通知、フィルタ"
    )
    static let helpBack = Phrase(
        "close what is open; on a page, go back or leave",
        ja: "開いているものを閉じる。ページでは戻る、または終了"
    )
    static let helpLeave = Phrase("leave the console", ja: "コンソールを終了")
    static let helpCommand = Phrase("type a command or a name", ja: "コマンドや名前を入力")
    static let helpHelp = Phrase("this page", ja: "このヘルプ")
    static let helpRepaint = Phrase("paint the whole screen again", ja: "画面を描き直す")
    static let helpSuspend = Phrase(
        "stop the console and go back to the shell; fg continues",
        ja: "コンソールを中断してシェルへ (fg で再開)"
    )

    // MARK: Answers of commands

    static let noFilterToSave = Phrase("there is no filter to save", ja: "保存するフィルタがありません")
    static let pageHasNoData = Phrase(
        "this gate does not tell anything about that",
        ja: "このゲートからはその情報が得られません"
    )
    static func savedFilter(_ name: String) -> Phrase {
        Phrase("saved as @\(name)", ja: "@\(name) として保存しました")
    }
    static let badFilterName = Phrase(
        "a name has 1 to 32 letters, digits and hyphens",
        ja: "名前は英数字とハイフンで 1 から 32 文字です"
    )
    static let savedTitle = Phrase("Saved filters", ja: "保存したフィルタ")
    static let noSavedFilters = Phrase(
        "none yet: / sets a filter, :save-filter NAME keeps it",
        ja: "まだありません。/ で設定し :save-filter NAME で保存"
    )
    static let likeTitle = Phrase("Only like this", ja: "これと同じものだけ")
    static let unlikeTitle = Phrase("Hide like this", ja: "これと同じものを隠す")
    static let nothingUnderCursor = Phrase("there is nothing under the cursor", ja: "カーソル位置に何もありません")
    static let columnsTitle = Phrase("Columns", ja: "列")
    static let columnShown = Phrase("shown", ja: "表示")
    static let columnHidden = Phrase("hidden", ja: "非表示")
    static func noColumn(_ name: String, nearest: String?) -> Phrase {
        Phrase(
            "there is no column \(name)\(nearest.map { ": did you mean \($0)?" } ?? "")",
            ja: "列 \(name) はありません\(nearest.map { " (\($0) ですか)" } ?? "")"
        )
    }
    static let copyTitle = Phrase("Copy", ja: "コピー")
    static func copied(_ count: Int) -> Phrase {
        Phrase(
            "sent \(count) bytes to the terminal's clipboard",
            ja: "端末のクリップボードに \(count) バイト送りました"
        )
    }
    static func tooLargeToCopy(_ limit: Int) -> Phrase {
        Phrase(
            "more than \(limit) bytes: w writes it to a file",
            ja: "\(limit) バイトを超えています。w でファイルに書き出せます"
        )
    }
    static let exportTitle = Phrase("Write what is shown", ja: "表示内容の書き出し")
    static let exportText = Phrase("text, as on the screen", ja: "テキスト (画面の通り)")
    static let exportJSON = Phrase("JSON, an object a row", ja: "JSON (一行一件)")
    static let exportChain = Phrase("PEM, what the client sent", ja: "PEM (クライアントが送った証明書)")
    static let exportNewFile = Phrase("to a new file here", ja: "現在のディレクトリに新規作成")
    static func wrote(_ path: String) -> Phrase { Phrase("wrote \(path)", ja: "\(path) に書き出しました") }
    static let themesTitle = Phrase("Themes", ja: "配色")
    static func themeNow(_ name: String) -> Phrase { Phrase("theme \(name)", ja: "配色 \(name)") }
    static let keysRead = Phrase("keys.yaml was read anew", ja: "keys.yaml を読み直しました")
    static let languagesTitle = Phrase("Language", ja: "言語")
    static let languageNeedsUnicode = Phrase(
        "this terminal shows ASCII only: no other language can be written on it",
        ja: "この端末は ASCII しか表示できません"
    )
    static let actionsTitle = Phrase("Actions", ja: "操作")
    static func noSuch(_ noun: Phrase, _ name: String) -> Phrase {
        Phrase("there is no \(noun.english) \(name)", ja: "\(noun.japanese) \(name) はありません")
    }
    static func noCommand(_ name: String, nearest: String?) -> Phrase {
        Phrase(
            "there is no command \(name)\(nearest.map { ": did you mean \($0)?" } ?? "")",
            ja: "コマンド \(name) はありません\(nearest.map { " (\($0) ですか)" } ?? "")"
        )
    }
    static func notHere(_ name: String) -> Phrase {
        Phrase("\(name) does nothing on this page", ja: "\(name) はこのページでは使えません")
    }
    static let opensDialogue = Phrase("opens its dialogue", ja: "確認画面を開く")
    static let recentCommand = Phrase("recent", ja: "履歴")
    static let paletteNote = Phrase(
        "Changes open their dialogue; nothing is changed from here.",
        ja: "変更は必ず確認画面を開きます。ここから直接は変わりません。"
    )
    static let commandTitle = Phrase("command", ja: "コマンド")
    static let noMatches = Phrase("nothing fits", ja: "一致なし")
    static func matches(_ count: Int) -> Phrase { Phrase("\(count) matches", ja: "\(count) 件") }

    // MARK: Kinds of things

    static let nounListener = Phrase("listener", ja: "リスナー")
    static let nounName = Phrase("name", ja: "名前")
    static let nounTrustStore = Phrase("trust store", ja: "トラストストア")
    static let nounAuthority = Phrase("CA certificate", ja: "CA 証明書")
    static let nounRefusals = Phrase("cause", ja: "原因")
    static let nounTarget = Phrase("target", ja: "ターゲット")
    static let nounChange = Phrase("change", ja: "変更")
    static let nounAlarm = Phrase("alarm", ja: "警告")
    static let nounReason = Phrase("reason", ja: "理由")
    static let nounZone = Phrase("zone (utc, local, +09:00)", ja: "タイムゾーン (utc、local、+09:00)")
    static let nounLanguage = Phrase("language", ja: "言語")
}
