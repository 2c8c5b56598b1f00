import ArgumentParser
import Model

/// `Bench series`: what becomes of Sekisho's cost as its configuration grows.
struct SeriesCommand: ParsableCommand {
    enum Subject: String, CaseIterable, ExpressibleByArgument {
        /// Handshakes and requests on 1, 10, 100 and 1,000 listeners in turn.
        case listeners
        /// Requests that the last of 1, 10, 100 and 1,000 rules is for.
        case rules
        /// One worker and two.
        case scale
        /// Handshakes beside a large list, an attached rehearsal, and a full ledger.
        case trust
    }

    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Measure Sekisho with more listeners, more rules, more workers, more to trust.",
        discussion: """
            scale: two workers run on the proxies' cores and the load's, and so does the load: on a machine \
            with two cores nothing else is left. Operations per second would then measure the load, so \
            what is compared is operations per second of the busier worker's processor time: what the \
            workers would do if each had its core for itself.

            trust: the trust store has a list of 500,000 entries, or a rehearsal of another policy is attached, \
            or the ledger knows 100,000 clients before. Whoever comes again is recognised, so lists cost nothing \
            then; the second table is of a client that is never remembered, because its certificate has expired \
            and the listener overlooks that.
            """
    )

    @Argument(help: "One of: listeners, rules, scale, trust.")
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
        guard self.subject != .trust else { return try self.measureTrust(bed) }
        let sizes = self.subject == .scale ? [1, 2] : [1, 10, 100, 1_000]
        let steps = try sizes.map { size in
            Output.progress(
                "starting with \(size) \(self.subject == .scale ? "workers" : self.subject.rawValue)"
            )
            var setup = bed.setup
            switch self.subject {
            case .listeners: setup.listeners = UInt16(size)
            case .rules: setup.rules = size
            case .trust: break
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

    private func measureTrust(_ bed: Bed) throws {
        var setups = [("alone", bed.setup)]
        var setup = bed.setup
        setup.revocationLists = [try bed.site.revocationList(entries: Quotas.revocationEntriesPerTrustStore)]
        setups.append(("list of 500,000", setup))
        setup = bed.setup
        setup.isRehearsing = true
        setups.append(("rehearsal", setup))
        setup = bed.setup
        setup.knownClients = LedgerLimits.verified
        setups.append(("ledger of 100,000", setup))
        let steps = try setups.map { name, setup in
            Output.progress("starting: \(name)")
            var setup = setup
            setup.ignoresExpiry = true
            return Step(
                name: name,
                gate: try RunningContender(.sekisho, at: bed.site, setup),
                listeners: 1,
                rules: 0
            )
        }
        try self.measure(.hs13, steps, bed)
        try self.measure(.hs13, Array(steps.prefix(2)), bed, isUnknown: true)
    }

    /// `isUnknown`: the client is one that workers judge every time.
    private func measure(
        _ workload: Workload,
        _ steps: [Step],
        _ bed: Bed,
        isUnknown: Bool = false
    ) throws {
        var results: [[LoadResult]] = Array(repeating: [], count: steps.count)
        for round in 1...max(1, self.rounds) {
            for (index, step) in steps.enumerated() {
                var plan = workload.plan(step.gate.ports)
                plan.seconds = self.seconds
                plan.portCount = step.listeners
                plan.isUnknown = isUnknown
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
        Output.line(workload.rawValue + (isUnknown ? ", judged every time" : ""))
        for line in table.lines { Output.line("  " + line) }
    }

    private func figure(_ result: LoadResult) -> Double? {
        guard self.subject == .scale else { return result.cpuMicroseconds }
        return result.busiestThreadSeconds > 0
            ? Double(result.operations) / result.busiestThreadSeconds : nil
    }
}
