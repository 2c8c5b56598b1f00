import ArgumentParser
import Foundation
import Model

/// `sekisho trust-store`: one trust store, its CAs and its revocation lists.
struct TrustStoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-store",
        abstract: "Show a trust store, or change its CA bundle or revocation lists.",
        discussion: """
            show prints CAs, lists and warnings. add-revocations FILE… adds lists (PEM), \
            remove-revocations ID… takes them away. replace-bundle FILE exchanges the whole bundle, add-ca \
            FILE adds CAs to it, remove-ca SHA256 takes one out, restore-revision N brings an earlier bundle \
            back; revisions lists those that are remembered. revoked SERIAL looks a number up in the lists. \
            Each change is a flip of the listeners that verify by the store; with --preview it is only told \
            what it would do, to the store and to the clients that the gate remembers.
            """
    )

    enum Verb: String, ExpressibleByArgument, CaseIterable {
        case show
        case addRevocations = "add-revocations"
        case removeRevocations = "remove-revocations"
        case replaceBundle = "replace-bundle"
        case addCA = "add-ca"
        case removeCA = "remove-ca"
        case restoreRevision = "restore-revision"
        case revisions
        case revoked

        var isChange: Bool { ![.show, .revisions, .revoked].contains(self) }
    }

    @Argument(help: ArgumentHelp("The trust store's name or id.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("What to do; show without it.", valueName: "verb"))
    var verb = Verb.show

    @Argument(
        help: ArgumentHelp(
            "Files, ids of lists, a fingerprint, a revision or a serial.",
            valueName: "operand"
        ),
        completion: .file()
    )
    var operands: [String] = []

    @Flag(help: "Tell what the change would do; change nothing.")
    var preview = false

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard !self.preview || self.verb.isChange else {
            throw ValidationError("--preview is for what changes something.")
        }
        switch self.verb {
        case .show, .revisions:
            guard self.operands.isEmpty else {
                throw ValidationError("\(self.verb.rawValue) takes no further words.")
            }
        case .addRevocations:
            guard !self.operands.isEmpty else { throw ValidationError("add-revocations needs a file.") }
        case .removeRevocations:
            guard !self.operands.isEmpty, self.operands.allSatisfy({ Int($0) != nil }) else {
                throw ValidationError("remove-revocations needs the ids of lists, which show prints.")
            }
        case .replaceBundle, .addCA:
            guard self.operands.count == 1 else {
                throw ValidationError("\(self.verb.rawValue) needs one file.")
            }
        case .removeCA:
            guard self.operands.count == 1, self.operands[0].allSatisfy(\.isHexDigit) else {
                throw ValidationError("remove-ca needs the SHA-256 of a CA, which show prints.")
            }
        case .restoreRevision:
            guard self.operands.count == 1, Int(self.operands[0]) != nil else {
                throw ValidationError("restore-revision needs a number, which revisions prints.")
            }
        case .revoked:
            guard self.operands.count == 1 else { throw ValidationError("revoked needs a serial number.") }
        }
    }

    mutating func run() async throws {
        try self.gate.requireGate()
        let format = self.output.format
        guard let edit = try self.edit() else { return try await self.look() }
        var change = TrustStoreChange(trustStore: self.name, edit: edit)
        if self.gate.ssh != nil { change = change.sent(from: ProcessInfo.processInfo.hostName) }
        if self.preview {
            let preview = try await self.gate.withGate { gate, _ throws(OperatorError) in
                try await gate.preview(change)
            }
            return try self.print(preview) { TrustStoreTable.preview(preview) }
        }
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.changeTrustStore(change, by: .thisUser(via: "sekisho trust-store"))
            return try Report.receipt(receipt, isRunning: isRunning, as: format)
        }
        lines.forEach(Output.line)
    }

    /// nil for nothing but a look.
    private func edit() throws -> TrustStoreChange.Edit? {
        switch self.verb {
        case .show, .revisions, .revoked: return nil
        case .addRevocations:
            return .addRevocations(
                files: try self.operands.map { try Self.file($0, limit: Quotas.revocationFileBytes) }
            )
        case .removeRevocations: return .removeRevocations(ids: self.operands.compactMap { Int($0) })
        case .replaceBundle: return .replaceBundle(try Self.file(self.operands[0]))
        case .addCA: return .addAuthorities(try Self.file(self.operands[0]))
        case .removeCA: return .removeAuthority(fingerprint: self.operands[0].lowercased())
        case .restoreRevision: return Int(self.operands[0]).map { .restoreRevision($0) }
        }
    }

    private static func file(
        _ name: String,
        limit: Int = FileLoader.materialBytes
    ) throws -> FileContents {
        let path = FileLoader.absolute(name)
        do throws(FileLoader.Failure) {
            return FileContents(path: path, text: try FileLoader.read(path, limit: limit))
        } catch {
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "\(path) \(error.reason).",
                hint: "Name a file in PEM that this user can read."
            )
        }
    }

    private func look() async throws {
        let (name, operands, format) = (self.name, self.operands, self.output.format)
        switch self.verb {
        case .revisions:
            let revisions = try await self.gate.withGate { gate, _ throws(OperatorError) in
                try await gate.revisions(ofTrustStore: name)
            }
            guard format == .text else {
                for revision in revisions { Output.line(try JSONDocument.line(revision)) }
                return
            }
            TrustStoreTable.revisions(revisions).forEach(Output.line)
        case .revoked:
            let query = RevocationQuery(serialNumber: operands[0], trustStore: name)
            let answer = try await self.gate.withGate { gate, _ throws(OperatorError) in
                try await gate.revocations(query)
            }
            try self.print(answer) { TrustStoreTable.revocations(answer, of: operands[0]) }
        default: try await self.show()
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
        try self.print(store) { TrustStoreTable.detail(store, in: view, at: now) }
    }

    private func print(_ document: some Encodable, _ lines: () -> [String]) throws {
        switch self.output.format {
        case .text: lines().forEach(Output.line)
        case .json: Output.line(try JSONDocument.pretty(document))
        }
    }
}
