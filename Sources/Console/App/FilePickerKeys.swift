import Model

/// Looking for a file.
extension ConsoleState {
    mutating func openFiles(_ purpose: FilePicker.Purpose, store: TrustStore) -> [Effect] {
        self.overlay = .files(FilePicker(purpose: purpose, store: store.name))
        return self.readDirectory(self.lastDirectory)
    }

    private mutating func readDirectory(_ path: String) -> [Effect] {
        if case .files(var picker) = self.overlay {
            picker.taken = picker.typed
            self.overlay = .files(picker)
        }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .files
        return [.request(self.lastRequest, .files(directory: path))]
    }

    mutating func press(_ key: Key, in opened: FilePicker) -> [Effect] {
        var picker = opened
        let last = max(0, picker.entries.count - 1)
        switch key {
        case .escape, .ctrl("c"):
            self.overlay = nil
            return []
        case .down, .tab: picker.index = min(picker.index + 1, last)
        case .up, .backTab: picker.index = max(0, picker.index - 1)
        case .pageDown: picker.index = min(picker.index + 10, last)
        case .pageUp: picker.index = max(0, picker.index - 10)
        case .home: picker.index = 0
        case .end: picker.index = last
        case .left:
            self.overlay = .files(picker)
            return picker.listing.map { self.readDirectory("\($0.directory)/..") } ?? []
        case .backspace where picker.typed.isEmpty:
            return picker.listing.map { self.readDirectory("\($0.directory)/..") } ?? []
        case .backspace: picker.setTyped(String(picker.typed.dropLast()))
        case .ctrl("u"): picker.setTyped("")
        case .enter, .right: return self.choose(picker)
        case .character("/"):
            guard let directory = picker.entered else {
                picker.setTyped(picker.typed + "/")
                break
            }
            picker.setTyped("")
            picker.entering = directory
            self.overlay = .files(picker)
            return self.readDirectory(directory)
        case .character(let character): picker.setTyped(picker.typed + String(character))
        default: break
        }
        self.overlay = .files(picker)
        return []
    }

    mutating func typeInFiles(_ text: String) {
        guard case .files(var picker) = self.overlay else { return }
        picker.setTyped(picker.typed + text)
        self.overlay = .files(picker)
    }

    mutating func choose(_ picker: FilePicker) -> [Effect] {
        guard let (path, isDirectory) = picker.chosen else { return [] }
        if isDirectory == true { return self.readDirectory(path) }
        var asked = picker
        asked.taken = picker.typed
        self.overlay = .files(asked)
        self.lastRequest += 1
        self.pending[self.lastRequest] = .file(picker.purpose, store: picker.store)
        return [.request(self.lastRequest, .file(path, limit: picker.purpose.fileBytes))]
    }

    /// Takes the contents of a directory, or says in the picker why there are none.
    mutating func answerFiles(_ result: Result<Reply, OperatorError>) {
        guard case .files(var picker) = self.overlay else { return }
        switch result {
        case .success(.files(let listing)):
            picker.listing = listing
            picker.entering = nil
            let isMore = picker.typed.hasPrefix(picker.taken)
            picker.setTyped(isMore ? String(picker.typed.dropFirst(picker.taken.count)) : "")
            self.lastDirectory = listing.directory
        case .success: break
        case .failure(let error):
            if let directory = picker.entering { picker.setTyped("\(directory)/\(picker.typed)") }
            picker.entering = nil
            picker.problem = Phrase(verbatim: error.told)
        }
        self.overlay = .files(picker)
    }

    /// Takes a file that was chosen: the question what it would do.
    mutating func answerFile(
        _ purpose: FilePicker.Purpose,
        store: String,
        _ result: Result<Reply, OperatorError>
    ) -> [Effect] {
        switch result {
        case .success(.file(let file)):
            switch purpose {
            case .addAuthorities: return self.askAbout(.addAuthorities(file), store: store)
            case .replaceBundle: return self.askAbout(.replaceBundle(file), store: store)
            case .addRevocations: return self.askAbout(.addRevocations(files: [file]), store: store)
            }
        // What was typed as a file's path is a directory's.
        case .success(.files): self.answerFiles(result)
        case .success: break
        case .failure(let error):
            guard case .files(var picker) = self.overlay else { return [] }
            picker.problem = Phrase(verbatim: error.told)
            self.overlay = .files(picker)
        }
        return []
    }
}

extension FilePicker {
    mutating func setTyped(_ text: String) {
        self.typed = String(text.prefix(Prompt.limit))
        self.index = 0
        self.problem = nil
    }
}
