import Foundation
import Model

/// How serving begins, and what the engine is given to run.
extension GateService {
    func startServing() async -> Result<Void, OperatorError> {
        guard self.phase == .idle else { return .success(()) }
        self.loadLists()
        do throws(OperatorError) {
            try await self.endMissedTrials()
        } catch {
            return .failure(error)
        }
        let configuration = self.state.configuration
        self.keyStore.removeAll(except: self.neededKeys)
        for id in configuration.keyIDs {
            do throws(OperatorError) {
                self.keys[id] = try self.keyStore.load(id)
            } catch {
                self.keyFailures[id] = error
            }
        }
        self.loadLists()
        self.phase = .serving
        self.deliverLogs()
        for trial in self.trials { self.watchRefusals(during: trial) }
        self.armTrials()
        self.armWatch()
        // With nothing to serve the engine is left alone, so that the first declaration can still choose the
        // number of workers.
        guard !configuration.listeners.isEmpty else { return .success(()) }
        let workers = Self.workers(configuration)
        let failures = await self.prepare(
            configuration,
            keys: self.keys,
            lists: self.lists,
            generation: self.state.generation,
            workers: workers
        )
        await self.dataPlane.commit(generation: self.state.generation)
        self.workers = workers
        self.failed = failures
        self.watchers.send(self.currentView)
        return .success(())
    }

    /// Has the engine make everything ready that can fail; says which listeners cannot be served, and why.
    func prepare(
        _ configuration: Model.Configuration,
        keys: [ResourceID: SecretText],
        lists: [String: RevocationContent],
        generation: UInt64,
        workers: Int
    ) async -> [ResourceID: OperatorError] {
        let built = SnapshotBuilder(
            configuration: configuration,
            keys: keys,
            keyFailures: self.keyFailures,
            lists: lists,
            listFailures: self.listFailures,
            cookieKey: self.cookieKey,
            environmentKey: SigningKey(environment: ProcessInfo.processInfo.environment)
        ).build(generation: generation, workers: workers)
        return await self.dataPlane.prepare(built.snapshot).merging(built.failed) { first, _ in first }
    }

    static func workers(_ configuration: Model.Configuration) -> Int {
        let workers = configuration.workers ?? ProcessInfo.processInfo.activeProcessorCount
        return min(max(workers, Quotas.workers.lowerBound), Quotas.workers.upperBound)
    }
}
