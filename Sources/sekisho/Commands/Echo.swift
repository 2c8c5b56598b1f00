import ArgumentParser
import Model

/// `sekisho echo`: a target to look at what targets get.
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run an HTTP target that answers with the request line and headers it received."
    )

    @Option(help: ArgumentHelp("The port to listen on; 0 for any free one.", valueName: "n"))
    var port: UInt16

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "a"))
    var address = "127.0.0.1"

    mutating func run() async throws {
        guard let address = IPAddress(self.address) else {
            throw ValidationError("\(self.address) is not an IP address.")
        }
        Signals.begin()
        let server = try EchoServer(at: Endpoint(address: address, port: self.port), portFlag: "--port")
        Output.line("sekisho: echo listens on \(server.endpoint)")
        let ending = Task {
            await Signals.untilEnd()
            server.stop()
        }
        await Blocking.run { server.run() }
        ending.cancel()
    }
}
