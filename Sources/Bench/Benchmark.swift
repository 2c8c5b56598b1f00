import ArgumentParser

/// The root of the benchmark's command line.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Bench",
        abstract: "Measures Sekisho, alone and beside HAProxy and nginx.",
        discussion: """
            `Bench compare` needs the release build of sekisho beside it (swift build -c release), and of \
            the peers those that are installed: apt-get install haproxy nginx-light. Proxies run on one \
            core, the load and the targets on another; what counts is the processor time that a proxy \
            spends per operation, which depends less on the machine's other work than operations per \
            second do.
            """,
        subcommands: [
            CompareCommand.self, SeriesCommand.self, SoakCommand.self, SyscallsCommand.self,
            ConsoleCommand.self, LoadCommand.self, OriginCommand.self,
        ],
        defaultSubcommand: CompareCommand.self
    )
}
