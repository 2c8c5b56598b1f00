import Foundation
public import Model
import TLS

/// Changes of one trust store.
extension GateService {
    public func changeTrustStore(
        _ change: TrustStoreChange,
        by author: Author
    ) async throws(OperatorError) -> ChangeReceipt {
        let lists = try await ReadFile.lists(of: change)
        return try await self.serialized { gate in
            do throws(OperatorError) {
                let resolution = try gate.resolution(of: change, lists)
                return .success(try await gate.change(to: resolution, Intent(author: author)))
            } catch {
                return .failure(error)
            }
        }
    }

    /// What a change makes of the configuration, with the lists that it brings; checks it and changes
    /// nothing.
    func resolution(
        of change: TrustStoreChange,
        _ lists: [ReadFile]
    ) throws(OperatorError) -> Resolution {
        let store = try self.trustStore(change.trustStore)
        var editor = TrustStoreEditor(contents: self.lists, now: self.clock())
        let edited =
            switch change.edit {
            case .addRevocations:
                try editor.addLists(lists, to: store)
            case .removeRevocations(let ids):
                try editor.removeLists(ids, from: store)
            case .replaceBundle(let bundle):
                try editor.replaceBundle(bundle, of: store, name: store.name)
            case .addAuthorities(let file):
                try editor.addAuthorities(file, to: store)
            case .removeAuthority(let fingerprint):
                try editor.removeAuthority(fingerprint, from: store)
            case .restoreRevision(let revision):
                try editor.setAuthorities(try self.bundle(of: store, revision: revision), of: store)
            }
        return self.resolution(replacing: edited, fresh: editor.fresh)
    }

    /// The present configuration with one trust store exchanged.
    func resolution(replacing store: TrustStore, fresh: [ReadRevocationList]) -> Resolution {
        let current = self.state.configuration
        return Resolution(
            configuration: Model.Configuration(
                workers: current.workers,
                loadBalancers: current.loadBalancers,
                trustStores: current.trustStores.map { $0.id == store.id ? store : $0 },
                targetGroups: current.targetGroups,
                certificates: current.certificates
            ),
            keys: self.keys,
            paths: [:],
            freshLists: fresh
        )
    }

    static func file(
        _ path: String,
        in files: [String: Result<ReadFile, OperatorError>]
    ) throws(OperatorError) -> ReadFile {
        guard let file = files[path] else {
            throw OperatorError(
                .revocationContentNotFound,
                subject: path,
                message: "\(path) was not read.",
                hint: "Try again; nothing was changed."
            )
        }
        return try file.get()
    }

    /// Lists that are in force, or that come back if a trial is not kept.
    var neededLists: Set<String> {
        let former = self.trials.flatMap { $0.delta.trustStores.compactMap(\.before) }
        return Set(
            (self.state.configuration.trustStores + former).flatMap(\.revocationLists).map(
                \.facts.fingerprint
            )
        )
    }

    /// Reads what the configuration in force needs; what cannot be read fails the listeners that need it.
    func loadLists() {
        self.revocationFiles.removeAll(except: self.neededLists)
        for fingerprint in self.neededLists where self.lists[fingerprint] == nil {
            do throws(OperatorError) {
                self.lists[fingerprint] = try self.revocationFiles.load(fingerprint).content
            } catch {
                self.listFailures[fingerprint] = error
            }
        }
    }

    /// Lists that a former configuration had and the one in force has not; only a trial keeps them.
    func formerLists(
        of configuration: Model.Configuration
    ) throws(OperatorError) -> [ReadRevocationList] {
        let missing = Set(
            configuration.trustStores.flatMap(\.revocationLists).map(\.facts.fingerprint)
                .filter { self.lists[$0] == nil && self.listFailures[$0] == nil }
        )
        return try missing.sorted().map { fingerprint throws(OperatorError) in
            try self.revocationFiles.load(fingerprint)
        }
    }

    func trustStore(_ name: String) throws(OperatorError) -> TrustStore {
        let stores = self.state.configuration.trustStores
        if let store = stores.first(where: { $0.name == name || $0.id.description == name }) { return store }
        throw OperatorError(
            .trustStoreNotFound,
            subject: name,
            message: "There is no trust store \"\(name)\".",
            hint: Suggestion.known(
                stores.map(\.name),
                nearest: name,
                none: "Declare one with `sekisho apply` first."
            )
        )
    }
}
