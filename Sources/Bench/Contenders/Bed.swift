import TestSupport

/// Everything but the proxies: certificates, the target, the load generator.
final class Bed {
    let site: Site
    let load: LoadProgram
    let sekisho: String
    let proxyCores: String

    private let origin: PinnedProgram

    init(_ options: BedOptions) throws {
        OpenFiles.raiseLimit()
        self.sekisho = try options.sekishoPath()
        self.proxyCores = options.proxyCores
        self.site = try Site()
        Interruption.removesOnSignal(self.site.directory.path)
        self.load = LoadProgram(site: self.site, cores: options.loadCores, program: BedOptions.program)
        self.origin = try PinnedProgram(
            BedOptions.program,
            ["origin", "--port", "\(self.site.originPort)"],
            cores: options.loadCores,
            name: "origin",
            directory: self.site.directory
        )
    }

    var setup: RunningContender.Setup {
        RunningContender.Setup(cores: self.proxyCores, sekisho: self.sekisho)
    }

    /// Runs a plan against a proxy and measures the proxy.
    func run(_ plan: LoadPlan, against contender: RunningContender) throws -> LoadResult {
        var plan = plan
        plan.processes = contender.program.processes
        do {
            return try self.load.run(plan)
        } catch {
            throw BenchmarkError("\(contender.contender.rawValue): \(error)")
        }
    }
}
