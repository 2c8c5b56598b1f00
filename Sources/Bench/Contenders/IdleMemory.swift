import Glibc

/// What a proxy holds for a connection on which nothing happens.
enum IdleMemory {
    /// Time in which a proxy may give back what it needed for handshakes, in microseconds.
    private static let settling: UInt32 = 2_000_000

    /// KiB for each of a plan's connections, after one request on each; without the kernel's memory.
    ///
    /// Of a fresh proxy: what an earlier round has left in its allocator would hold the next one's
    /// connections for nothing.
    static func measure(_ plan: LoadPlan, _ running: RunningContender, _ bed: Bed) throws -> Double {
        let fresh = try RunningContender(running.contender, at: bed.site, bed.setup)
        var plan = plan
        plan.port = fresh.ports.verify
        var warmup = plan
        warmup.kind = .handshakes
        warmup.connections = 32
        warmup.seconds = 0.5
        warmup.warmupSeconds = 0
        _ = try bed.run(warmup, against: fresh)
        usleep(self.settling)
        let before = ProcessMemory.anonymousKiB(of: fresh.program.processes)
        let load = try bed.load.start(plan, name: "idle")
        try load.wait(seconds: 120, for: "\(plan.connections) connections") { load.output.hasPrefix("held") }
        usleep(self.settling)
        let after = ProcessMemory.anonymousKiB(of: fresh.program.processes)
        load.end()
        return Double(after - before) / Double(plan.connections)
    }
}
