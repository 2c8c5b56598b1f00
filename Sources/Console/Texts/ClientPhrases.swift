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
    /// Counts of what has expired, ends today, within 7, 30 and 90 days, and later.
    static func expiryCalendar(_ counts: [Int]) -> Phrase {
        let english = ["expired", "today", "7 d", "30 d", "90 d", "later"]
        let japanese = ["期限切れ", "今日", "7 日", "30 日", "90 日", "それ以降"]
        return Phrase(
            "expiry  " + zip(english, counts).map { "\($0.0) \($0.1)" }.joined(separator: "   "),
            ja: "期限  " + zip(japanese, counts).map { "\($0.0) \($0.1)" }.joined(separator: "   ")
        )
    }
    static func clientTotals(_ handshakes: String, _ refused: String) -> Phrase {
        Phrase(
            "\(handshakes) handshakes, \(refused) refused",
            ja: "ハンドシェイク \(handshakes)、拒否 \(refused)"
        )
    }
    static let labelSeen = Phrase("seen", ja: "期間")
}
