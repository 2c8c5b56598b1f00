import Model

/// Changes of trust stores, revisions, revocation lists and files.
extension Phrase {
    static func title(_ change: TrustStoreChange) -> Phrase {
        let store = change.trustStore
        return switch change.edit {
        case .addRevocations: Phrase("Add a revocation list to \(store)", ja: "\(store) に失効リストを追加")
        case .removeRevocations(let ids):
            Phrase(
                "Remove revocation list \(ids.map { "\($0)" }.joined(separator: ", ")) from \(store)",
                ja: "\(store) から失効リスト \(ids.map { "\($0)" }.joined(separator: ", ")) を削除"
            )
        case .replaceBundle: Phrase("Replace the bundle of \(store)", ja: "\(store) のバンドルを置換")
        case .addAuthorities: Phrase("Add CAs to \(store)", ja: "\(store) に CA を追加")
        case .removeAuthority: Phrase("Remove a CA from \(store)", ja: "\(store) から CA を削除")
        case .restoreRevision(let revision):
            Phrase("Bring back revision \(revision) of \(store)", ja: "\(store) のリビジョン \(revision) に戻す")
        }
    }
    static func storeUnchanged(_ store: String) -> Phrase {
        Phrase("nothing to change: \(store) has it already", ja: "変更はありません。\(store) は既にその状態です")
    }
    static let storeNobodyJudged = Phrase(
        "No listener judges its clients by this store in another way.",
        ja: "このストアで検証結果が変わるリスナーはありません。"
    )
    static func storeBlind(_ listener: String) -> Phrase {
        Phrase(
            "\(listener): nothing is known of its clients' certificates.",
            ja: "\(listener): クライアント証明書の記録がありません。"
        )
    }
    static func storeCounts(
        _ listener: String,
        accepted: String,
        refused: String,
        since: String
    ) -> Phrase {
        Phrase(
            "\(listener): since \(since) \(accepted) clients pass, \(refused) would be REFUSED",
            ja: "\(listener): \(since) 以降のクライアントのうち、許可 \(accepted)、新たに拒否 \(refused)"
        )
    }
    static func storeAdmitted(_ count: String) -> Phrase {
        Phrase(
            "\(count) that are refused now would get through",
            ja: "現在拒否されている \(count) 件が許可されます"
        )
    }
    static func storeDependents(_ count: String) -> Phrase {
        Phrase(
            "\(count) clients that the gate knows were verified by what goes (name, last seen):",
            ja: "削除される CA で検証された既知のクライアント \(count) 件 (名前、最終接続):"
        )
    }
    static let storeIsWatched = Phrase(
        "The bundle's file is watched: its next version replaces this.",
        ja: "バンドルのファイルは監視中です。次の版が読まれるとこの変更は置き換えられます。"
    )
    static func andMore(_ count: Int) -> Phrase { Phrase("and \(count) more", ja: "ほか \(count) 件") }
    static let removeWhat = Phrase(
        "put the cursor on a CA or a revocation list first: Tab goes there",
        ja: "先に Tab で CA か失効リストにカーソルを置いてください"
    )
    static let whatIf = Phrase("What if:", ja: "仮に:")

    // MARK: Revisions

    static func revisionsTitle(_ store: String) -> Phrase {
        Phrase("\(store): revisions of the bundle", ja: "\(store): バンドルのリビジョン")
    }
    static func authorityCount(_ count: Int) -> Phrase {
        Phrase(count == 1 ? "1 CA" : "\(count) CAs", ja: "CA \(count) 件")
    }
    static let revisionInForce = Phrase("in force", ja: "適用中")
    static let revisionIsInForce = Phrase(
        "this revision is in force: choose an earlier one",
        ja: "このリビジョンは適用中です。以前のものを選んでください"
    )
    static let revisionOldest = Phrase(
        "what was before it is not remembered; its CAs:",
        ja: "これより前は記録がありません。含まれる CA:"
    )
    static func revisionAgainst(_ new: Int, _ old: Int) -> Phrase {
        Phrase("r\(new) against r\(old)", ja: "r\(new) と r\(old) の差分")
    }
    static let revisionSame = Phrase("the same CAs", ja: "同じ CA です")

    // MARK: Revocation

    static let nounRevocationList = Phrase("revocation list", ja: "失効リスト")
    static let columnID = Phrase(verbatim: "ID")
    static let columnEntries = Phrase("ENTRIES", ja: "件数")
    static let columnNext = Phrase("NEXT", ja: "次回更新")
    static let columnFile = Phrase("FILE", ja: "ファイル")
    static let labelNext = Phrase("next update", ja: "次回更新")
    static let labelRevokedAt = Phrase("since", ja: "失効日時")
    static let labelList = Phrase("list", ja: "リスト")
    static func listsTitle(_ count: Int) -> Phrase {
        Phrase("Revocation lists (\(count))", ja: "失効リスト (\(count))")
    }
    static let noLists = Phrase("none: L adds one", ja: "なし。L で追加")
    static let listWaits = Phrase(
        "no effect: its CA is not in the bundle",
        ja: "効果なし: 発行した CA がバンドルにありません"
    )
    static func dueIn(_ left: Phrase) -> Phrase {
        Phrase("in \(left.english)", ja: "残り \(left.japanese)")
    }
    static func overdueBy(_ time: Phrase) -> Phrase {
        Phrase("overdue \(time.english)", ja: "\(time.japanese)超過")
    }
    static let neverDue = Phrase("never", ja: "なし")
    static let serialPrompt = Phrase(
        "serial number in hexadecimal",
        ja: "シリアル番号 (16 進)"
    )
    static func serialTitle(_ serial: String) -> Phrase {
        Phrase("Is \(serial) revoked?", ja: "\(serial) は失効していますか")
    }
    static let serialRevoked = Phrase("REVOKED", ja: "REVOKED (失効)")
    static let serialFree = Phrase("not revoked by any list", ja: "どのリストでも失効していません")
    static let serialNoLists = Phrase(
        "not revoked: there is no list of its CA",
        ja: "失効していません。その CA のリストがありません"
    )
    static func serialSearched(_ lists: Int, _ entries: String) -> Phrase {
        Phrase("looked into \(lists) lists with \(entries) entries", ja: "\(lists) リスト、\(entries) 件を検索")
    }
    static func serialList(_ id: Int, store: String) -> Phrase {
        Phrase("\(id) of trust store \(store)", ja: "トラストストア \(store) の \(id)")
    }

    // MARK: Files

    static func filesTitle(_ purpose: FilePicker.Purpose, _ store: String) -> Phrase {
        switch purpose {
        case .addAuthorities:
            Phrase("Add CAs to \(store): choose a PEM file", ja: "\(store) に CA を追加: PEM ファイルを選択")
        case .replaceBundle:
            Phrase(
                "Replace the bundle of \(store): choose a PEM file",
                ja: "\(store) のバンドルを置換: PEM ファイルを選択"
            )
        case .addRevocations:
            Phrase(
                "Add a revocation list to \(store): choose a PEM file",
                ja: "\(store) に失効リストを追加: PEM ファイルを選択"
            )
        }
    }
    static func filesSent(_ place: Phrase, to machine: String) -> Phrase {
        Phrase(
            "here, to be sent to \(machine):  \(place.english)",
            ja: "この端末のファイルを \(machine) に送ります:  \(place.japanese)"
        )
    }
    static let filesReading = Phrase("reading the directory", ja: "ディレクトリを読み込み中")
    static let filesTyped = Phrase("name or path", ja: "名前かパス")
    static let filesNone = Phrase("no such name here", ja: "その名前はありません")
    static let filesPath = Phrase("Enter opens this path", ja: "Enter でこのパスを開きます")
    static let filesCut = Phrase(
        "more files than are listed: type the path",
        ja: "ファイルが多すぎます。パスを入力してください"
    )

    // MARK: Commands

    static let hintAddCA = Phrase("add CA", ja: "CA追加")
    static let hintAddList = Phrase("add CRL", ja: "CRL追加")
    static let hintRemove = Phrase("remove", ja: "削除")
    static let hintRevisions = Phrase("revisions", ja: "履歴")
    static let hintLookUp = Phrase("revoked?", ja: "失効?")
    static let hintReapply = Phrase("bring back", ja: "戻す")
    static let hintUp = Phrase("directory above", ja: "上へ")
    static let hintWhatIf = Phrase("what if", ja: "影響")
    static let helpAddCA = Phrase(
        "add CAs from a file to the trust store",
        ja: "ファイルからトラストストアに CA を追加"
    )
    static let helpReplaceBundle = Phrase(
        "replace the whole bundle of the trust store by a file",
        ja: "トラストストアのバンドル全体をファイルで置換"
    )
    static let helpAddList = Phrase(
        "add a revocation list to the trust store",
        ja: "トラストストアに失効リストを追加"
    )
    static let helpRemove = Phrase(
        "remove the CA or the revocation list under the cursor",
        ja: "カーソル行の CA または失効リストを削除"
    )
    static let helpWhatIf = Phrase(
        "tell whom the removal of what is under the cursor would refuse; changes nothing",
        ja: "カーソル行を削除した場合に拒否されるクライアントを表示 (変更なし)"
    )
    static let helpRevisions = Phrase(
        "earlier bundles of the trust store, what each changed, and back to one",
        ja: "トラストストアの以前のバンドルと差分、復元"
    )
    static let hintExpiring = Phrase("expiring", ja: "期限間近")
    static let helpExpiring = Phrase(
        "only certificates that expire within 7 days, or all again",
        ja: "7 日以内に期限が切れる証明書だけを表示 (もう一度で全件)"
    )
    static let helpLookUp = Phrase(
        "look up a serial number in the revocation lists: by which list, since when, why",
        ja: "シリアル番号を失効リストで検索 (リスト、日時、理由)"
    )
}
