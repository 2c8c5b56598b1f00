/// The log, its details, filters and help.
extension Phrase {
    static func observedOnly(_ code: String) -> Phrase {
        Phrase(
            "only observed: verify would refuse it as \(code)",
            ja: "観測のみ: 通常の verify なら \(code) で拒否"
        )
    }
    static let logFilter = Phrase("filter", ja: "絞込")
    static let logFailedOnly = Phrase("failed only", ja: "失敗のみ")
    static let logNoFilter = Phrase("none", ja: "なし")
    static let logFollow = Phrase("newest at the bottom", ja: "最新を一番下に表示")
    static func logBurst(_ shown: Int, of count: Int) -> Phrase {
        Phrase(
            "showing \(shown) of \(count) that came together; all are recorded",
            ja: "同時に届いた \(count) 件中 \(shown) 件を表示。すべて記録済み"
        )
    }
    static let logFrozen = Phrase(
        "the gate cannot be reached; nothing new arrives",
        ja: "ゲートに接続できず、新しい記録は届きません"
    )
    static func logHeldAt(_ time: String) -> Phrase { Phrase("at \(time)", ja: "\(time) で停止") }
    static func logNewer(_ count: String, failures: String) -> Phrase {
        Phrase("+\(count) newer (\(failures) FAIL)", ja: "新着 +\(count) (FAIL \(failures))")
    }
    static let logFollowAgain = Phrase("f or End follows again", ja: "f か End で追従")
    static func logGrouped(_ key: String) -> Phrase { Phrase("counted by \(key)", ja: "\(key) で集計") }
    static func recordsHere(_ count: String) -> Phrase {
        Phrase("\(count) records here", ja: "手元の記録 \(count) 件")
    }
    static let olderInFile = Phrase("older ones are only in the log file", ja: "古いものはログファイルにのみ")
    static let logOldest = Phrase("older records are only on disk", ja: "これより古い記録はディスクにのみあります")
    static func neverArrived(_ count: String) -> Phrase {
        Phrase("\(count) never arrived", ja: "未着 \(count)")
    }
    static func droppedByGate(_ count: String) -> Phrase {
        Phrase("\(count) dropped by the gate under load", ja: "ゲートが高負荷で破棄 \(count)")
    }
    static func noFailure(after: Bool) -> Phrase {
        Phrase(
            "no failed handshake \(after ? "after" : "before") this one",
            ja: "これより\(after ? "後" : "前")に失敗はありません"
        )
    }
    static func noRecordSince(_ time: String) -> Phrase {
        Phrase("no record is as young as \(time)", ja: "\(time) 以降の記録はありません")
    }
    static func momentBeforeOldest(_ time: String) -> Phrase {
        Phrase(
            "that is only in the log file; the oldest here is of \(time)",
            ja: "それはログファイルにのみあります。手元の最古は \(time)"
        )
    }
    static func notATime(_ text: String) -> Phrase {
        Phrase(
            "\"\(text)\" is not a time: 13:40 10m 2026-11-23T13:40Z #17 (a change)",
            ja: "「\(text)」は時刻ではありません: 13:40 10m 2026-11-23T13:40Z #17 (変更)"
        )
    }
    static let notVerified = Phrase("(not verified)", ja: "(未検証)")
    static let noTLS = Phrase("no TLS", ja: "TLS なし")
    static let withoutValue = Phrase("(none)", ja: "(なし)")

    // MARK: Detail

    static func connectionTitle(_ time: String) -> Phrase {
        Phrase("Connection \(time)", ja: "接続 \(time)")
    }
    static let labelResult = Phrase("result", ja: "結果")
    static let labelCause = Phrase("why", ja: "理由")
    static let labelClient = Phrase("client", ja: "接続元")
    static let labelListener = Phrase("listener", ja: "リスナー")
    static let labelHandshake = Phrase("handshake", ja: "ハンドシェイク")
    static let labelTrace = Phrase("trace", ja: "追跡番号")
    static let labelThrough = Phrase("via", ja: "経由")
    static let labelValid = Phrase("valid", ja: "有効期間")
    static let resultPlain = Phrase("accepted, without TLS", ja: "受付 (TLS なし)")
    static func listenerPlace(_ name: String, port: UInt16, mode: String?) -> Phrase {
        Phrase(
            "\(name)  port \(port)\(mode.map { "  mode \($0)" } ?? "")",
            ja: "\(name)  ポート \(port)\(mode.map { "  モード \($0)" } ?? "")"
        )
    }
    static let nothingNegotiated = Phrase("nothing was negotiated", ja: "何も取り決められていません")
    static let resumed = Phrase("resumed", ja: "再開")
    static let certificateNone = Phrase("none was sent", ja: "送られていません")
    static let certificateUnreadable = Phrase("could not be read", ja: "読み取れません")
    static let claimNotVerified = Phrase("(a claim: not verified)", ja: "(自己申告: 未検証)")
    static func range(from: String, to: String) -> Phrase {
        Phrase("\(from) to \(to)", ja: "\(from) から \(to)")
    }
    static func keyAndChain(_ key: String, _ count: Int) -> Phrase {
        Phrase(
            "\(key), \(count) \(count == 1 ? "certificate" : "certificates") sent",
            ja: "\(key)、送信された証明書 \(count) 件"
        )
    }
    static func onNode(_ path: String, _ node: String) -> Phrase {
        Phrase("\(path)  on \(node)", ja: "\(path)  受信 \(node)")
    }

    // MARK: Copy

    static let copyLine = Phrase("this line", ja: "この行")
    static let copyJSON = Phrase("as JSON", ja: "JSON で")
    static let copyFilter = Phrase("the filter", ja: "フィルタ")
    static let copyView = Phrase("this page as a command", ja: "このページと同じコマンド")
    static let copyUndo = Phrase("the command that takes it back", ja: "取り消すコマンド")
    static let copyDrain = Phrase("the command that drains it", ja: "ドレインするコマンド")
    static let copyRestore = Phrase("the command that restores it", ja: "復帰させるコマンド")
    static let copyCommand = Phrase("the same as a command", ja: "同じことをするコマンド")
    static let copyFingerprint = Phrase("the fingerprint", ja: "フィンガープリント")
    static let copySubject = Phrase("the subject", ja: "サブジェクト")
    static let copyPEM = Phrase("the certificate in PEM", ja: "証明書 (PEM)")
    static let copyReport = Phrase("a report for the client's owner", ja: "接続元の担当者への報告文")
    static let copyName = Phrase("the name", ja: "名前")

    // MARK: Mistakes in filters

    static func at(_ column: Int, _ text: Phrase) -> Phrase {
        Phrase("column \(column + 1): \(text.english)", ja: "\(column + 1) 文字目: \(text.japanese)")
    }
}
