import Model

/// What refusals and failures mean, and what mends them; the codes themselves stay as they are.
extension Phrase {
    static func attemptsAlike(_ count: String) -> Phrase {
        Phrase(
            "The last of \(count) attempts of this client that ended alike.",
            ja: "同じ結果に終わった \(count) 回の試みの最後。"
        )
    }
    static func cut(_ cause: CutCause) -> Phrase {
        switch cause {
        case .policyChanged: Phrase(cause.sentence, ja: "リスナーの方針が変わり、接続中に切断しました。")
        case .timePassed: Phrase(cause.sentence, ja: "期限が過ぎ、接続中に切断しました。")
        }
    }

    static func sentence(_ outcome: HandshakeOutcome) -> Phrase? {
        guard let english = outcome.sentence else { return nil }
        return Phrase(english, ja: self.japanese(outcome)?.sentence ?? english)
    }

    static func remedy(_ outcome: HandshakeOutcome) -> Phrase? {
        guard let english = outcome.remedy else { return nil }
        return Phrase(english, ja: self.japanese(outcome)?.remedy ?? english)
    }

    private static func japanese(_ outcome: HandshakeOutcome) -> (sentence: String, remedy: String)? {
        switch outcome {
        case .success: nil
        case .refused(let reason): self.japanese(reason)
        case .failed(let detail): self.japanese(detail)
        }
    }

    private static func japanese(_ reason: RefusalReason) -> (sentence: String, remedy: String) {
        switch reason {
        case .maxChainDepthExceeded:
            ("クライアントが 5 件以上の証明書を送りました。", "リーフと中間証明書だけを送らせ、ルートは送らせないでください。")
        case .maxSizeExceeded:
            ("クライアントの Certificate メッセージが 64 KiB を超えています。", "証明書の数か大きさを減らしてください。")
        case .crlHit:
            ("証明書チェーンの証明書が CA に失効させられています。", "新しい証明書を発行してください。誤りなら失効リストから外してください。")
        case .crlProcessingError:
            ("失効リストを使った検査ができませんでした。", "発行元 CA の最新の失効リストを登録してください。")
        case .untrusted:
            (
                "クライアントの証明書から、トラストストアの CA への経路がありません。",
                "発行元の CA をトラストストアに追加するか、不足している中間証明書を送らせてください。"
            )
        case .notYetValid:
            ("証明書チェーンに有効期間の始まっていない証明書があります。", "クライアントとこの機械の時計を確かめるか、有効になるまで待ってください。")
        case .expired:
            ("証明書チェーンに期限切れの証明書があります。", "証明書を更新してください。CA が切れている場合は CA と発行済みの証明書を入れ替えてください。")
        case .typeUnsupported:
            (
                "証明書が X.509 v3 でないか、鍵の種類が認められていません。",
                "RSA 2048 から 8192 ビット、または P-256、P-384、P-521 の X.509 v3 証明書を発行してください。"
            )
        case .invalid:
            ("送られた証明書を読み取れません。", "証明書チェーンを PEM で出力し直してください。壊れた証明書が含まれています。")
        case .purposeInvalid:
            ("証明書が TLS クライアント認証用ではありません。", "拡張鍵用途 clientAuth と digitalSignature を付けて発行してください。")
        case .rejected:
            ("証明書は信頼できますが、リスナーの方針が拒否しました。", "識別名をリスナーのフィルタに加えるか、拒否のままにしてください。")
        case .incompatible:
            ("鍵か署名がリスナーのセキュリティポリシーに合いません。", "より強い鍵か SHA-256 の署名を使うか、別のセキュリティポリシーを選んでください。")
        case .unmapped:
            ("クライアント証明書以外の理由で接続に失敗しました。", "記録の詳細を見てください。相手が何をしたかが書かれています。")
        }
    }

    private static func japanese(
        _ detail: ConnectionErrorDetail
    ) -> (
        sentence: String, remedy: String
    ) {
        switch detail {
        case .noCertificate:
            (
                "証明書が必須のリスナーに、クライアントが証明書を送りませんでした。",
                "クライアントに証明書を持たせるか (curl: --cert と --key)、リスナーのモードを変えてください。"
            )
        case .timeout:
            ("ハンドシェイクが時間内に終わりませんでした。", "遅い、または遮断された経路か、接続を開くだけのクライアントを探してください。")
        case .protocolVersion: ("共通の TLS バージョンがありません。", "クライアントに TLS 1.2 か 1.3 を使わせてください。")
        case .cipher:
            ("共通の暗号スイート、グループ、署名方式がありません。", "ECDHE のスイートと X25519 か P-256 を使わせてください。")
        case .closed:
            (
                "ハンドシェイクの途中でクライアントが接続を閉じました。",
                "クライアントを確かめてください。サーバー証明書を信頼していないか、ポートスキャンかもしれません。"
            )
        case .notTLS:
            ("クライアントは TLS で話していません。", "URL を https:// にするか、平文の HTTP は HTTP リスナーへ送ってください。")
        case .alert:
            ("クライアントが TLS アラートで断りました。", "クライアントのログを見てください。多くはサーバー証明書の CA を信頼していません。")
        case .badSignature:
            ("クライアントは証明書の鍵を持つことを示せませんでした。", "鍵と証明書の組み合わせを確かめてください。")
        case .limit: ("ゲートの上限に達しました。", "どの上限かはカウンタで確かめてください。")
        case .stopped: ("ハンドシェイクの途中でリスナーが停止しました。", "対処は不要です。クライアントは接続し直します。")
        case .other: ("クライアントが TLS の決まりに反しました。", "クライアントの TLS ライブラリと途中の機器を確かめてください。")
        }
    }
}
