import Foundation
import Model
import TLS

/// Watched trust stores: their files are read again when they change.
///
/// A new version goes the way of every change, by the author `file-watch`. One that is refused leaves what is
/// in force, is shown, and is tried again when the file changes again.
extension GateService {
    private static let watcher = Author(name: "file-watch", via: "watch")

    /// Looks at the files for as long as a trust store is watched.
    func armWatch() {
        guard self.watchTask == nil, self.phase == .serving,
            self.state.configuration.trustStores.contains(where: \.isWatched)
        else { return }
        self.watchTask = Task { [weak self, cadence = self.watchCadence] in
            var watch = FileWatch()
            while !Task.isCancelled, await self?.look(&watch) == true {
                try? await Task.sleep(for: cadence)
            }
        }
    }

    /// One look; false when nothing is watched any more.
    private func look(_ watch: inout FileWatch) async -> Bool {
        let stores = self.state.configuration.trustStores.filter(\.isWatched)
        guard !stores.isEmpty, self.phase == .serving else {
            self.watchTask = nil
            self.report([], of: Set(self.watchFailures.map(\.path)))
            return false
        }
        let paths = Set(stores.flatMap(\.watchedPaths))
        let stamps = await Self.stamps(of: paths)
        self.watchFailures.removeAll { !paths.contains($0.path) }
        let due = watch.due(stamps)
        guard !due.isEmpty else { return true }
        let files = await ReadFile.read(
            stores.flatMap { $0.revocationLists.map(\.source.path) }.filter(due.contains)
        )
        for store in stores where store.watchedPaths.contains(where: due.contains) {
            await self.reread(store.id, due, files)
        }
        return true
    }

    /// Takes what is new of one store's files.
    private func reread(
        _ id: ResourceID,
        _ due: Set<String>,
        _ files: [String: Result<ReadFile, OperatorError>]
    ) async {
        try? await self.serialized { gate in
            guard let store = gate.state.configuration.trustStore(id), store.isWatched else {
                return .success(())
            }
            var failures: [WatchFailure] = []
            let now = gate.clock()
            func note(_ error: OperatorError, _ path: String) {
                failures.append(WatchFailure(trustStoreID: id, path: path, time: now, error: error))
            }
            var editor = TrustStoreEditor(contents: gate.lists, now: now)
            var edited = store
            if due.contains(store.source.path) {
                do throws(OperatorError) {
                    edited = try editor.replaceBundle(
                        Self.bundle(store.source.path),
                        of: store,
                        name: store.name
                    )
                } catch {
                    note(error, store.source.path)
                }
            }
            for path in Set(store.revocationLists.map(\.source.path)).filter(due.contains).sorted() {
                do throws(OperatorError) {
                    edited = try editor.exchange(Self.file(path, in: files), in: edited)
                } catch {
                    note(error, path)
                }
            }
            if edited != store {
                let resolution = gate.resolution(replacing: edited, fresh: editor.fresh)
                do throws(OperatorError) {
                    _ = try await gate.change(to: resolution, Intent(author: Self.watcher))
                } catch {
                    for path in store.watchedPaths where due.contains(path) { note(error, path) }
                }
            }
            gate.report(failures, of: Set(store.watchedPaths).intersection(due))
            return .success(())
        }
    }

    /// Shows what has become of files that were looked into.
    private func report(_ failures: [WatchFailure], of paths: Set<String>) {
        let before = self.watchFailures
        self.watchFailures.removeAll { paths.contains($0.path) }
        self.watchFailures += failures
        guard self.watchFailures != before else { return }
        for failure in failures { self.notice("\(failure.path) is not taken: \(failure.error)") }
        self.watchers.send(self.currentView)
    }

    private static func bundle(_ path: String) throws(OperatorError) -> FileContents {
        let bytes = try OperatorFile.read(path, as: .bundle)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OperatorError(
                .invalidCaCertificatesBundle,
                subject: path,
                message: "\(path) is not text in UTF-8.",
                hint: "Export the CA certificates as PEM."
            )
        }
        return FileContents(path: path, text: text)
    }

    /// On a thread of its own: a network file system may take its time.
    private static func stamps(of paths: Set<String>) async -> [String: OperatorFile.Stamp?] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var stamps: [String: OperatorFile.Stamp?] = [:]
                for path in paths { stamps.updateValue(OperatorFile.stamp(path), forKey: path) }
                continuation.resume(returning: stamps)
            }
        }
    }
}

extension TrustStore {
    /// The files of this machine that the store was made of; those of another one are named with it.
    fileprivate var watchedPaths: [String] {
        ([self.source.path] + self.revocationLists.map(\.source.path)).filter { $0.hasPrefix("/") }
    }
}
