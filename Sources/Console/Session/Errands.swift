import Glibc
import Model

/// What a console has done for it: questions to the gate, files on this machine.
struct Errands: Sendable {
    let controlPlane: any ControlPlane
    let author: Author
    /// Where answers go.
    let mailbox: Mailbox
    let places: ConsolePlaces
    /// The gate is on another machine.
    let isElsewhere: Bool

    /// Asks the gate, or reads what is asked for here; the answer comes by mail.
    func ask(_ request: Request, _ number: Int) {
        Task.detached {
            let result: Result<Reply, OperatorError>
            do throws(OperatorError) {
                result = .success(try await self.answer(request))
            } catch {
                result = .failure(error)
            }
            self.mailbox.post { $0.replies.append((number, result)) }
        }
    }

    private func answer(_ request: Request) async throws(OperatorError) -> Reply {
        switch request {
        case .change(let change):
            return .receipt(try await self.controlPlane.setMutualAuthentication(change, by: self.author))
        case .keep(let change):
            return .receipt(try await self.controlPlane.keep(change: change, by: self.author))
        case .undo(let change):
            return .receipt(try await self.controlPlane.undo(change: change, by: self.author))
        case .targets(let changes):
            return .receipt(try await self.controlPlane.setTargets(changes, by: self.author))
        case .trustStore(let change):
            return .receipt(try await self.controlPlane.changeTrustStore(self.named(change), by: self.author))
        case .preview(let change):
            return .preview(try await self.controlPlane.preview(self.named(change)))
        case .revisions(let store):
            return .revisions(try await self.controlPlane.revisions(ofTrustStore: store))
        case .revocations(let query): return .revocations(try await self.controlPlane.revocations(query))
        case .requests(let query): return .requests(try await self.controlPlane.requests(query))
        case .explain(let record):
            return .explanation(try await self.controlPlane.explain(.record(record)))
        case .files(let directory): return .files(try FileListing.read(directory))
        case .file(let path, _) where FileListing.isDirectory(path):
            return .files(try FileListing.read(path))
        case .file(let path, let limit):
            let text = try TextFile.read(path, what: "file", limit: limit)
            return .file(FileContents(path: path, text: text))
        case .rehearse(let change):
            let question = RehearsalRequest(.mutualAuthentication(change), isAttached: false)
            return .rehearsal(try await self.controlPlane.rehearse(question))
        case .clients(let query): return .clients(try await self.controlPlane.clients(query))
        case .changes(let limit): return .changes(try await self.controlPlane.changes(limit: limit))
        }
    }

    /// A change with its files called this machine's, where the gate is on another one.
    private func named(_ change: TrustStoreChange) -> TrustStoreChange {
        self.isElsewhere ? change.sent(from: Self.machineName) : change
    }

    private static var machineName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
            guard let base = name.baseAddress, gethostname(base, 255) == 0 else { return "elsewhere" }
            name[255] = 0
            return String(cString: base)
        }
    }

    /// Keeps what is worth it for the next console.
    ///
    /// A memory that cannot be kept is not worth a word over what somebody is looking at.
    func save(_ saved: SavedState) {
        if let path = self.places.state { try? TextFile.replace(path, SavedFile.text(saved)) }
    }

    // MARK: Files

    /// Writes a new file.
    ///
    /// - Returns: its path.
    func write(_ text: String, to path: String) -> Result<String, OperatorError> {
        do throws(OperatorError) {
            try TextFile.writeNew(path, text)
            return .success(path)
        } catch {
            return .failure(error)
        }
    }

    /// A name that no other export has, by the gate's clock.
    func newName(_ stem: String, _ ending: String, at time: Timestamp?) -> String {
        let digits = (time ?? Timestamp(seconds: 0)).iso8601.filter { $0 != "-" && $0 != ":" }
        let name = "\(stem)-\(digits)"
        let taken = (1...99).first { count in
            !TextFile.exists(count == 1 ? "\(name).\(ending)" : "\(name)-\(count).\(ending)")
        }
        return taken == 1 ? "\(name).\(ending)" : "\(name)-\(taken ?? 100).\(ending)"
    }
}
