import API
import Console
import Model

extension GateOptions {
    /// What a console would know after watching for some seconds; with 0, what is known already.
    func reading(records: Int, seconds: Int64 = 0) async throws -> GateReading {
        var reading = GateReading()
        var past = PastRecords()
        var end: Timestamp?
        for try await update in try await self.remote.watch(recentRecords: records) {
            reading.take(update)
            past.take(update)
            guard let now = reading.counters?.time else { continue }
            let due = end ?? Timestamp(seconds: now.seconds + seconds)
            end = due
            if past.areOver, now >= due { break }
        }
        return reading
    }
}
