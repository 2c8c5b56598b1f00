import Foundation

/// The load generator as a program on cores of its own.
struct LoadProgram {
    let site: Site
    let cores: String
    /// The path of this program.
    let program: String

    /// Runs a plan to its end.
    ///
    /// - Throws: ``BenchmarkError`` if an answer was not the expected one: then nothing was measured.
    func run(_ plan: LoadPlan, name: String = "load") throws -> LoadResult {
        let output = try self.start(plan, name: name)
            .finish(seconds: plan.operations == .max ? plan.warmupSeconds + plan.seconds + 90 : 86_400)
        guard let line = output.split(separator: "\n").last else { throw BenchmarkError("no result") }
        let result = try JSONDecoder().decode(LoadResult.self, from: Data(line.utf8))
        guard result.errors == 0 else {
            throw BenchmarkError("\(result.errors) operations failed: \(result.firstError ?? "")")
        }
        return result
    }

    func start(_ plan: LoadPlan, name: String) throws -> PinnedProgram {
        var arguments = [
            "load", "--kind", plan.kind.rawValue, "--port", "\(plan.port)", "--ports", "\(plan.portCount)",
            "--transport", plan.transport.rawValue, "--http", plan.version.rawValue, "--path", plan.path,
            "--bytes", "\(plan.bodyBytes)", "--connections", "\(plan.connections)", "--streams",
            "\(plan.streams)", "--warmup", "\(plan.warmupSeconds)", "--seconds", "\(plan.seconds)",
            "--processes", plan.processes.map(String.init).joined(separator: ","),
        ]
        if plan.operations < .max { arguments += ["--operations", "\(plan.operations)"] }
        if plan.transport != .plain {
            let site = self.site
            arguments += ["--certificate", plan.isUnknown ? site.unknownCertificate : site.clientCertificate]
            arguments += ["--key", plan.isUnknown ? site.unknownKey : site.clientKey]
        }
        return try PinnedProgram(
            self.program,
            arguments,
            cores: self.cores,
            name: name,
            directory: self.site.directory
        )
    }
}
