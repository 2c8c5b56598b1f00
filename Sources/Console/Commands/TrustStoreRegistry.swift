/// Commands about trust stores and clients: on their pages, and where a refusal is mended.
extension Command {
    static let trustStores: [Command] = [
        Command(
            name: "add-ca",
            group: .change,
            keys: [.character("A")],
            pages: [.trustStores],
            arguments: [.store],
            hint: .hintAddCA,
            help: .helpAddCA,
            changesState: true,
            availability: { $0.storeAvailability }
        ) { state, arguments in
            state.openFiles(.addAuthorities, arguments.first)
        },
        Command(
            name: "add-revocations",
            group: .change,
            keys: [.character("L")],
            pages: [.trustStores],
            arguments: [.store],
            hint: .hintAddList,
            help: .helpAddList,
            changesState: true,
            availability: { $0.storeAvailability }
        ) { state, arguments in
            state.openFiles(.addRevocations, arguments.first)
        },
        Command(
            name: "remove",
            group: .change,
            keys: [.character("x")],
            pages: [.trustStores],
            hint: .hintRemove,
            help: .helpRemove,
            changesState: true,
            availability: { $0.removalAvailability }
        ) { state, _ in
            state.openRemoval()
        },
        Command(
            name: "replace-bundle",
            group: .change,
            keys: [.character("B")],
            pages: [.trustStores],
            arguments: [.store],
            help: .helpReplaceBundle,
            changesState: true,
            availability: { $0.storeAvailability }
        ) { state, arguments in
            state.openFiles(.replaceBundle, arguments.first)
        },
        Command(
            name: "what-if",
            group: .view,
            keys: [.character("i")],
            pages: [.trustStores],
            hint: .hintWhatIf,
            help: .helpWhatIf,
            availability: { $0.whatIfAvailability }
        ) { state, _ in
            state.openWhatIf()
        },
        Command(
            name: "revisions",
            group: .view,
            keys: [.character("D")],
            pages: [.trustStores],
            arguments: [.store],
            hint: .hintRevisions,
            help: .helpRevisions
        ) { state, arguments in
            state.openRevisions(arguments.first)
        },
        Command(
            name: "revoked",
            group: .view,
            keys: [.character("s")],
            pages: [.trustStores, .clients],
            arguments: [.serial],
            hint: .hintLookUp,
            help: .helpLookUp
        ) { state, arguments in
            state.openLookUp(arguments)
        },
        Command(
            name: "expiring",
            group: .view,
            keys: [.character("e")],
            pages: [.clients],
            hint: .hintExpiring,
            help: .helpExpiring
        ) { state, _ in
            let text = "expires>0d expires<7d"
            return state.filter(by: state.currentFilterText == text ? "" : text)
        },
        Command(
            name: "fix",
            group: .change,
            keys: [.character("F")],
            pages: [.refusals],
            hint: .hintFix,
            help: .helpFix,
            availability: { $0.fixAvailability }
        ) { state, _ in
            state.openFixes()
        },
        Command(
            name: "add-sent-ca",
            group: .change,
            pages: [.refusals],
            help: .helpAddSent,
            availability: { $0.changeAvailability }
        ) { state, _ in
            state.addSentAuthority()
        },
    ]
}
