import ArgumentParser

/// `Bench series`: what becomes of Sekisho's cost as its configuration grows.
struct SeriesCommand: ParsableCommand {
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        /// Handshakes and requests on 1, 10, 100 and 1,000 listeners in turn.
        case listeners
        /// Requests that the last of 1, 10, 100 and 1,000 rules is for.
        case rules
        /// One worker and two.
        case scale
    }

    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Measure Sekisho with more listeners, more rules, more workers.",
        discussion: """
            scale: two workers run on the proxies' cores and the load's, and so does the load: on a machine \
            with two cores nothing else is left. Operations per second would then measure the load, so \
            what is compared is operations per second of the busier worker's processor time: what the \
            workers would do if each had its core for itself.
            """
    )

    @Argument(help: "One of: listeners, rules, scale.")
    var subject: Subject

    @Option(help: ArgumentHelp("Rounds of each step.", valueName: "n"))
    var rounds = 5

    @Option(help: ArgumentHelp("Seconds that a round measures.", valueName: "s"))
    var seconds = 2.0

    @OptionGroup var bed: BedOptions

    /// One step of a series: a set-up, ready to be measured.
    private struct Step {
        let name: String
        let gate: RunningContender
        let listeners: UInt16
        let rules: Int
    }

    func run() throws {
        let bed = try Bed(self.bed)
        let sizes = self.subject == .scale ? [1, 2] : [1, 10, 100, 1_000]
        let steps = try sizes.map { size in
            Output.progress(
                "starting with \(size) \(self.subject == .scale ? "workers" : self.subject.rawValue)"
            )
            var setup = bed.setup
            switch self.subject {
            case .listeners: setup.listeners = UInt16(size)
            case .rules: setup.rules = size
            case .scale:
                setup.workers = size
                if size > 1 { setup.cores = "\(self.bed.proxyCores),\(self.bed.loadCores)" }
            }
            return Step(
                name: "\(size)",
                gate: try RunningContender(.sekisho, at: bed.site, setup),
                listeners: setup.listeners,
                rules: setup.rules
            )
        }
        for workload in self.subject == .rules ? [Workload.ka1k] : [.hs13, .ka1k] {
            try self.measure(workload, steps, bed)
        }
    }

    private func measure(_ workload: Workload, _ steps: [Step], _ bed: Bed) throws {
        var results: [[LoadResult]] = Array(repeating: [], count: steps.count)
        for round in 1...max(1, self.rounds) {
            for (index, step) in steps.enumerated() {
                var plan = workload.plan(step.gate.ports)
                plan.seconds = self.seconds
                plan.portCount = step.listeners
                if self.subject == .listeners { plan.connections = max(plan.connections, 100) }
                // Every listener has to have seen the client before.
                plan.warmupSeconds = 0.4 + Double(step.listeners) / 400
                if step.rules > 0 {
                    plan.path = SekishoConfiguration.path(ofRule: step.rules) + "/bytes/1024"
                }
                results[index].append(try bed.run(plan, against: step.gate))
                Output.progress("\(workload.rawValue) \(round)/\(self.rounds) \(step.name)")
            }
        }
        let figure = self.subject == .scale ? "op/s a worker's second" : "CPU µs"
        var table = TextTable([self.subject.rawValue, figure, "least", "most", "of the first"])
        let values = results.map { $0.compactMap(self.figure) }
        for (step, found) in zip(steps, values) {
            guard let median = Statistics.median(found), let least = found.min(), let most = found.max()
            else {
                continue
            }
            let ratio = Statistics.medianRatio(found, to: values[0]).map { "× \($0.threeDigits)" } ?? ""
            table.add([step.name, median.threeDigits, least.threeDigits, most.threeDigits, ratio])
        }
        Output.line(workload.rawValue)
        for line in table.lines { Output.line("  " + line) }
    }

    private func figure(_ result: LoadResult) -> Double? {
        guard self.subject == .scale else { return result.cpuMicroseconds }
        return result.busiestThreadSeconds > 0
            ? Double(result.operations) / result.busiestThreadSeconds : nil
    }
}
