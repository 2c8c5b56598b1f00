import ArgumentParser
import Foundation
import Model

/// `sekisho trust-store`: one trust store, its CAs and its revocation lists.
struct TrustStoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-store",
        abstract: "Show a trust store, or change its CA bundle or revocation lists.",
        discussion: """
            show prints CAs, lists and warnings. add-revocations FILE… adds lists (PEM, read by the gate), \
            remove-revocations ID… takes them away, replace-bundle FILE exchanges the whole bundle. Each \
            change is a flip of the listeners that verify by the store.
            """
    )

    enum Verb: String, ExpressibleByArgument, CaseIterable {
        case show
        case addRevocations = "add-revocations"
        case removeRevocations = "remove-revocations"
        case replaceBundle = "replace-bundle"
    }

    @Argument(help: ArgumentHelp("The trust store's name or id.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("What to do; show without it.", valueName: "verb"))
    var verb = Verb.show

    @Argument(
        help: ArgumentHelp("Files, or the ids of lists.", valueName: "file-or-id"),
        completion: .file()
    )
    var operands: [String] = []

    @OptionGroup var gate: GateOptions

    func validate() throws {
        switch self.verb {
        case .show:
            guard self.operands.isEmpty else { throw ValidationError("show takes no further words.") }
        case .addRevocations:
            guard !self.operands.isEmpty else { throw ValidationError("add-revocations needs a file.") }
        case .removeRevocations:
            guard !self.operands.isEmpty, self.operands.allSatisfy({ Int($0) != nil }) else {
                throw ValidationError("remove-revocations needs the ids of lists, which show prints.")
            }
        case .replaceBundle:
            guard self.operands.count == 1 else { throw ValidationError("replace-bundle needs one file.") }
        }
    }

    mutating func run() async throws {
        try self.gate.requireGate()
        guard let edit = try self.edit() else { return try await self.show() }
        let change = TrustStoreChange(trustStore: self.name, edit: edit)
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.changeTrustStore(change, by: .thisUser(via: "sekisho trust-store"))
            return Report.receipt(receipt, isRunning: isRunning)
        }
        lines.forEach(Output.line)
    }

    /// nil for nothing but a look.
    private func edit() throws -> TrustStoreChange.Edit? {
        switch self.verb {
        case .show: return nil
        case .addRevocations: return .addRevocations(paths: self.operands.map(FileLoader.absolute))
        case .removeRevocations: return .removeRevocations(ids: self.operands.compactMap { Int($0) })
        case .replaceBundle:
            let path = FileLoader.absolute(self.operands[0])
            do throws(FileLoader.Failure) {
                let text = try FileLoader.read(path, limit: FileLoader.materialBytes)
                return .replaceBundle(FileContents(path: path, text: text))
            } catch {
                throw OperatorError(
                    .fileUnreadable,
                    subject: path,
                    message: "\(path) \(error.reason).",
                    hint: "Name a file in PEM that this user can read."
                )
            }
        }
    }

    private func show() async throws {
        let (name, now) = (self.name, Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
        let view = try await self.gate.withGate { gate, _ throws(OperatorError) in try await gate.view() }
        let stores = view.configuration.trustStores
        guard let store = stores.first(where: { $0.name == name || $0.id.description == name }) else {
            throw OperatorError(
                .trustStoreNotFound,
                subject: name,
                message: "There is no trust store \"\(name)\".",
                hint: stores.isEmpty
                    ? "Declare one with `sekisho apply`."
                    : "There are \(stores.map(\.name).joined(separator: ", "))."
            )
        }
        TrustStoreTable.detail(store, in: view, at: now).forEach(Output.line)
    }
}
