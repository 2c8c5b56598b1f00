/// Cells in words, for a row that is told as a sentence. Figures come as they are written.
extension Phrase {
    /// A name that a stranger chose: in quotes where it could pass for more than one of the things that a
    /// sentence lists.
    static func name(_ text: String) -> Phrase {
        guard text.contains(where: { ",;\"".contains($0) }) || text.contains("  ") else {
            return Phrase(verbatim: text)
        }
        return Phrase(verbatim: "\"\(text.replacing("\"", with: "\\\""))\"")
    }

    /// ``duration(seconds:)`` with its units in full.
    static func toldDuration(seconds: Int64) -> Phrase {
        let short = self.duration(seconds: seconds)
        let units = [
            "s": "second", "min": "minute", "h": "hour", "d": "day", "y": "year", "m": "month",
        ]
        let words = short.english.split(separator: " ").map(String.init)
        let english = zip(words, [""] + words).map { word, count in
            units[word].map { self.noun($0, count) } ?? word
        }
        return Phrase(english.joined(separator: " "), ja: short.japanese)
    }

    static let rowMarked = Phrase("marked", ja: "選択中")

    // MARK: Listeners

    static func toldStore(_ name: String) -> Phrase { Phrase("store \(name)", ja: "ストア \(name)") }
    static func toldRate(_ count: String) -> Phrase {
        Phrase("\(count) \(Self.noun("handshake", count)) a second", ja: "ハンドシェイク 毎秒 \(count)")
    }
    static func toldShare(_ percent: String) -> Phrase {
        Phrase("\(percent) percent failing", ja: "失敗 \(percent) パーセント")
    }
    static func toldDraining(_ count: String) -> Phrase {
        Phrase("\(count) \(Self.noun("connection", count)) draining", ja: "排出中の接続 \(count)")
    }
    static func toldTargets(_ healthy: Int, _ total: Int) -> Phrase {
        Phrase("\(healthy) of \(total) targets healthy", ja: "ターゲット \(total) 件中 \(healthy) 件が正常")
    }
    static func toldOpen(_ count: String) -> Phrase {
        Phrase("\(count) \(Self.noun("connection", count)) open", ja: "接続中 \(count)")
    }
    static func toldChecks(_ passed: Int, of count: Int) -> Phrase {
        Phrase("\(passed) of the last \(count) passed", ja: "直近 \(count) 回中 \(passed) 回成功")
    }

    // MARK: Trust stores

    static func toldRevision(_ number: String) -> Phrase {
        Phrase("revision \(number)", ja: "リビジョン \(number)")
    }
    static func toldAuthorities(_ count: String) -> Phrase {
        Phrase("\(count) \(count == "1" ? "CA" : "CAs")", ja: "CA \(count) 件")
    }
    static func toldUsers(_ names: Phrase) -> Phrase {
        Phrase("used by \(names.english)", ja: "利用元 \(names.japanese)")
    }
    static func toldList(_ number: String) -> Phrase { Phrase("list \(number)", ja: "リスト \(number)") }
    static func toldEntries(_ count: String) -> Phrase {
        Phrase("\(count) \(count == "1" ? "entry" : "entries")", ja: "登録 \(count) 件")
    }

    // MARK: Connections, requests, clients, changes

    static func toldFailures(_ count: String) -> Phrase {
        Phrase("\(count) \(Self.noun("failure", count))", ja: "失敗 \(count) 件")
    }
    static func toldListener(_ name: String) -> Phrase {
        Phrase("listener \(name)", ja: "リスナー \(name)")
    }
    static func toldIssuer(_ name: String) -> Phrase {
        Phrase("issued by \(self.name(name).english)", ja: "発行者 \(self.name(name).japanese)")
    }
    static func toldSince(_ age: String) -> Phrase { Phrase("for \(age)", ja: "\(age)継続") }
    static func toldFrom(_ address: String) -> Phrase { Phrase("from \(address)", ja: "接続元 \(address)") }
    static func toldLast(_ time: String) -> Phrase { Phrase("last at \(time)", ja: "最後 \(time)") }
    static func toldLastSeen(_ time: String) -> Phrase {
        Phrase("last seen \(time)", ja: "最終接続 \(time)")
    }
    static func toldThisOne(_ text: String) -> Phrase {
        Phrase("this one: \(text)", ja: "この証明書: \(text)")
    }
    /// Counts of what has expired, ends today, within 7, 30 and 90 days, and later; without those of none.
    static func toldCalendar(_ counts: [Int]) -> Phrase {
        let spans: [Phrase] = [
            Phrase("expired", ja: "期限切れ"), Phrase("end today", ja: "今日"),
            Phrase("within 7 days", ja: "7 日以内"), Phrase("within 30 days", ja: "30 日以内"),
            Phrase("within 90 days", ja: "90 日以内"), Phrase("later", ja: "それ以降"),
        ]
        return zip(spans, counts).filter { $0.1 > 0 }.map { span, count in
            Phrase("\(count) \(span.english)", ja: "\(span.japanese) \(count) 件")
        }.joined()
    }
    static func toldHandshakes(_ count: String) -> Phrase {
        Phrase("\(count) \(Self.noun("handshake", count))", ja: "ハンドシェイク \(count) 回")
    }
    static func toldRefused(_ count: String) -> Phrase { Phrase("\(count) refused", ja: "拒否 \(count) 回") }
    static func toldStatus(_ code: Int) -> Phrase { Phrase("status \(code)", ja: "応答 \(code)") }
    static func toldMilliseconds(_ count: String) -> Phrase {
        Phrase("\(count) milliseconds", ja: "\(count) ミリ秒")
    }
    static func toldBy(_ name: String) -> Phrase { Phrase("by \(name)", ja: "変更者 \(name)") }
    static let toldObserved = Phrase("observed only", ja: "観測のみ")

    private static func noun(_ word: String, _ count: String) -> String {
        count == "1" ? word : word + "s"
    }
}
