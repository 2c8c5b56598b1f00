import Foundation
import Model

/// What watchers see.
extension GateService {
    var currentView: GateView {
        GateView(
            generation: self.state.generation,
            startedAt: self.startedAt,
            processID: ProcessInfo.processInfo.processIdentifier,
            stateDirectory: self.directory.path,
            workers: self.workers ?? Self.workers(self.state.configuration),
            configuration: self.state.configuration,
            failedListeners: self.failed,
            recentChanges: self.recentChanges,
            targetHealth: self.dataPlane.counters().targetGroups,
            trials: self.trials.isEmpty ? nil : self.trials.map(\.trial),
            watchFailures: self.watchFailures.isEmpty ? nil : self.watchFailures
        )
    }

    /// What the engine counts, with the records that were lost on the way from it to the log.
    func counted() -> GateCounters {
        var engine = self.dataPlane.counters()
        engine.droppedRecords += self.records.lostInFile
        let access = self.accessLog.health
        engine.droppedRequests = engine.droppedRequests.map { $0 + access.lost }
        var counters = self.history.add(engine, at: self.clock())
        counters.trials = self.rehearsals.trialCounters
        counters.process = self.processMeter.read(at: counters.time)
        counters.logs = self.records.logs + [access, self.ledger.health]
        return counters
    }

    /// Samples the counters for as long as somebody watches.
    ///
    /// Four looks a second, so that a change is seen at once; without a change one update a second, from
    /// which a console also sees that the gate is alive.
    func startSampling() {
        guard self.sampler == nil, self.phase != .stopped else { return }
        self.sampler = Task { [weak self, cadence = self.counterCadence] in
            var shown: GateCounters?
            while !Task.isCancelled {
                guard await self?.sample(shown: &shown) == true else { return }
                try? await Task.sleep(for: cadence)
            }
        }
    }

    /// One look; false when nobody watches any more.
    private func sample(shown: inout GateCounters?) -> Bool {
        guard !self.watchers.isEmpty, self.phase != .stopped else {
            self.sampler = nil
            self.history = CounterHistory()
            return false
        }
        let counters = self.counted()
        let time = counters.time
        let isDue =
            shown.map { $0.time.microseconds + 1_000_000 <= time.microseconds || $0.time > time } ?? true
        if isDue || shown?.engine != counters.engine || shown?.logs != counters.logs {
            shown = counters
            self.watchers.send(counters)
        }
        return true
    }
}
