import Model

/// Questions that one button answers.
extension Phrase {
    static func confirmTitle(_ action: ConfirmDialogue.Action) -> Phrase {
        switch action {
        case .keep(let number): Phrase("Keep change #\(number)", ja: "変更 #\(number) の確定")
        case .undo(let number): Phrase("Undo change #\(number)", ja: "変更 #\(number) の取消")
        case .targets(let changes):
            changes.first?.action == .restore
                ? Phrase("Restore \(self.targets(changes))", ja: "\(self.targets(changes)) の復帰")
                : Phrase("Drain \(self.targets(changes))", ja: "\(self.targets(changes)) のドレイン")
        case .trustStore(let change): self.title(change)
        }
    }

    static func confirmButton(_ action: ConfirmDialogue.Action) -> Phrase {
        switch action {
        case .keep: Phrase("Keep", ja: "確定")
        case .undo: Phrase("Undo", ja: "取消")
        case .targets(let changes): changes.first?.action == .restore ? .buttonRestore : .buttonDrain
        case .trustStore: .modeApply
        }
    }

    /// What is said when it has been done.
    static func confirmed(_ action: ConfirmDialogue.Action, _ receipt: ChangeReceipt) -> Phrase {
        let generation = receipt.generation
        switch action {
        case .keep(let number):
            return Phrase("#\(number) is kept", ja: "#\(number) を確定しました")
        case .undo(let number):
            return Phrase(
                "#\(number) is undone (generation \(generation))",
                ja: "#\(number) を取り消しました (世代 \(generation))"
            )
        case .targets(let changes):
            let names = self.targets(changes)
            return changes.first?.action == .restore
                ? Phrase(
                    "\(names) used again as healthy (generation \(generation))",
                    ja: "\(names) を復帰しました (世代 \(generation))"
                )
                : Phrase(
                    "\(names) draining: nothing new goes there (generation \(generation))",
                    ja: "\(names) をドレイン中。新しいリクエストは送りません (世代 \(generation))"
                )
        case .trustStore(let change):
            return receipt.plan.isEmpty
                ? .storeUnchanged(change.trustStore)
                : Phrase(
                    "trust store \(change.trustStore) is changed (generation \(generation))",
                    ja: "トラストストア \(change.trustStore) を変更しました (世代 \(generation))"
                )
        }
    }

    static let confirmNotKnownYet = Phrase(
        "wait: the gate is still working out what would come of it",
        ja: "お待ちください。ゲートが影響を調べています"
    )

    private static func targets(_ changes: [TargetOverride]) -> String {
        changes.count == 1 ? changes[0].target.description : "\(changes.count) targets"
    }

    private static let buttonDrain = Phrase("Drain", ja: "ドレイン")
    private static let buttonRestore = Phrase("Restore", ja: "復帰")

    static let confirmKeepMeans = Phrase(
        "The trial ends and the change stays as it is.",
        ja: "試行を終え、変更をそのまま確定します。"
    )
    static let confirmUndoMeans = Phrase(
        "What this change did is taken back, as a new change; what came after it stays.",
        ja: "この変更を新しい変更として取り消します。その後の変更は残ります。"
    )
    static func confirmOver(_ action: ConfirmDialogue.Action) -> Phrase {
        let title = self.confirmTitle(action)
        return Phrase(
            "\(title.english): what it was about has gone; nothing was done",
            ja: "\(title.japanese): ターゲットがなくなりました。何もしていません"
        )
    }
    static let confirmOnItsWay = Phrase(
        "the change is on its way; the changes page will show it",
        ja: "変更は送信済みです。結果は変更ページに表示されます"
    )
    static func confirmNameNeeded(_ name: String) -> Phrase {
        Phrase("type \(name) to go on", ja: "続けるには \(name) と入力してください")
    }
    static func confirmTypeName(_ name: String) -> Phrase {
        Phrase("Type \(name):", ja: "\(name) と入力:")
    }

    // MARK: Targets

    static let targetNone = Phrase("there is no target under the cursor", ja: "カーソル位置にターゲットがありません")
    static func targetIsDrained(_ name: String) -> Phrase {
        Phrase("\(name) is drained already: r restores it", ja: "\(name) はドレイン済みです。r で復帰します")
    }
    static func targetIsInUse(_ name: String) -> Phrase {
        Phrase("\(name) is in use: d drains it", ja: "\(name) は使用中です。d でドレインします")
    }
    static func targetDrainMeans(seconds: Int) -> Phrase {
        Phrase(
            "Nothing new goes there from now on; what is in hand may finish within \(seconds) s. It is checked "
                + "on, and stays drained across restarts, until it is restored.",
            ja: "新しいリクエストは送らず、処理中のものは \(seconds) 秒以内に終えます。ヘルスチェックは続き、"
                + "復帰させるまで (再起動後も) ドレインのままです。"
        )
    }
    static let targetRestoreMeans = Phrase(
        "Requests go there again as its health allows.",
        ja: "ヘルスに応じて再びリクエストを送ります。"
    )
    static func targetsRemain(_ healthy: Int, of total: Int) -> Phrase {
        healthy == 0
            ? Phrase(
                "NO healthy target would be left of \(total).",
                ja: "正常なターゲットがなくなります (全 \(total) 件)。"
            )
            : Phrase(
                "\(healthy) of \(total) targets stay healthy and in use.",
                ja: "\(total) 件のうち正常な \(healthy) 件が使われ続けます。"
            )
    }
    static let labelDraining = Phrase("draining", ja: "ドレイン中")
    static func drainingLeft(_ left: Int, of delay: Int) -> Phrase {
        Phrase("\(left) s of \(delay) s left", ja: "残り \(left) 秒 / \(delay) 秒")
    }
    static let drainedByHand = Phrase("by hand; r restores it", ja: "手動。r で復帰")
}
