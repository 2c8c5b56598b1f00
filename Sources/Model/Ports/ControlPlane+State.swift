extension ControlPlane {
    /// The view and the counters as of now: what a watch begins with.
    public func state() async throws -> (view: GateView, counters: GateCounters) {
        var view: GateView?
        var counters: GateCounters?
        for try await update in try await self.watch(recentRecords: 0) {
            switch update {
            case .view(let first): view = first
            case .counters(let first): counters = first
            case .records: break
            }
            if let view, let counters { return (view, counters) }
        }
        // The gate has stopped before it had counted anything.
        let last = try await self.view()
        return (last, GateCounters(time: last.startedAt, engine: EngineCounters(), rates: [:]))
    }
}
