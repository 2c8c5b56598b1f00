import Model

/// The dialogue that changes a listener's mode.
extension Phrase {
    static func modeTitle(_ name: String) -> Phrase {
        Phrase("Change mTLS mode: \(name)", ja: "mTLS モードの変更: \(name)")
    }
    static func modeNow(_ mode: String) -> Phrase {
        Phrase("now \(mode)   new", ja: "現在 \(mode)   変更後")
    }
    static let modeStore = Phrase("trust store", ja: "トラストストア")
    static let modeNoStore = Phrase("there is none", ja: "ありません")
    static func modeStoreChoices(_ count: Int) -> Phrase {
        Phrase("\(count) to choose from", ja: "\(count) 件から選択")
    }
    static let modeTypeName = Phrase(
        "Type the listener's name to enable Apply:",
        ja: "適用するにはリスナー名を入力:"
    )
    static let modeTypeHost = Phrase("Type the host name to enable Apply:", ja: "適用するにはホスト名を入力:")
    static let modeTypeNameShort = Phrase("Type its name:", ja: "名前を入力:")
    static let modeCancel = Phrase("Cancel", ja: "中止")
    static let modeApply = Phrase("Apply", ja: "適用")
    static let modeApplying = Phrase(
        "applying: waiting until every worker enforces it",
        ja: "適用中: すべてのワーカーに反映されるのを待っています"
    )
    static func modeSameAs(_ command: String) -> Phrase {
        Phrase("same as  \(command)", ja: "同じ操作  \(command)")
    }
    static func modeFate(_ open: String) -> Phrase {
        Phrase(
            "Open connections \(open): idle ones are closed, busy ones finish the request in hand and close.",
            ja: "接続中 \(open): 待機中の接続は閉じ、処理中の接続は今のリクエストを終えてから閉じます。"
        )
    }
    static let modeFateOfName = Phrase(
        "Connections that came for this name close, or are judged again where it is verified before and after; "
            + "those of other names stay.",
        ja: "この名前で来た接続は閉じるか、変更前後とも verify なら再判定します。他の名前の接続は維持します。"
    )
    static let modeShortFateOfName = Phrase("only connections of this name", ja: "この名前の接続のみ")
    static func modeJudgedAgain(_ open: String) -> Phrase {
        Phrase(
            "Open connections \(open): their clients are judged again; who passes stays.",
            ja: "接続中 \(open): クライアントを再判定し、合格した接続は維持します。"
        )
    }
    static func modeShortJudgedAgain(_ open: String) -> Phrase {
        Phrase("\(open) open: judged again", ja: "接続 \(open): 再判定")
    }
    static func modeShortFate(_ open: String) -> Phrase {
        Phrase("\(open) open: idle close, busy finish", ja: "接続 \(open): 待機中は切断、処理中は完了後")
    }

    // MARK: Obstacles

    static let modeUnderway = Phrase("the change is on its way", ja: "変更を送信済みです")
    static let modeNeedsStore = Phrase(
        "verify needs a trust store, and there is none: add one with sekisho apply",
        ja: "verify にはトラストストアが必要です。sekisho apply で追加してください"
    )
    static let modeClients = Phrase("clients", ja: "クライアント")
    static func modeEnforcement(_ enforcement: ClientRequirements.Enforcement) -> Phrase {
        switch enforcement {
        case .required: Phrase("no other client gets through", ja: "証明書のないクライアントも拒否")
        case .optional: Phrase("without a certificate: let through as nobody", ja: "証明書なしは匿名で許可")
        case .observed: Phrase("EVERYBODY gets through; log tells who would not", ja: "全員を許可し、ログにのみ記録")
        }
    }
    static let modeOptions = Phrase("options", ja: "オプション")
    static let modeIgnoreExpiry = Phrase("ignore client certificate expiry", ja: "期限切れを無視")
    static let modeAdvertise = Phrase("advertise CA names", ja: "CA 名を通知")
    /// What becomes of options that change; nil for one that stays.
    static func modeOptions(ignoresExpiry: Bool?, advertises: Bool?) -> Phrase {
        var phrase = Phrase.empty
        switch ignoresExpiry {
        case true?:
            phrase = Phrase(
                "Clients whose own certificate has expired are let in. ",
                ja: "クライアント証明書の期限切れを許可します。"
            )
        case false?:
            phrase = Phrase(
                "Clients whose own certificate has expired are refused again. ",
                ja: "クライアント証明書の期限切れを再び拒否します。"
            )
        case nil: break
        }
        switch advertises {
        case true?: return phrase + Phrase("Clients are told the CAs' names.", ja: "CA 名を通知します。")
        case false?:
            return phrase + Phrase("Clients are no longer told the CAs' names.", ja: "CA 名を通知しません。")
        case nil: return phrase
        }
    }
    static let modeOnly = Phrase("only", ja: "限定")
    static let modeOnlyNote = Phrase("subject-cn=a* or sha256", ja: "subject-cn=a* か sha256")
    static let modeIdentityMistake = Phrase(
        "write subject-cn=, subject-ou=, san-dns=, san-uri= or spiffe-id= with a pattern, or a SHA-256",
        ja: "subject-cn= subject-ou= san-dns= san-uri= spiffe-id= とパターン、または SHA-256 を入力してください"
    )
    static let modeLimit = Phrase("undo at", ja: "取消条件")
    static let modeLimitNever = Phrase("any share", ja: "なし")
    static let modeLimitUnit = Phrase("% refused", ja: "% 拒否")
    static let modeLimitRange = Phrase("a limit is 1 to 100 %", ja: "上限は 1–100 % です")
    static func modeLimitTooLow(_ expected: Int) -> Phrase {
        Phrase(
            "it would trip at once: \(expected) % of the connections are expected to be refused",
            ja: "すぐに取り消されます。接続の \(expected) % が拒否される見込みです"
        )
    }
    static func modeOtherRequirements(_ enforcement: ClientRequirements.Enforcement) -> Phrase {
        let what = self.modeEnforcement(enforcement)
        return Phrase(
            "Clients are judged anew by what is asked of them: \(what.english).",
            ja: "クライアントを新しい条件で検証し直します。\(what.japanese)。"
        )
    }
    static let modeShortOtherRequirements = Phrase("clients are judged anew", ja: "条件を変えて検証し直します")
    static let modeNothingToChange = Phrase(
        "nothing to change: choose another mode",
        ja: "変更がありません。別のモードを選んでください"
    )
    static func modeNameNeeded(_ name: String) -> Phrase {
        Phrase(
            "type the listener's name, \(name), to open it further",
            ja: "検査を緩めるには、リスナー名 \(name) を入力してください"
        )
    }
    static let riskUnknown = Phrase(
        "nobody knows how many would be refused",
        ja: "拒否される件数は不明です"
    )
    static func riskRefused(_ share: String) -> Phrase {
        Phrase("\(share) of the connections would be refused", ja: "接続の \(share) が拒否される見込みです")
    }
    static func modeNameForRisk(_ name: String, _ risk: Phrase) -> Phrase {
        Phrase(
            "type the name, \(name): \(risk.english)",
            ja: "名前 \(name) を入力してください。\(risk.japanese)"
        )
    }
    static func modeHostNeeded(_ name: String) -> Phrase {
        Phrase(
            "type the host name, \(name), to open it further",
            ja: "検査を緩めるには、ホスト名 \(name) を入力してください"
        )
    }
    static let modeStoreGone = Phrase(
        "the trust store has gone; check the choice",
        ja: "トラストストアがなくなりました。選び直してください"
    )
    static func modeChangedMeanwhile(_ mode: String) -> Phrase {
        Phrase(
            "somebody else changed this listener: it was \(mode)",
            ja: "他の人がこのリスナーを変更しました (以前は \(mode))"
        )
    }
    static func modeListenerGone(_ name: String) -> Phrase {
        Phrase(
            "listener \(name) has been removed; nothing was changed",
            ja: "リスナー \(name) は削除されました。変更はしていません"
        )
    }
    static let modeNoListener = Phrase(
        "there is no listener under the cursor",
        ja: "カーソル位置にリスナーがありません"
    )
    static func noHostName(_ text: String) -> Phrase {
        Phrase("\(text) is no host name", ja: "\(text) はホスト名ではありません")
    }
    static let namesNeedHTTPS = Phrase(
        "only names of HTTPS listeners have policies",
        ja: "名前別のポリシーは HTTPS リスナーだけです"
    )
    static func modeNeedsTLS(_ name: String, _ protocolName: String) -> Phrase {
        Phrase(
            "\(name) speaks \(protocolName): mutual TLS needs TLS",
            ja: "\(name) は \(protocolName) です。mTLS には TLS が必要です"
        )
    }
    static func modeAlready(_ mode: String) -> Phrase { Phrase("already \(mode)", ja: "すでに \(mode)") }

    // MARK: Answers

    static let modeUnchanged = Phrase("nothing was changed", ja: "何も変更していません")
    static func modeOnItsWay(_ name: String) -> Phrase {
        Phrase(
            "the change of \(name) is on its way; its result is shown here",
            ja: "\(name) の変更は送信済みです。結果はここに表示します"
        )
    }
    static func modeIsNow(
        _ name: String,
        _ mode: String,
        isNew: Bool,
        generation: UInt64,
        trialMinutes: Int?
    ) -> Phrase {
        let trial = trialMinutes.map {
            Phrase("; undone in \($0) min unless K keeps it", ja: "。K で確定しなければ \($0) 分後に元へ戻ります")
        }
        return Phrase(
            "\(name) \(isNew ? "is now" : "was already") \(mode) (generation \(generation))",
            ja: "\(name) は\(isNew ? "" : "すでに") \(mode) \(isNew ? "になりました" : "です") (世代 \(generation))"
        ) + (trial ?? .empty)
    }
    static func modeNotChanged(_ name: String, _ why: String) -> Phrase {
        Phrase("\(name) was not changed: \(why)", ja: "\(name) は変更されませんでした: \(why)")
    }
    static func stillDrain(_ count: String, _ text: String) -> Phrase {
        Phrase("\(count) still drain: \(text)", ja: "排出中 \(count): \(text)")
    }
    static func allDrained(_ text: String) -> Phrase {
        Phrase("all drained: \(text)", ja: "排出完了: \(text)")
    }

    // MARK: What the change means

    static func modeOtherStore(_ new: String, old: String?) -> Phrase {
        Phrase(
            "Clients are checked against \(new) instead of \(old ?? "the old store").",
            ja: "クライアントを \(old ?? "以前のストア") ではなく \(new) で検査します。"
        )
    }
    static let modeAsItIs = Phrase("This is what the listener does now.", ja: "現在と同じ動作です。")
    static let modeVerifyToPassthrough = Phrase(
        "STOPS: no certificate is checked any more; any, or none, gets through. Targets lose "
            + "X-Amzn-Mtls-Clientcert-Subject, -Issuer, -Serial-Number, -Validity and -Leaf; they get "
            + "X-Amzn-Mtls-Clientcert and must judge it themselves.",
        ja: "検査停止: 証明書を検査せず、どの証明書でも、なくても通します。ターゲットには "
            + "X-Amzn-Mtls-Clientcert-Subject、-Issuer、-Serial-Number、-Validity、-Leaf が届かなくなり、"
            + "X-Amzn-Mtls-Clientcert を自分で判断する必要があります。"
    )
    static let modeVerifyToOff = Phrase(
        "STOPS: no certificate is asked for or checked; everybody gets through. Targets lose every "
            + "X-Amzn-Mtls header.",
        ja: "検査停止: 証明書を求めず、検査もせず、すべて通します。ターゲットには X-Amzn-Mtls ヘッダーが届かなくなります。"
    )
    static let modePassthroughToOff = Phrase(
        "STOPS: no certificate is asked for. Targets lose X-Amzn-Mtls-Clientcert and cannot tell clients apart "
            + "by certificate.",
        ja: "検査停止: 証明書を求めません。ターゲットには X-Amzn-Mtls-Clientcert が届かず、証明書で区別できません。"
    )
    static let modeOffToPassthrough = Phrase(
        "Clients are asked for a certificate; any, or none, gets through. Targets get X-Amzn-Mtls-Clientcert. "
            + "Nobody is refused.",
        ja: "証明書を求めますが、どの証明書でも、なくても通します。ターゲットに X-Amzn-Mtls-Clientcert が届きます。拒否はありません。"
    )
    static func modeOffToVerify(_ store: String) -> Phrase {
        Phrase(
            "Clients without a certificate of \(store) are refused. Nobody was asked for one until now, so nobody "
                + "knows how many that are: passthrough first shows them in the log.",
            ja: "\(store) の証明書のないクライアントを拒否します。これまで証明書を求めていないため件数は不明です。"
                + "先に passthrough にするとログで確認できます。"
        )
    }
    static func modePassthroughToVerify(_ store: String) -> Phrase {
        Phrase(
            "Clients without a certificate of \(store) are refused.",
            ja: "\(store) の証明書のないクライアントを拒否します。"
        )
    }

    /// The same in at most 72 columns, for the smallest windows; the store is named in the row above.
    static let modeShortOtherStore = Phrase(
        "Checks clients against this store instead.",
        ja: "このストアで検査します。"
    )
    static let modeShortVerifyToPassthrough = Phrase(
        "STOPS checking: any certificate, or none, gets through.",
        ja: "検査停止: 証明書がなくても通します。"
    )
    static let modeShortVerifyToOff = Phrase(
        "STOPS asking: everybody gets through; targets get no names.",
        ja: "検査停止: すべて通し、名前も渡しません。"
    )
    static let modeShortPassthroughToOff = Phrase(
        "STOPS asking: targets get no certificate any more.",
        ja: "検査停止: 証明書を渡しません。"
    )
    static let modeShortOffToPassthrough = Phrase(
        "Asks for a certificate; nobody is refused.",
        ja: "証明書を求めます。拒否はありません。"
    )
    static let modeShortToVerify = Phrase(
        "Refuses clients without a certificate of this store.",
        ja: "このストアの証明書がなければ拒否します。"
    )

    // MARK: What it would do to clients

    static let previewAsked = Phrase(
        "asking the gate whom this would refuse",
        ja: "誰が拒否されるかをゲートに問い合わせています"
    )
    static let previewBlind = Phrase(
        "in mode off nobody is asked for a certificate, so nobody knows: passthrough first shows it",
        ja: "モード off では証明書を求めないため分かりません。先に passthrough にすると分かります"
    )
    static func previewCounts(
        since: String,
        accepted: String,
        refused: String,
        connections: String
    )
        -> Phrase
    {
        Phrase(
            "Of the clients since \(since): \(accepted) accepted, \(refused) REFUSED (\(connections) conns)",
            ja: "\(since) 以降のクライアント: 許可 \(accepted)、拒否 \(refused) (接続 \(connections))"
        )
    }
    static func previewWithout(_ count: String) -> Phrase {
        Phrase(
            "\(count) connections without a certificate would be refused",
            ja: "証明書のない接続 \(count) 件を拒否"
        )
    }
    /// How far that can be relied on, and the first reason for which not all the way.
    static func previewConfidence(coverage: String, _ doubts: [RehearsalReport.Doubt]) -> Phrase {
        let (confidence, why): (String, (String, String)?) =
            switch doubts.first {
            case nil: ("HIGH", nil)
            case .fewConnections?: ("MEDIUM", ("few connections yet", "接続がまだ少数"))
            case .manyWithoutCertificate?: ("MEDIUM", ("many without one", "証明書なしが多数"))
            case .unseenClients?: ("MEDIUM", ("known clients missing", "未接続の既知クライアントあり"))
            }
        return Phrase(
            "coverage \(coverage) with a certificate, confidence \(confidence)\(why.map { ": \($0.0)" } ?? "")",
            ja: "証明書あり \(coverage)、信頼度 \(confidence)\(why.map { " (\($0.1))" } ?? "")"
        )
    }
    static func previewAdmitted(_ count: String) -> Phrase {
        Phrase(
            "\(count) clients that are refused now would get through",
            ja: "今は拒否されるクライアント \(count) 件を許可"
        )
    }
    static func previewUnseen(_ count: String) -> Phrase {
        Phrase(
            "\(count) known clients have not come since: nothing is known of them",
            ja: "既知のクライアント \(count) 件はその後接続がなく、不明です"
        )
    }

    // MARK: Trials

    static let modeTerms = Phrase("apply as", ja: "適用方法")
    static func modeTrial(minutes: Int) -> Phrase {
        Phrase("trial of \(minutes) min", ja: "\(minutes) 分の試行")
    }
    static let modeStays = Phrase("change that stays", ja: "恒久的な変更")
    static let modeTrialNote = Phrase("undone by the gate unless it is kept", ja: "確定しなければゲートが元に戻します")
    static func trialUntil(_ what: String, by who: String, until time: String) -> Phrase {
        Phrase(
            "\(what) by \(who); undone at \(time)Z unless it is kept: K keeps, R reverts",
            ja: "\(who) による \(what)。確定しなければ \(time)Z に戻ります (K 確定、R 取消)"
        )
    }
    static func attentionTrial(
        _ what: String,
        number: Int64,
        since: String,
        by who: String,
        left: String,
        limit: Int?,
        now: String?
    ) -> Phrase {
        var (english, japanese) = (
            "rolls back in \(left)", "あと \(left) で元へ戻ります"
        )
        if let limit {
            english += ", or at \(limit)% refused"
            japanese += " (拒否 \(limit)% でも戻ります)"
        }
        if let now {
            english += " (now \(now)%)"
            japanese += " (現在の拒否 \(now)%)"
        }
        return Phrase(
            "\(english); \(what) since \(since) by \(who) (#\(number))",
            ja: "\(japanese)。\(who) による \(since) からの \(what) (#\(number))"
        )
    }
    static func trialResult(refused: String, of connections: String, share: String) -> Phrase {
        Phrase(
            "\(refused) of \(connections) connections were refused that had been let in before (\(share)%)",
            ja: "接続 \(connections) 件中 \(refused) 件を新たに拒否 (\(share)%)"
        )
    }
    static func trialOf(_ number: Int64, by who: String, left: String) -> Phrase {
        Phrase(
            "#\(number) by \(who), rolls back in \(left): K keeps, R reverts",
            ja: "\(who) による #\(number)、あと \(left) で元へ戻ります (K 確定、R 取消)"
        )
    }
    static let labelTrial = Phrase("trial", ja: "試行")
    static let noTrial = Phrase("no trial is running", ja: "試行中の変更はありません")
    static let noChangeHere = Phrase(
        "there is no change under the cursor and no trial",
        ja: "カーソル位置に変更がなく、試行もありません"
    )
    static func noChangeNumber(_ text: String) -> Phrase {
        Phrase("there is no change \(text)", ja: "変更 \(text) はありません")
    }
}
