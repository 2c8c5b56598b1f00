/// The page of clients.
extension Phrase {
    static let pageClients = Phrase("Clients", ja: "クライアント")
    static let tabClients = Phrase("Clnt", ja: "顧客")
    static let nounClient = Phrase("client", ja: "クライアント")
    static let columnVerified = Phrase("VERIFIED", ja: "検証")
    static let columnHandshakesTotal = Phrase("CONNS", ja: "接続数")
    static let clientsAsked = Phrase("asking the gate for its clients", ja: "ゲートにクライアントを問い合わせています")
    static let noClients = Phrase(
        "no client has shown a certificate yet: each that does is remembered here",
        ja: "証明書を示したクライアントはまだありません。示すとここに記録されます"
    )
    static func clients(_ count: Int, verified: Int, unverified: Int) -> Phrase {
        Phrase(
            "\(count) listed, \(verified) verified and \(unverified) unverified certificates known",
            ja: "表示 \(count) 件 (検証済み \(verified)、未検証 \(unverified))"
        )
    }
    /// Of an expiry calendar: over, today, within 7, 30 and 90 days, and later.
    static let expirySpans = [
        Phrase("expired", ja: "期限切れ"), Phrase("today", ja: "今日"), Phrase("7 d", ja: "7 日"),
        Phrase("30 d", ja: "30 日"), Phrase("90 d", ja: "90 日"), Phrase("later", ja: "それ以降"),
    ]
    static func expiryCalendar(_ counts: [Int]) -> Phrase {
        Phrase("expiry  ", ja: "期限  ")
            + zip(self.expirySpans, counts).map { $0 + " \($1)" }.joined(by: "   ")
    }
    static let expiryTitle = Phrase("Certificates that end", ja: "証明書の期限")
    static let expiryAll = Phrase("all", ja: "すべて")
    static func expiryNext(_ name: String, _ left: Phrase) -> Phrase {
        Phrase("next: \(name) (\(left.english))", ja: "次: \(name) (\(left.japanese))")
    }
    static let columnRenewed = Phrase("RENEWED?", ja: "更新済?")
    static let claim = Phrase("a claim", ja: "自称")
    static func clientHistory(_ count: Int) -> Phrase {
        Phrase(
            "Certificates of this subject (\(count))",
            ja: "同じサブジェクトの証明書 (\(count))"
        )
    }
    static let labelRenewed = Phrase("renewed", ja: "更新")
    static func renewedUntil(_ date: String) -> Phrase {
        Phrase("it has come with one valid until \(date)", ja: "\(date) まで有効な証明書で接続しています")
    }
    static let notRenewed = Phrase(
        "no certificate that is valid for longer has been seen",
        ja: "より長く有効な証明書はまだ見られていません"
    )
    static let labelBreaks = Phrase("then", ja: "期限後")
    static func breaksAt(_ date: String, _ listeners: String) -> Phrase {
        Phrase("refused from \(date) on by \(listeners)", ja: "\(date) 以降は \(listeners) が拒否します")
    }
    static let copyNotice = Phrase("a notice for its owner", ja: "所有者への通知")
    static func clientTotals(_ handshakes: String, _ refused: String) -> Phrase {
        Phrase(
            "\(handshakes) handshakes, \(refused) refused",
            ja: "ハンドシェイク \(handshakes)、拒否 \(refused)"
        )
    }
    static let labelSeen = Phrase("seen", ja: "期間")
}
