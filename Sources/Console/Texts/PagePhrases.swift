/// Overview, listeners, trust stores, refusals, targets, changes.
extension Phrase {
    // MARK: Overview

    static func attentionTitle(_ count: Int) -> Phrase {
        Phrase("Attention (\(count))", ja: "要注意 (\(count))")
    }
    static let mostUrgentFirst = Phrase("most urgent first", ja: "緊急度順")
    static let allQuiet = Phrase("nothing needs attention", ja: "注意が必要なものはありません")
    static let handshakesTitle = Phrase("Handshakes/s, 5 min", ja: "ハンドシェイク/秒 (5 分)")
    static let failuresTitle = Phrase("Failures by reason, 5 min", ja: "理由別の失敗 (5 分)")
    static func listenersTitle(_ count: Int) -> Phrase {
        Phrase("Listeners (\(count))", ja: "リスナー (\(count))")
    }
    static let recentChangesTitle = Phrase("Recent changes", ja: "最近の変更")
    static let seriesAll = Phrase("all", ja: "全体")
    static let seriesFailures = Phrase("fail", ja: "失敗")
    static let seriesSlowest = Phrase("p99 ms", ja: "p99 ms")
    static func scale(_ most: String) -> Phrase { Phrase("scale 0-\(most)", ja: "目盛 0-\(most)") }
    static func handshakeTimes(_ half: String, _ slowest: String) -> Phrase {
        Phrase("p50 \(half) ms  p99 \(slowest) ms", ja: "p50 \(half) ms  p99 \(slowest) ms")
    }
    static func connectionFacts(open: String, draining: String, resumed: String?) -> Phrase {
        Phrase(
            "open \(open)  draining \(draining)" + (resumed.map { "  resumed \($0)" } ?? ""),
            ja: "接続中 \(open)  排出中 \(draining)" + (resumed.map { "  再開 \($0)" } ?? "")
        )
    }
    static func processFacts(cpu: String?, memory: String, descriptors: String, log: String) -> Phrase {
        Phrase(
            (cpu.map { "CPU \($0)%  " } ?? "") + "RSS \(memory)  fds \(descriptors)  log \(log) full",
            ja: (cpu.map { "CPU \($0)%  " } ?? "") + "RSS \(memory)  fd \(descriptors)  ログ \(log) 使用"
        )
    }
    static func sampled(_ duration: Phrase) -> Phrase {
        Phrase(
            "watched for \(duration.english) so far",
            ja: "計測開始から \(duration.japanese)"
        )
    }
    static let noFailures = Phrase("none", ja: "なし")
    static func kept(_ count: String, of limit: String, memory: String) -> Phrase {
        Phrase(
            "log \(count) of \(limit) records, console \(memory)",
            ja: "ログ \(count) / \(limit) 件、コンソール \(memory)"
        )
    }
    static func attentionDown(_ reason: String) -> Phrase {
        Phrase("is DOWN: \(reason)", ja: "DOWN: \(reason)")
    }
    static func attentionFailures(
        share: String,
        times: String?,
        count: String,
        top: (word: String, count: String)?,
        change: (number: Int64, time: String)?
    ) -> Phrase {
        var (english, japanese) = ("failures \(share)%", "失敗 \(share)%")
        if let times {
            english += ", \(times)x the hour before"
            japanese += " (直前 1 時間の \(times) 倍)"
        }
        if let top {
            english += "; \(top.count) of \(count) are \(top.word)"
            japanese += "、\(count) 件中 \(top.count) 件が \(top.word)"
        }
        if let change {
            english += "; changed at \(change.time) (#\(change.number))"
            japanese += "、\(change.time) に変更 (#\(change.number))"
        }
        return Phrase(english, ja: japanese)
    }
    static func attentionTargets(healthy: Int, total: Int, first: String, why: String) -> Phrase {
        Phrase(
            "\(healthy) of \(total) targets healthy; \(first): \(why)",
            ja: "ターゲット \(total) 件中 \(healthy) 件が正常。\(first): \(why)"
        )
    }
    static func attentionExpiry(_ name: String, left: Phrase?, date: String, isCA: Bool) -> Phrase {
        let (kind, kindJa) = isCA ? ("CA", "CA") : ("certificate", "証明書")
        guard let left else {
            return Phrase("\(kind) \(name) EXPIRED \(date)", ja: "\(kindJa) \(name) は期限切れ (\(date))")
        }
        return Phrase(
            "\(kind) \(name) expires in \(left.english)",
            ja: "\(kindJa) \(name) はあと \(left.japanese) で期限切れ"
        )
    }
    static func attentionClients(_ count: Int, days: Int, recent: Int?) -> Phrase {
        let certificates = count == 1 ? "client certificate expires" : "client certificates expire"
        return Phrase(
            "\(count) \(certificates) within \(days) days"
                + (recent.map { "; \($0) of them came in the last hour" } ?? ""),
            ja: "クライアント証明書 \(count) 件が \(days) 日以内に期限切れ"
                + (recent.map { "。うち \($0) 件は直近 1 時間に接続" } ?? "")
        )
    }
    static func attentionNotTaken(_ path: String, _ why: String) -> Phrase {
        Phrase("\(path) was not taken: \(why)", ja: "\(path) は反映されていません: \(why)")
    }
    static func attentionDescriptors(_ open: String, of limit: String) -> Phrase {
        Phrase(
            "\(open) of \(limit) descriptors are open: connections will be refused",
            ja: "ディスクリプター \(limit) 件中 \(open) 件を使用中。接続を拒否する恐れがあります"
        )
    }
    static let attentionOpen = Phrase("Enter open", ja: "Enter 開く")
    static let attentionKeep = Phrase("K keep  R revert", ja: "K 確定  R 取消")
    static func attentionTurnedAway(_ count: String) -> Phrase {
        Phrase(
            "\(count) connections were refused at accept: handshakes from their addresses keep failing",
            ja: "ハンドシェイクの失敗が続くアドレスからの接続 \(count) 件を受付時に拒否しました"
        )
    }
    static func attentionDropped(_ count: String) -> Phrase {
        Phrase(
            "\(count) records were dropped under load and are in no log",
            ja: "高負荷により記録 \(count) 件が失われ、どのログにもありません"
        )
    }

    // MARK: Listener

    static func downBecause(_ name: String, _ reason: String) -> Phrase {
        Phrase("\(name) is DOWN: \(reason)", ja: "\(name) は DOWN: \(reason)")
    }
    static let labelDown = Phrase("DOWN", ja: "DOWN")
    static let labelDo = Phrase("do", ja: "対処")
    static let labelAddress = Phrase("address", ja: "アドレス")
    static let labelMode = Phrase("mode", ja: "モード")
    static let labelTrustStore = Phrase("trust store", ja: "ストア")
    static let labelClients = Phrase("clients", ja: "接続条件")
    static let labelOptions = Phrase("options", ja: "設定")
    static let labelSessions = Phrase("sessions", ja: "セッション")
    static func sessionsResume(_ seconds: Int) -> Phrase {
        Phrase(
            "resume for \(seconds) s after a full handshake",
            ja: "フルハンドシェイクから \(seconds) 秒間再開"
        )
    }
    static let otherNames = Phrase("every other name", ja: "その他の名前")
    static func namesTitle(_ listener: String, _ count: Int) -> Phrase {
        Phrase("\(listener): names (\(count))", ja: "\(listener): 名前 (\(count))")
    }
    static let noNames = Phrase(
        "all names of this listener are judged alike; :mode MODE LISTENER HOST gives one a mode of its own",
        ja: "このリスナーの名前はすべて同じ扱いです。:mode MODE LISTENER HOST で名前別に設定できます"
    )
    static let labelForNames = Phrase("for names", ja: "名前別")
    static let labelPolicy = Phrase("policy", ja: "ポリシー")
    static let labelCertificate = Phrase("certificate", ja: "証明書")
    static let labelFailures = Phrase("failures", ja: "失敗")
    static let labelConnections = Phrase("connections", ja: "接続")
    static let labelTotals = Phrase("totals", ja: "累計")
    static let labelCut = Phrase("cut", ja: "切断")
    static let labelLimits = Phrase("limits", ja: "制限超過")
    static let labelDoes = Phrase("does", ja: "動作")
    static let labelTargets = Phrase("targets", ja: "宛先")
    static let labelRules = Phrase("rules", ja: "ルール")
    static let labelLastChange = Phrase("last change", ja: "最終変更")
    static func loadBalancer(_ name: String) -> Phrase {
        Phrase("load balancer \(name)", ja: "ロードバランサー \(name)")
    }
    static func storeSummary(_ name: String, revision: Int, count: Int) -> Phrase {
        Phrase(
            "\(name) revision \(revision), \(count) CA \(count == 1 ? "certificate" : "certificates")",
            ja: "\(name) 第 \(revision) 版、CA 証明書 \(count) 件"
        )
    }
    static let missing = Phrase("missing", ja: "なし")
    static func mutualOptions(ignoresExpiry: Bool, advertises: Bool) -> Phrase {
        Phrase(
            "ignore client certificate expiry \(ignoresExpiry ? "ON" : "off"), advertise CA names "
                + "\(advertises ? "on" : "off")",
            ja: "期限切れを無視 \(ignoresExpiry ? "ON" : "off")、CA 名の通知 \(advertises ? "on" : "off")"
        )
    }
    static func modeForNames(_ mode: String, _ names: String) -> Phrase {
        Phrase("\(mode) for \(names)", ja: "\(names) では \(mode)")
    }
    static let noFailuresSinceStart = Phrase("none since the start", ja: "起動以来なし")
    static func sinceStart(_ words: String) -> Phrase {
        Phrase("\(words)  (since the start)", ja: "\(words)  (起動以来)")
    }
    static func openAndDraining(_ open: String, _ draining: String) -> Phrase {
        Phrase("\(open) open, \(draining) draining", ja: "接続中 \(open)、排出中 \(draining)")
    }
    static func cutWhileConnected(_ count: String) -> Phrase {
        Phrase("\(count) while connected: their clients do not pass any more", ja: "接続中に資格を失った接続 \(count)")
    }
    static func totals(
        accepted: String,
        handshakes: String,
        requests: String,
        rejected: String
    )
        -> Phrase
    {
        Phrase(
            "\(accepted) accepted, \(handshakes) handshakes, \(requests) requests, \(rejected) over a limit",
            ja: "受付 \(accepted)、ハンドシェイク \(handshakes)、リクエスト \(requests)、制限超過 \(rejected)"
        )
    }
    static func answersItself(_ code: Int) -> Phrase {
        Phrase("answers \(code) itself", ja: "自身で \(code) を返す")
    }
    static func redirects(_ code: Int) -> Phrase {
        Phrase("redirects with \(code)", ja: "\(code) で転送指示")
    }
    static let forwardsToMissing = Phrase(
        "forwards to a missing target group",
        ja: "存在しないターゲットグループへ転送"
    )
    static func forwards(_ name: String, _ count: Int) -> Phrase {
        Phrase(
            "forwards to target group \(name), \(count) \(count == 1 ? "target" : "targets")",
            ja: "ターゲットグループ \(name) へ転送 (\(count) 件)"
        )
    }
    static func rulesBefore(_ count: Int, _ range: String) -> Phrase {
        Phrase("\(count) before that, priority \(range)", ja: "先に \(count) 件、優先度 \(range)")
    }
    static func healthyOf(_ healthy: Int, _ total: Int) -> Phrase {
        Phrase("\(healthy) of \(total) healthy", ja: "\(total) 件中 \(healthy) 件が正常")
    }
    static func failuresOf(_ name: String) -> Phrase {
        Phrase("\(name): failures, 5 min", ja: "\(name): 失敗 (5 分)")
    }
    static let opensRefusals = Phrase("5 opens refusals", ja: "5 で拒否の一覧")
    static let byIssuer = Phrase("by issuer or network, 15 min", ja: "発行者・網別 (15 分)")

    // MARK: Trust stores

    static func storesTitle(_ count: Int) -> Phrase {
        Phrase("Stores (\(count))", ja: "ストア (\(count))")
    }
    static func authoritiesTitle(_ store: String, _ count: Int) -> Phrase {
        Phrase("\(store): CA certificates (\(count))", ja: "\(store): CA 証明書 (\(count))")
    }
    static let labelUsedBy = Phrase("used by", ja: "利用元")
    static let labelFrom = Phrase("from", ja: "取得元")
    static let labelRead = Phrase("read", ja: "読込")
    static let noListener = Phrase("no listener", ja: "なし")
    static let labelSubject = Phrase("subject", ja: "サブジェクト")
    static let labelIssuer = Phrase("issuer", ja: "発行者")
    static let labelNames = Phrase("names", ja: "別名")
    static let labelRoot = Phrase("root", ja: "ルート")
    static let labelSerial = Phrase("serial", ja: "シリアル")
    static let labelKey = Phrase("key", ja: "鍵")
    static let labelNotBefore = Phrase("not before", ja: "開始")
    static let labelNotAfter = Phrase("not after", ja: "終了")
    static let labelFingerprint = Phrase("sha256", ja: "sha256")
    static let labelFailing = Phrase("refused", ja: "拒否")
    static let labelWarning = Phrase("warning", ja: "警告")
    static let labelRevoked = Phrase("revoked", ja: "失効")
    static func revoked(_ entries: Int, lists: Int, until: String?) -> Phrase {
        Phrase(
            "\(entries) in \(lists) \(lists == 1 ? "list" : "lists")\(until.map { ", the first until \($0)" } ?? "")",
            ja: "失効リスト \(lists) 件に \(entries) 件\(until.map { "、最初の期限 \($0)" } ?? "")"
        )
    }
    static let labelWatched = Phrase("watched", ja: "監視")
    static let watchedFiles = Phrase("files are read when they change", ja: "ファイルの変更を読み込みます")
    static let itself = Phrase("itself", ja: "自己署名")
    static let labelHealth = Phrase("health", ja: "健全性")
    static func storeHealth(expired: Int, expiring: Int) -> Phrase {
        Phrase(
            "\(expired) expired, \(expiring) expire within 30 d",
            ja: "期限切れ \(expired) 件、30 日以内 \(expiring) 件"
        )
    }
    static let storeHealthy = Phrase("every CA is valid for 30 d and more", ja: "すべての CA が 30 日以上有効")

    // MARK: Refusals

    static let refusalsTitle = Phrase("Failures, 15 min", ja: "失敗 (15 分)")
    static func place(_ index: Int, of count: Int) -> Phrase {
        Phrase("\(index) of \(count)", ja: "\(count) 件中 \(index)")
    }
    static let labelWhy = Phrase("WHY", ja: "理由")
    static let labelPresented = Phrase("SENT", ja: "提示")
    static let labelStore = Phrase("STORE", ja: "ストア")
    static let labelSince = Phrase("SINCE", ja: "開始")
    static let labelFix = Phrase("FIX", ja: "対処")
    static let labelWho = Phrase("WHO", ja: "接続元")
    static let labelTry = Phrase("TRY", ja: "確認")
    static let labelEvidence = Phrase("EVIDENCE", ja: "記録")
    static let nothingPresented = Phrase("no certificate", ja: "証明書なし")
    static let unreadablePresented = Phrase("a certificate that could not be read", ja: "読み取れない証明書")
    static func issuedBy(_ name: String) -> Phrase { Phrase("issued by \(name)", ja: "発行者 \(name)") }
    static func chainSent(_ count: Int) -> Phrase {
        Phrase(
            "\(count) \(count == 1 ? "certificate" : "certificates") sent",
            ja: "送信された証明書 \(count) 件"
        )
    }
    static func validFromTo(_ from: String, _ to: String) -> Phrase {
        Phrase("valid \(from) to \(to)", ja: "有効期間 \(from) から \(to)")
    }
    static func issuerInStore(_ store: String) -> Phrase {
        Phrase(
            "\(store) has a CA of the issuer's name",
            ja: "\(store) には発行者と同名の CA があります"
        )
    }
    static func issuerNotInStore(_ store: String) -> Phrase {
        Phrase(
            "no CA in \(store) has the issuer's name",
            ja: "\(store) に発行者と同名の CA はありません"
        )
    }
    static func sinceChange(
        _ first: String,
        _ number: Int64,
        _ what: String,
        _ who: String,
        _ after: Phrase
    ) -> Phrase {
        Phrase(
            "\(first), \(after.english) after \(who) changed \(what) (#\(number))",
            ja: "\(first)。\(who) による \(what) の変更 (#\(number)) から \(after.japanese)後"
        )
    }
    static func sinceFirst(_ first: String) -> Phrase {
        Phrase("\(first); no change just before it", ja: "\(first)。直前に変更はありません")
    }
    static func lastOf(_ count: String) -> Phrase {
        Phrase("\(count) in 15 min", ja: "15 分で \(count) 件")
    }
    static func otherClients(_ count: Int) -> Phrase { Phrase("\(count) more", ja: "他 \(count)") }
    static let recordGone = Phrase(
        "its records are only in the log file by now",
        ja: "記録はログファイルにのみ残っています"
    )

    // MARK: Changes

    static let labelBy = Phrase("by", ja: "変更者")
    static let labelGeneration = Phrase("generation", ja: "世代")
    static func changeTitle(_ number: Int64, _ who: String, _ time: String) -> Phrase {
        Phrase("#\(number)  \(who)  \(time)", ja: "#\(number)  \(who)  \(time)")
    }

    static func changesOf(_ resource: String) -> Phrase {
        Phrase("Changes of \(resource)", ja: "\(resource) の変更")
    }
    static let labelSoFar = Phrase("so far", ja: "これまで")
    /// Of connections judged on trial, those refused that the policies before would have let in.
    static func trialSoFar(_ refused: String, of count: String, _ share: String?) -> Phrase {
        let part = share.map { " (\($0))" } ?? ""
        return Phrase(
            "\(refused) of \(count) refused that would have passed before\(part)",
            ja: "\(count) 件中 \(refused) 件を、以前なら通したはずなのに拒否\(part)"
        )
    }
    static let labelTakenBack = Phrase("undo by", ja: "取消方法")
    static func trialLimit(_ percent: Int) -> Phrase {
        Phrase(
            "undone at once if \(percent) in a hundred that passed before are refused",
            ja: "以前は通った接続の \(percent)% が拒否されたら直ちに取消"
        )
    }

    static func originTrial(_ time: String) -> Phrase {
        Phrase("trial until \(time)Z", ja: "\(time)Z まで試行")
    }
    static func originKeep(_ number: Int64) -> Phrase {
        Phrase("keeps #\(number)", ja: "#\(number) を確定")
    }
    static func originUndo(_ number: Int64) -> Phrase {
        Phrase("undoes #\(number)", ja: "#\(number) を取消")
    }
    static func originRollback(_ number: Int64) -> Phrase {
        Phrase("trial #\(number) was not kept", ja: "#\(number) は確定されず")
    }
    static func originKept(_ who: String) -> Phrase { Phrase("kept by \(who)", ja: "\(who) が確定") }
    static func originUndone(_ who: String) -> Phrase { Phrase("undone by \(who)", ja: "\(who) が取消") }
    static let originRolledBack = Phrase("undone: not kept", ja: "確定されず取消")

    // MARK: Traces

    static let labelSteps = Phrase("CHECKS", ja: "検査")
    static let labelNearly = Phrase("NEARLY", ja: "類似 CA")
    static let labelElsewhere = Phrase("ALSO IN", ja: "他の場所")
    static func elsewhere(_ stores: String) -> Phrase {
        Phrase("the issuer stands in trust store \(stores)", ja: "発行者はトラストストア \(stores) にあります")
    }
}
