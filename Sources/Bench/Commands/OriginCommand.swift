import ArgumentParser

/// `Bench origin`: the target behind the proxies.
struct OriginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "origin",
        abstract: "Serve HTTP on 127.0.0.1: /bytes/N with N bytes, else with the request's head."
    )

    @Option var port: UInt16

    func run() throws {
        OpenFiles.raiseLimit()
        try OriginServer(port: self.port).run()
    }
}
