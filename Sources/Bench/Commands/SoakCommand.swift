import ArgumentParser

/// `Bench soak`: whether anything grows that should not.
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Run many handshakes and requests through Sekisho and watch its memory and descriptors.",
        discussion: """
            Handshakes and requests take turns, in as many slices as there are samples; both with client \
            certificates. A sample is taken when a slice is over and its connections are closed. What \
            grows is told per million operations, without the first quarter, in which caches fill.
            """
    )

    @Option(help: ArgumentHelp("Handshakes in all.", valueName: "n"))
    var handshakes = 100_000

    @Option(help: ArgumentHelp("Requests in all.", valueName: "n"))
    var requests = 1_000_000

    @Option(help: ArgumentHelp("How often to look; at least 4.", valueName: "n"))
    var samples = 20

    @OptionGroup var bed: BedOptions

    func validate() throws {
        guard self.samples >= 4, self.handshakes >= self.samples, self.requests >= self.samples else {
            throw ValidationError("There must be 4 samples, and a handshake and a request for each.")
        }
    }

    func run() throws {
        let bed = try Bed(self.bed)
        let gate = try RunningContender(.sekisho, at: bed.site, bed.setup)
        var course = SoakCourse()
        course.add(self.sample(gate, operations: 0))
        for slice in 1...self.samples {
            for (workload, total) in [(Workload.hs13, self.handshakes), (.ka1k, self.requests)] {
                var plan = workload.plan(gate.ports)
                plan.operations = total / self.samples
                plan.seconds = 86_400
                plan.warmupSeconds = 0
                _ = try bed.run(plan, against: gate)
            }
            let share = Double(slice) / Double(self.samples)
            let operations = Int(share * Double(self.handshakes + self.requests))
            try gate.waitUntilQuiet()
            course.add(self.sample(gate, operations: operations))
            Output.progress("\(slice)/\(self.samples) \(course.lastLine)")
        }
        for line in course.lines { Output.line(line) }
    }

    private func sample(_ gate: RunningContender, operations: Int) -> SoakCourse.Sample {
        let processes = gate.program.processes
        return SoakCourse.Sample(
            operations: operations,
            anonymousKiB: ProcessMemory.anonymousKiB(of: processes),
            descriptors: ProcessMemory.descriptors(of: processes)
        )
    }
}
