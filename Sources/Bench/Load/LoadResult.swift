/// What a run of the load generator came to.
struct LoadResult: Codable, Hashable {
    /// Counted, each with the status and the body that was expected.
    var operations = 0
    /// Anything else; such a run says nothing.
    var errors = 0
    var firstError: String?
    var seconds = 0.0
    var p50Microseconds: UInt64 = 0
    var p90Microseconds: UInt64 = 0
    var p99Microseconds: UInt64 = 0
    var maximumMicroseconds: UInt64 = 0
    /// Handshakes that the server let resume.
    var resumed = 0
    /// Connections that the server ended between requests, as it may.
    var reconnects = 0
    /// Of the measured programs, all their threads.
    var cpuSeconds = 0.0
    /// Of the thread that was busiest.
    var busiestThreadSeconds = 0.0
    /// Of the load generator.
    var loadSeconds = 0.0

    var operationsPerSecond: Double { self.seconds > 0 ? Double(self.operations) / self.seconds : 0 }

    /// What one operation costs the measured programs; nil where nothing was measured.
    var cpuMicroseconds: Double? {
        guard self.operations > 0, self.cpuSeconds > 0 else { return nil }
        return self.cpuSeconds * 1e6 / Double(self.operations)
    }
}
