import ArgumentParser
import Foundation
import Glibc

/// `Bench syscalls`: how often each proxy enters the kernel for a request.
struct SyscallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syscalls",
        abstract: "Count the system calls of a keep-alive request with strace (apt-get install strace).",
        discussion: """
            The connections of the load are set up while strace counts, which adds a little to each \
            request's share.
            """
    )

    @Option(help: ArgumentHelp("Requests to count over.", valueName: "n"))
    var requests = 20_000

    @OptionGroup var bed: BedOptions

    private static let strace = "/usr/bin/strace"

    func run() throws {
        guard access(Self.strace, X_OK) == 0 else {
            throw BenchmarkError("\(Self.strace) is not there: apt-get install strace")
        }
        let bed = try Bed(self.bed)
        for contender in Workload.ka1k.contenders where contender.program(sekisho: bed.sekisho) != nil {
            let running = try RunningContender(contender, at: bed.site, bed.setup)
            var plan = Workload.ka1k.plan(running.ports)
            plan.operations = self.requests
            plan.seconds = 600
            plan.warmupSeconds = 0
            let processes = running.program.processes.flatMap { ["-p", "\($0)"] }
            let tracer = try PinnedProgram(
                Self.strace,
                ["-f", "-c", "-U", "calls,name"] + processes,
                cores: self.bed.loadCores,
                name: "\(contender.rawValue)-strace",
                directory: bed.site.directory
            )
            try tracer.wait(seconds: 30, for: "strace") { tracer.errors.contains("attached") }
            _ = try bed.run(plan, against: running)
            tracer.interrupt()
            let calls = SyscallCount(straceSummary: tracer.errors)
            Output.line("\(contender.rawValue): \(calls.line(per: self.requests))")
        }
    }
}
