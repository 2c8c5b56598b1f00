import ArgumentParser

/// The root of the command line.
struct Sekisho: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sekisho",
        abstract: "A mutual-TLS load balancer with a console.",
        discussion: """
            Without a command, shows the console of the gate that runs on the default state directory, or \
            starts a gate in this process and shows that.
            """,
        version: "sekisho 0.1.0",
        subcommands: [
            Open.self, Serve.self, AttachConsole.self, Demo.self, Apply.self, MTLS.self,
            TrustStoreCommand.self, DrainTarget.self, Keep.self, Undo.self, Changes.self, Logs.self,
            Refusals.self, Explain.self, Clients.self, Status.self, AttentionCommand.self, Rates.self,
            ThemeCommand.self, Keys.self, Paths.self, Echo.self,
        ],
        defaultSubcommand: Open.self
    )
}
