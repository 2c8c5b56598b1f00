/// What a console without a screen says beside what the drawn one writes.
extension Phrase {
    // MARK: Pages

    static func pageOf(_ title: Phrase, _ status: Phrase, _ lock: String) -> Phrase {
        [title, status, Phrase(verbatim: lock)].filter { $0 != .empty }.joined()
    }
    static func rowsOf(_ first: Int, _ last: Int, of count: Int) -> Phrase {
        Phrase(
            "rows \(first) to \(last), of \(count): page-down and page-up tell the others, filter leaves fewer",
            ja: "全 \(count) 件中 \(first) から \(last)。page-down と page-up で続き、filter で絞り込み"
        )
    }
    static func noRowNumber(_ text: String) -> Phrase {
        Phrase(
            "no row \(text) has been told here, or it has gone",
            ja: "行 \(text) は読み上げた一覧にないか、なくなりました"
        )
    }

    static func failurePlace(_ index: Int, of count: Int) -> Phrase {
        Phrase("failure \(index) of \(count)", ja: "失敗 \(count) 件中 \(index) 件目")
    }

    // MARK: Signs in words

    static let toldAdded = Phrase("added: ", ja: "追加: ")
    static let toldRemoved = Phrase("removed: ", ja: "削除: ")
    static let toldFound = Phrase("found in the trust store: ", ja: "トラストストアにあり: ")
    static let toldMissing = Phrase("missing: ", ja: "なし: ")
    static func toldRecords(_ count: String) -> Phrase {
        Phrase("\(count) \(count == "1" ? "record" : "records")", ja: "記録 \(count) 件")
    }
    static func told(error text: Phrase) -> Phrase { Phrase(verbatim: "ERROR: ") + text }

    // MARK: Questions

    /// What is asked, what can be answered, and what an empty line means.
    static func question(_ label: Phrase, _ choices: Phrase = .empty, _ empty: Phrase? = nil) -> Phrase {
        let asked =
            Phrase(verbatim: "? ") + label + (choices == .empty ? .empty : Phrase(verbatim: ": ") + choices)
        guard let empty else { return asked }
        return asked
            + Phrase(". An empty line takes \(empty.english)", ja: "。空行は \(empty.japanese)")
    }
    static func confirmation(_ what: Phrase, _ button: Phrase) -> Phrase {
        let (english, japanese) = (button.english.lowercased(), button.japanese)
        return Phrase(
            "? \(what.english)? Type \(english) to do it. An empty line leaves it as it is",
            ja: "? \(what.japanese) — 実行するには \(japanese) と入力。空行なら何も変更しません"
        )
    }
    static let leavingNote = Phrase(
        "cancel leaves at any question, and nothing is changed",
        ja: "cancel でいつでも中止でき、何も変更しません"
    )
    static let emptyLeaves = Phrase("An empty line leaves", ja: "空行で中止")
    static func isNow(_ mode: String) -> Phrase { Phrase("It is \(mode) now", ja: "現在は \(mode)") }
    static let answerNone = Phrase("none", ja: "none")
    static func answerNumber(of count: Int) -> Phrase {
        Phrase("a number from 1 to \(count)", ja: "1 から \(count) の番号")
    }
    static let answerFile = Phrase(
        "a number, a name here, or a path",
        ja: "番号、ここにある名前、またはパス"
    )
    static let answerRevision = Phrase(
        "a number tells what that revision changed, R brings the one told last back",
        ja: "番号でその版の差分、R で最後に表示した版に戻す"
    )
    static func termsChoices(_ minutes: String) -> Phrase {
        Phrase(
            "\(minutes) for a trial of so many minutes, or stay for a change that stays",
            ja: "\(minutes) (分) で試行、stay で恒久的な変更"
        )
    }
    static let switchChoices = Phrase("yes or no", ja: "yes か no")
    static func switchAnswer(_ isOn: Bool) -> Phrase { Phrase(verbatim: isOn ? "yes" : "no") }
    static let onlyLabel = Phrase("which clients alone are let in", ja: "許可するクライアント")
    static let onlyChoices = Phrase(
        "patterns such as subject-cn=a*, SHA-256 fingerprints, or none for all that pass",
        ja: "subject-cn=a* のような条件、SHA-256、または none (合格すればすべて)"
    )
    static func changeOf(_ name: String, from old: String, to new: String) -> Phrase {
        old == new
            ? Phrase("change what \(name) asks of its clients", ja: "\(name) の検証条件を変更")
            : Phrase("change \(name) from \(old) to \(new)", ja: "\(name) を \(old) から \(new) に変更")
    }
    static let limitLabel = Phrase("undo at how many percent refused", ja: "取消条件 (拒否の %)")
    static let limitChoices = Phrase("1 to 100, or none", ja: "1 から 100、または none")
    static func noSuchAnswer(_ text: String) -> Phrase {
        Phrase("\"\(text)\" is no answer to that", ja: "「\(text)」という答えはありません")
    }

    // MARK: Coming and going

    static func greeting(
        _ generation: Phrase,
        _ listeners: Phrase,
        _ alarms: Phrase,
        _ lock: String
    ) -> Phrase {
        [Phrase(verbatim: "sekisho"), generation, listeners, alarms, Phrase(verbatim: lock)].joined()
    }
    static func alarms(_ count: Int) -> Phrase {
        guard count > 0 else { return .allQuiet }
        return Phrase(
            "\(count) \(count == 1 ? "thing needs" : "things need") attention (1 tells)",
            ja: "要注意 \(count) 件 (1 で一覧)"
        )
    }
    static let greetingHelp = Phrase(
        "1 to 9 tell a page, help tells the commands, q leaves",
        ja: "1 から 9 でページ、help でコマンド一覧、q で終了"
    )
    static let typeCommand = Phrase(
        "type a command; help tells which there are",
        ja: "コマンドを入力。help で一覧"
    )
    static func needsScreen(_ name: String) -> Phrase {
        Phrase(
            "\(name) is about what is on a screen, and this console has none",
            ja: "\(name) は画面のためのもので、このコンソールに画面はありません"
        )
    }
    static func lineTooLong(_ limit: Int) -> Phrase {
        Phrase(
            "a line of more than \(limit) bytes was not read",
            ja: "\(limit) バイトを超える行は読みませんでした"
        )
    }

    // MARK: News

    static func newCause(_ sentence: String, others: Int) -> Phrase {
        guard others > 0 else { return Phrase(verbatim: "FAIL, \(sentence)") }
        return Phrase(
            "FAIL, \(sentence); and \(others) other new \(others == 1 ? "cause" : "causes"): 5 tells them",
            ja: "FAIL, \(sentence)。ほかに新しい原因 \(others) 件 (5 で一覧)"
        )
    }
    static func trialBegan(_ number: Int64, _ sentence: Phrase) -> Phrase {
        Phrase("TRIAL #\(number), \(sentence.english)", ja: "TRIAL #\(number), \(sentence.japanese)")
    }
    static func trialEnded(_ number: Int64, _ what: String, _ how: Phrase) -> Phrase {
        Phrase(
            "trial #\(number), \(what), is over: \(how.english)",
            ja: "試行 #\(number) (\(what)) 終了: \(how.japanese)"
        )
    }
    static let trialGone = Phrase("8 tells the changes", ja: "8 で変更一覧")
    static let newsOn = Phrase(
        "new causes of failures are told as they come",
        ja: "新しい失敗の原因を読み上げます"
    )
    static let newsOff = Phrase(
        "new causes of failures are not told; 5 tells them when asked",
        ja: "新しい失敗の原因を読み上げません。5 で一覧"
    )

    // MARK: Help

    static let helpRow = Phrase("choose a row by the number that it was told with", ja: "番号で行を選ぶ")
    static let helpNews = Phrase(
        "tell new causes of failures as they come, or only when asked",
        ja: "新しい失敗の原因を読み上げる、読み上げない"
    )
    static let helpCancel = Phrase("leave a question; nothing is changed", ja: "質問をやめる。何も変更しない")
    static let emptyLine = Phrase("an empty line", ja: "空行")
    static let helpEmpty = Phrase("tell the row under the cursor again", ja: "選択中の行をもう一度読む")
    static let helpCopyLinear = Phrase("tell something of the row in full", ja: "行の内容を省略せずに読む")
    static let helpSafetyLinear = Phrase(
        "A change asks before it is made; whatever is asked, an empty line at the last question makes none.",
        ja: "変更の前に必ず確認します。最後の質問に空行で答えれば何も変わりません。"
    )
    static let helpLinear = Phrase("Lines", ja: "行")
    static func orKey(_ keys: String) -> Phrase { Phrase(" or \(keys)", ja: "、\(keys)") }
}
